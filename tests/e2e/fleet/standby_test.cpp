// A standby of a ledger in a real PostgreSQL: it shows what the active daemon has committed, and
// nothing that it alone knows; after a takeover it is the other way round.
#include "e2e/fleet/two_replicas.hpp"
#include "e2e/list_server.hpp"

namespace tenantscope::e2e {
namespace {

using Standby = TwoReplicas;

TEST_F(Standby, ShowsWhatIsCommittedAndNothingElse) {
  change("V1");
  ASSERT_TRUE(eventually([&] { return shows(south_, "V1"); })) << south_.daemon().log();
  const Metrics metrics = south_.daemon().metrics();
  EXPECT_EQ(metrics["tenantscope_storage_up"], 1);
  EXPECT_EQ(metrics["tenantscope_replica_active"], 0);
  for (const char* family : {"up", "stale", "failure_info", "change_pending",
                             "probe_duration_seconds", "last_success_timestamp_seconds"})
    EXPECT_EQ(metrics.count(fmt::format("tenantscope_tenant_{}{{", family)), 0u) << family;
  const json::object shown = south_.daemon().tenant(name);
  EXPECT_EQ(shown.at("region_scope"), "V1");
  for (const char* key : {"up", "pending", "stale", "failure"})
    EXPECT_TRUE(shown.at(key).is_null()) << key;
  EXPECT_EQ(south_.daemon().events(), north_.daemon().events());
  const std::string url = south_.daemon().url();
  for (const char* path : {"/", "/-/ready", "/pairs"}) {
    const HttpAnswer answer = http_get(url + path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_NE(answer.body.find("http://north.example"), std::string::npos) << path << answer.body;
  }
  for (const std::string& path :
       {fmt::format("/probe?target={}", name),
        fmt::format("/api/v1/explain?host={}&guest=other.example", name)}) {
    const HttpAnswer asked = http_get(url + path);
    EXPECT_EQ(asked.status, 503) << path;
    EXPECT_NE(asked.body.find("`north`, http://north.example"), std::string::npos) << asked.body;
  }
}

TEST_F(Standby, ServesEverythingOnceItHasTakenOver) {
  north_.daemon().process().signal(SIGKILL);
  (void)north_.daemon().process().wait();
  ASSERT_TRUE(eventually([&] { return is_active(south_); })) << south_.daemon().log();
  change("V1");
  ASSERT_TRUE(eventually([&] { return shows(south_, "V1"); })) << south_.daemon().log();
  EXPECT_EQ(south_.daemon().metrics()[tenant_series("up", name)], 1);
  EXPECT_EQ(south_.daemon().tenant(name).at("up"), true);
  EXPECT_EQ(http_get(south_.daemon().url() + "/-/ready").body, "tenantscope is ready\n");
  start(north_, "http://north.example");
  ASSERT_TRUE(eventually([&] { return shows(north_, "V1"); })) << north_.daemon().log();
  EXPECT_FALSE(is_active(north_));
}

TEST_F(Standby, ShowsNoTenantsWhileItCannotKnow) {
  server_.freeze(true);
  EXPECT_TRUE(eventually(
      [&] { return south_.daemon().metrics().count("tenantscope_tenant_region_scope{") == 0; }));
  EXPECT_EQ(south_.daemon().metrics()["tenantscope_storage_up"], 0);
  server_.freeze(false);
  EXPECT_TRUE(eventually([&] { return shows(south_, "V0") && shows(north_, "V0"); }));
}

// The standby was never the active one: it has no list that it could have kept.
TEST_F(Standby, ShowsTheTenantsOfListsAndWatchesThemOnceItIsActive) {
  ListServer lists;
  lists.show("200 OK", "- {name: listed.example}\n");
  authority_.change("listed.example", R"({"region_scope": "V3"})");
  const std::string served =
      fmt::format("tenant_urls: [{{url: \"{}\", interval: 1s}}]\n", lists.url());
  for (const auto& [one, replica] : {std::pair{&north_, "north"}, std::pair{&south_, "south"}}) {
    one->configure(configured(replica) + served);
    one->reload();
  }
  const auto sees_listed = [](Deployment& one) {
    try {
      return one.daemon().metrics()[tenant_series("found", "listed.example")] == 1;
    } catch (const NoAnswer&) {
      return false;
    }
  };
  ASSERT_TRUE(eventually([&] { return sees_listed(north_) && sees_listed(south_); }))
      << south_.daemon().log();
  EXPECT_TRUE(eventually([&] { return value(south_, "tenantscope_replica_config_matches") == 1; }));

  lists.show("503 Service Unavailable", "");
  north_.daemon().process().signal(SIGKILL);
  (void)north_.daemon().process().wait();
  ASSERT_TRUE(eventually([&] { return is_active(south_); })) << south_.daemon().log();
  EXPECT_TRUE(eventually([&] { return value(south_, tenant_series("up", "listed.example")) == 1; }))
      << south_.daemon().log();
}

}  // namespace
}  // namespace tenantscope::e2e
