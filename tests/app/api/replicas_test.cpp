// What is answered of the replicas of a ledger, and by one whose lease may be over.
#include "app/api/api_fixture.hpp"

namespace tenantscope {
namespace {

class ReplicasTest : public ApiTest {
 protected:
  static constexpr std::chrono::hours lease{1};

  void share() {
    watch("agency.example", "global", document("USGov"));
    commit(1);
    api_.share(fleet_);
    api_.set_ready(true);
    fleet_->become(ReplicaState::active);
    hear({});
  }
  void hear(Fleet::Clock ago) {
    Replica north;
    north.name = "north";
    north.state = ReplicaState::active;
    north.live = north.active = true;
    fleet_->hear({.all = {north}, .head = 7, .now = wall_now()}, boot_now() - ago);
  }
  bool metrics_have(const std::string& text) {
    return get("/metrics").body.find(text) != std::string::npos;
  }

  std::shared_ptr<Fleet> fleet_ = std::make_shared<Fleet>("north", lease);
};

constexpr const char* of_tenants[] = {"/pairs",
                                      "/explain",
                                      "/events",
                                      "/events.atom",
                                      "/api/v1/tenants",
                                      "/api/v1/collaborations",
                                      "/api/v1/events",
                                      "/api/v1/tenants/agency.example",
                                      "/tenants/agency.example"};

TEST_F(ReplicasTest, AreNotThereWhereNothingIsShared) {
  EXPECT_EQ(error(404, "/api/v1/replicas"),
            "there are no replicas: this daemon has its storage for itself, as it isn't in "
            "PostgreSQL");
  EXPECT_EQ(get("/replicas").status, 404u);
  EXPECT_TRUE(data("/api/v1/status").at("replica").is_null());
  EXPECT_EQ(get("/").body.find("href=\"./replicas\""), std::string::npos);
}

TEST_F(ReplicasTest, AreShownAsTheLedgerHasThem) {
  share();
  const json::object replicas = data("/api/v1/replicas");
  EXPECT_EQ(replicas.at("self"), "north");
  EXPECT_EQ(replicas.at("head"), 7);
  EXPECT_EQ(replicas.at("replicas").as_array().front().at("state"), "active");
  EXPECT_NE(get("/replicas").body.find("north is active"), std::string::npos);
  EXPECT_NE(get("/").body.find("href=\"./replicas\""), std::string::npos);
  EXPECT_EQ(json::serialize(data("/api/v1/status").at("replica")),
            R"({"name":"north","state":"active"})");
  EXPECT_EQ(get("/-/ready").body, "tenantscope is ready\n");
  for (const char* path : of_tenants)
    EXPECT_EQ(get(path).status, 200u) << path;
  EXPECT_TRUE(metrics_have("\ntenantscope_tenant_region_scope{"));
}

TEST_F(ReplicasTest, OneThatIsSuspendedShowsNothingOfTenants) {
  share();
  hear(lease);
  EXPECT_EQ(json::serialize(data("/api/v1/status").at("replica")),
            R"({"name":"north","state":"suspended"})");
  EXPECT_EQ(data("/api/v1/status").at("last_event"), 1);
  EXPECT_EQ(data("/api/v1/status").at("tenants").at("watched"), 0);
  for (const char* path : of_tenants) {
    const WebResponse answer = get(path);
    EXPECT_EQ(answer.status, 503u) << path;
    EXPECT_NE(answer.body.find("tenantscope is suspended"), std::string::npos) << answer.body;
  }
  EXPECT_FALSE(metrics_have("\ntenantscope_tenant_")) << get("/metrics").body;
  EXPECT_TRUE(metrics_have("\ntenantscope_storage_up"));
  EXPECT_EQ(get("/-/healthy").status, 200u);
  EXPECT_NE(get("/-/ready").body.find("tenantscope is suspended"), std::string::npos);
  const std::string overview = get("/").body;
  EXPECT_NE(overview.find("is suspended, and shows nothing of tenants"), std::string::npos);
  EXPECT_EQ(overview.find("agency.example"), std::string::npos);
  EXPECT_EQ(error(503, "/api/v1/replicas"),
            "the storage hasn't answered for 1h: who is there can't be known");
  EXPECT_NE(get("/replicas").body.find("can't be known"), std::string::npos);
}

TEST_F(ReplicasTest, OneThatWasSuspendedShowsThemAgain) {
  share();
  hear(lease);
  EXPECT_FALSE(metrics_have("\ntenantscope_tenant_"));
  hear({});
  EXPECT_TRUE(metrics_have("\ntenantscope_tenant_region_scope{"));
  EXPECT_EQ(get("/api/v1/tenants").status, 200u);
}

}  // namespace
}  // namespace tenantscope
