#include "config/tenant_url_list.hpp"

#include <map>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "base/text/url.hpp"
#include "config/http/http_client.hpp"

namespace tenantscope {
namespace {

constexpr Duration shortest_interval = std::chrono::seconds(1);

// Findings don't say it: it may hold a secret.
std::optional<std::string> read_list_url(const YamlNode& node, FileFindings& findings) {
  const Result<Url> url = parse_url(node.scalar);
  if (!url)
    findings.add(node, fmt::format("`url` {}", url.error().detail));
  else if (url->origin.scheme != "https" && !url->origin.loopback)
    findings.add(node, fmt::format("`url` has to begin with https://: {} is no loopback address",
                                   quote(url->origin.host)));
  else
    return url->text();
  return std::nullopt;
}

}  // namespace

std::vector<TenantUrl> read_tenant_urls(const YamlNode& list, const std::filesystem::path& folder,
                                        FileFindings& findings, FileFindings& warnings) {
  std::vector<TenantUrl> urls;
  std::map<std::string, const YamlNode*> places;
  for (const YamlNode& item : list.items) {
    if (findings.end_reading())
      break;
    MapReader map(item, "a tenant URL", findings);
    TenantUrl one;
    const YamlNode* written = map.required_text("url");
    const auto url = written ? read_list_url(*written, findings) : std::nullopt;
    if (map.duration("interval", one.interval) && one.interval < shortest_interval)
      findings.add(*item.find("interval"),
                   fmt::format("`interval` has to be {} at least", to_string(shortest_interval)));
    one.http =
        read_http_client(map, {.folder = folder, .findings = findings, .warnings = warnings});
    map.refuse_unknown();
    if (!url)
      continue;
    one.url = *url;
    if (const auto [first, added] = places.try_emplace(one.url, written); !added)
      findings.add(*written, fmt::format("this `url` is there already, at {}:{}",
                                         first->second->line, first->second->column));
    urls.push_back(std::move(one));
  }
  return urls;
}

}  // namespace tenantscope
