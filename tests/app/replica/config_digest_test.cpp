#include "app/replica/config_digest.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

Settings watching(const std::string& name) {
  Settings settings;
  settings.tenants.push_back({.key = {.asked = "global", .name = name}});
  return settings;
}

TEST(ConfigDigest, IsOfWhatReplicasHaveInCommon) {
  const std::string digest = config_digest(watching("a.example"));
  EXPECT_EQ(digest.size(), 64u);
  EXPECT_NE(digest, config_digest(watching("b.example")));
  Settings other_host = watching("a.example");
  other_host.replica = "south";
  other_host.postgresql.emplace();
  EXPECT_EQ(digest, config_digest(other_host));
}

TEST(ConfigDigest, LeavesOutWhatListsBringThatAreFetched) {
  Settings one = watching("a.example"), other = watching("b.example");
  for (Settings* const settings : {&one, &other})
    settings->tenant_urls.push_back({.url = "https://lists.example"});
  EXPECT_EQ(config_digest(one), config_digest(other));
  other.rules = RuleSet::seed_2022;
  EXPECT_NE(config_digest(one), config_digest(other));
}

}  // namespace
}  // namespace tenantscope
