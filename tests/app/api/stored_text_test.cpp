// What a storage of an older version may hold: scopes that are refused by now.
#include "app/api/api_fixture.hpp"
#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

TEST_F(ApiTest, ShowsNothingRawOfWhatIsStored) {
  const std::string scope = hostile_text();
  const TenantKey key{.asked = "global", .name = "agency.example"};
  const std::vector<Step> steps{step_to(key, {}, document(scope, scope), minute(1))};
  ASSERT_TRUE(ledger_->commit(steps, "tenantscope").front());
  table_.last_event = *ledger_->last();
  const std::vector<StoredTenant> stored = ledger_->load().value();
  ASSERT_EQ(stored.size(), 1u);
  table_.add({.settings = shared({.key = key}), .state = stored.front().state, .status = {}});
  ASSERT_EQ(table_.watches[0].state.known->region_scope, scope);

  for (const char* path : {"/metrics", "/", "/tenants/agency.example", "/events", "/events.atom",
                           "/api/v1/tenants", "/api/v1/tenants/agency.example", "/api/v1/events"}) {
    const WebResponse response = get(path);
    EXPECT_EQ(response.status, 200u) << path;
    EXPECT_NE(response.body.find("agency.example"), std::string::npos) << path;
    EXPECT_EQ(raw_in(response.body), "") << path;
  }
  EXPECT_NE(get("/metrics").body.find("scope=\"a\\\\u001bz\\\\u0007z"), std::string::npos);
  EXPECT_EQ(data("/api/v1/tenants/agency.example").at("region_scope").as_string(), scope);
  const json::object events = data("/api/v1/events");
  EXPECT_EQ(events.at("events").at(0).at("data").at("current").at("region_scope").as_string(),
            scope);
}

}  // namespace
}  // namespace tenantscope
