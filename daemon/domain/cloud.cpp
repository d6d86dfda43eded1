#include "domain/cloud.hpp"

#include <algorithm>

namespace tenantscope {

const Clouds& builtin_clouds() {
  static const Clouds clouds{
      {.name = "global",
       .authority = "https://login.microsoftonline.com",
       .hosts = {"login.microsoftonline.com", "login.windows.net", "login.microsoft.com",
                 "graph.microsoft.com"}},
      {.name = "usgov",
       .authority = "https://login.microsoftonline.us",
       .hosts = {"login.microsoftonline.us", "login.usgovcloudapi.net",
                 "login-us.microsoftonline.com", "graph.microsoft.us", "dod-graph.microsoft.us"}},
      {.name = "china",
       .authority = "https://login.partner.microsoftonline.cn",
       .hosts = {"login.partner.microsoftonline.cn", "login.chinacloudapi.cn",
                 "sts.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"}},
      {.name = "germany",
       .authority = "https://login.microsoftonline.de",
       .hosts = {"login.microsoftonline.de", "sts.microsoftonline.de", "graph.microsoft.de"}},
      {.name = "bleu",
       .authority = "https://login.sovcloud-identity.fr",
       .hosts = {"login.sovcloud-identity.fr", "graph.svc.sovcloud.fr"}},
      {.name = "delos",
       .authority = "https://login.sovcloud-identity.de",
       .hosts = {"login.sovcloud-identity.de", "graph.svc.sovcloud.de"}},
      {.name = "govsg",
       .authority = "https://login.sovcloud-identity.sg",
       .hosts = {"login.sovcloud-identity.sg", "graph.svc.sovcloud.sg"}},
      {.name = "usnat",
       .authority = "https://login.microsoftonline.eaglex.ic.gov",
       .hosts = {"login.microsoftonline.eaglex.ic.gov"}},
      {.name = "ussec",
       .authority = "https://login.microsoftonline.microsoft.scloud",
       .hosts = {"login.microsoftonline.microsoft.scloud"}},
  };
  return clouds;
}

std::vector<std::string> names_of(const Clouds& clouds) {
  std::vector<std::string> names;
  names.reserve(clouds.size());
  for (const Cloud& cloud : clouds)
    names.push_back(cloud.name);
  return names;
}

const Cloud* find_cloud(const Clouds& clouds, std::string_view name) {
  const auto found = std::ranges::find(clouds, name, &Cloud::name);
  return found == clouds.end() ? nullptr : &*found;
}

std::string_view cloud_of_host(const Clouds& clouds, std::string_view host) {
  for (const Cloud& cloud : clouds)
    if (std::ranges::find(cloud.hosts, host) != cloud.hosts.end())
      return cloud.name;
  return {};
}

}  // namespace tenantscope
