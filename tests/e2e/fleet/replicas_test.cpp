// What people see of daemons that share a ledger in a real PostgreSQL: who is there, what each says
// of itself, and that one that is cut off shows nothing any more.
#include <gtest/gtest.h>

#include <csignal>

#include "e2e/fleet/two_replicas.hpp"

namespace tenantscope::e2e {
namespace {

using ReplicasSeen = TwoReplicas;

TEST_F(ReplicasSeen, AreToldByEach) {
  for (Deployment* const one : {&north_, &south_}) {
    EXPECT_TRUE(eventually([&] { return replicas(*one) == "north active, south standby"; }))
        << replicas(*one);
    EXPECT_EQ(value(*one, "tenantscope_replicas{state=\"active\"}"), 1);
    EXPECT_EQ(value(*one, "tenantscope_replicas{state=\"standby\"}"), 1);
    EXPECT_EQ(value(*one, "tenantscope_replicas{state=\"draining\"}"), 0);
    EXPECT_EQ(value(*one, "tenantscope_storage_fenced_total"), 0);
    EXPECT_EQ(value(*one, "tenantscope_storage_rewinds_total"), 0);
    const double age = value(*one, "tenantscope_storage_beat_age_seconds");
    EXPECT_GE(age, 0);
    EXPECT_LT(age, 2);
    const HttpAnswer page = http_get(one->daemon().url() + "/replicas");
    EXPECT_EQ(page.status, 200) << page.body;
    EXPECT_NE(page.body.find("<title>Replicas: north is active"), std::string::npos) << page.body;
    EXPECT_NE(page.body.find("http://south.example"), std::string::npos) << page.body;
  }
  EXPECT_EQ(state(north_), "active");
  EXPECT_EQ(state(south_), "standby");
}

TEST_F(ReplicasSeen, SayWhoIsGone) {
  north_.daemon().process().signal(SIGKILL);
  (void)north_.daemon().process().wait();
  EXPECT_TRUE(eventually([&] { return replicas(south_) == "gone: north active, south active"; }))
      << replicas(south_);
  EXPECT_EQ(value(south_, "tenantscope_replicas{state=\"active\"}"), 1);
  south_.daemon().process().signal(SIGTERM);
  EXPECT_EQ(south_.daemon().process().wait(), 0);
  EXPECT_EQ(server_.ask("SELECT count(*) FROM tenantscope.replicas WHERE name = 'south'"), "0");
}

TEST_F(ReplicasSeen, OneThatIsCutOffIsSuspended) {
  server_.freeze(true);
  EXPECT_TRUE(eventually([&] { return state(north_) == "suspended"; })) << north_.daemon().log();
  EXPECT_FALSE(shows(north_, "V0"));
  EXPECT_EQ(north_.daemon().metrics().count("tenantscope_tenant_"), 0u);
  EXPECT_EQ(value(north_, "tenantscope_replicas{state=\"active\"}"), -1);
  EXPECT_GT(value(north_, "tenantscope_storage_beat_age_seconds"), 2);
  const std::string url = north_.daemon().url();
  EXPECT_EQ(http_get(url + "/api/v1/tenants").status, 503);
  EXPECT_EQ(http_get(url + "/-/healthy").status, 200);
  EXPECT_NE(http_get(url + "/-/ready").body.find("is suspended"), std::string::npos);
  EXPECT_NE(http_get(url + "/").body.find("is suspended"), std::string::npos);
  server_.freeze(false);
  EXPECT_TRUE(eventually([&] {
    return shows(north_, "V0") && (state(north_) == "active" || state(north_) == "standby");
  })) << north_.daemon().log();
}

TEST_F(ReplicasSeen, DifferOnceTheActiveOneIsConfiguredAnew) {
  ASSERT_TRUE(eventually([&] { return value(south_, "tenantscope_replica_config_matches") == 1; }));
  north_.configure(configured("north", "", "docs-2025"));
  north_.reload();
  EXPECT_TRUE(eventually([&] { return value(south_, "tenantscope_replica_config_matches") == 0; }))
      << south_.daemon().log();
  EXPECT_EQ(value(north_, "tenantscope_replica_config_matches"), 1);
  north_.configure(configured("north"));
  north_.reload();
  EXPECT_TRUE(eventually([&] { return value(south_, "tenantscope_replica_config_matches") == 1; }))
      << south_.daemon().log();
}

// The same process is the active one twice: a counter that began anew would be 1 both times.
TEST_F(ReplicasSeen, CountTakeoversForAsLongAsTheyRun) {
  EXPECT_EQ(value(north_, "tenantscope_takeovers_total"), 1);
  north_.daemon().process().signal(SIGSTOP);
  ASSERT_TRUE(eventually([&] { return is_active(south_); })) << south_.daemon().log();
  north_.daemon().process().signal(SIGCONT);
  ASSERT_TRUE(eventually([&] { return state(north_) == "standby"; })) << north_.daemon().log();
  EXPECT_EQ(value(north_, "tenantscope_takeovers_total"), 1);
  south_.daemon().process().signal(SIGTERM);
  EXPECT_EQ(south_.daemon().process().wait(), 0);
  ASSERT_TRUE(eventually([&] { return is_active(north_); })) << north_.daemon().log();
  EXPECT_EQ(value(north_, "tenantscope_takeovers_total"), 2);
}

}  // namespace
}  // namespace tenantscope::e2e
