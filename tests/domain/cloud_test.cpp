#include "domain/cloud.hpp"

#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace tenantscope {
namespace {

TEST(BuiltinClouds, AreTheOnesOfTheTable) {
  const std::pair<const char*, const char*> expected[] = {
      {"global", "https://login.microsoftonline.com"},
      {"usgov", "https://login.microsoftonline.us"},
      {"china", "https://login.partner.microsoftonline.cn"},
      {"germany", "https://login.microsoftonline.de"},
      {"bleu", "https://login.sovcloud-identity.fr"},
      {"delos", "https://login.sovcloud-identity.de"},
      {"govsg", "https://login.sovcloud-identity.sg"},
      {"usnat", "https://login.microsoftonline.eaglex.ic.gov"},
      {"ussec", "https://login.microsoftonline.microsoft.scloud"},
  };
  ASSERT_EQ(builtin_clouds().size(), std::size(expected));
  for (const auto& [name, authority] : expected) {
    const Cloud* cloud = find_cloud(builtin_clouds(), name);
    ASSERT_NE(cloud, nullptr) << name;
    EXPECT_EQ(cloud->authority, authority);
    EXPECT_EQ(cloud_of_host(builtin_clouds(), cloud->authority.substr(8)), name)
        << "a cloud's authority is one of its hosts";
    EXPECT_EQ(cloud->requests_per_second, 20);
    EXPECT_EQ(cloud->connections, 16u);
  }
}

TEST(CloudOfHost, KnowsAliasesAndGraphHosts) {
  const std::pair<const char*, const char*> cases[] = {
      {"login.windows.net", "global"},
      {"login.microsoft.com", "global"},
      {"graph.microsoft.com", "global"},
      {"login.usgovcloudapi.net", "usgov"},
      {"login-us.microsoftonline.com", "usgov"},
      {"graph.microsoft.us", "usgov"},
      {"dod-graph.microsoft.us", "usgov"},
      {"login.chinacloudapi.cn", "china"},
      {"sts.chinacloudapi.cn", "china"},
      {"microsoftgraph.chinacloudapi.cn", "china"},
      {"sts.microsoftonline.de", "germany"},
      {"graph.microsoft.de", "germany"},
      {"sts.windows.net", ""},  // shown by tenants of several clouds
      {"login.microsoftonline.com.example", ""},
      {"evil-login.microsoftonline.com", ""},
      {"microsoftonline.com", ""},
      {"", ""},
  };
  for (const auto& [host, cloud] : cases)
    EXPECT_EQ(cloud_of_host(builtin_clouds(), host), cloud) << host;
}

TEST(BuiltinClouds, ShareNoHost) {
  std::map<std::string, std::string> owner;
  for (const Cloud& cloud : builtin_clouds())
    for (const std::string& host : cloud.hosts)
      EXPECT_TRUE(owner.emplace(host, cloud.name).second) << host << " of " << cloud.name;
}

TEST(FindCloud, OfAnUnknownNameIsNothing) {
  for (const char* name : {"", "Global", "azure", "global "})
    EXPECT_EQ(find_cloud(builtin_clouds(), name), nullptr) << name;
}

}  // namespace
}  // namespace tenantscope
