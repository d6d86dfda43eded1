#include "simulator/control.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace tenantscope::simulator {
namespace {

using std::chrono::seconds;

class Control : public testing::Test {
 protected:
  Control() : authority_(scenario(), WallTime{}) {}

  boost::json::value call(int status, const std::string& method, const std::string& path,
                          const std::string& body = {}, Duration now = {}) {
    const Request request{.method = method, .target = "/control/" + path, .body = body};
    EXPECT_TRUE(is_control(request));
    const Reply reply = control(authority_, request, now);
    EXPECT_EQ(reply.status, status) << reply.body;
    return boost::json::parse(reply.body);
  }

  int ask(const std::string& name, Duration now = {}) {
    return authority_
        .answer({.method = "GET",
                 .target = "/" + name + "/v2.0/.well-known/openid-configuration",
                 .first = true},
                now)
        .status;
  }

  static Scenario scenario() {
    Findings findings;
    return read_scenario(R"(
tenants:
  - {name: a.example, tenant_id: 11111111-2222-3333-4444-555555555555, cloud: usgov, region_scope: USG,
     timeline: [{at: 5s, sub_scope: ~}]}
)",
                         "s.yaml", findings);
  }

  Authority authority_;
};

TEST_F(Control, ShowsTenants) {
  EXPECT_EQ(
      boost::json::serialize(call(200, "GET", "tenants")),
      R"([{"name":"a.example","tenant_id":"11111111-2222-3333-4444-555555555555","found":true,"cloud":"usgov",)"
      R"("region_scope":"USG","fault":null,"requests":0}])");
  EXPECT_EQ(call(200, "GET", "tenants/A.example").at("region_scope"), "USG");
  EXPECT_EQ(call(200, "GET", "tenants/11111111-2222-3333-4444-555555555555").at("name"),
            "a.example");
  EXPECT_TRUE(call(200, "GET", "tenants/a.example", "", seconds(5)).at("sub_scope").is_null())
      << "the timeline has caught up";
  call(404, "GET", "tenants/b.example");
}

TEST_F(Control, ChangesATenant) {
  const auto changed = call(200, "PUT", "tenants/a.example",
                            R"({"region_scope":"USGov","sub_scope":"DODCON","hosts":"global"})");
  EXPECT_EQ(changed.at("region_scope"), "USGov");
  EXPECT_EQ(changed.at("sub_scope"), "DODCON");
  EXPECT_EQ(changed.at("hosts"), "global");
  EXPECT_EQ(changed.at("cloud"), "usgov") << "what isn't named stays";
  EXPECT_FALSE(call(200, "POST", "tenants/a.example", R"({"region_scope":"absent"})")
                   .as_object()
                   .contains("region_scope"));
  call(200, "PUT", "tenants/a.example", R"({"found":false})");
  EXPECT_EQ(ask("a.example"), 400);
  call(200, "PUT", "tenants/11111111-2222-3333-4444-555555555555", R"({"found":true})");
  EXPECT_EQ(ask("a.example"), 200) << "changed by its tenant_id";
}

TEST_F(Control, CreatesATenant) {
  EXPECT_EQ(ask("new.example"), 400);
  call(200, "PUT", "tenants/New.example", R"({"region_scope":"EU"})");
  EXPECT_EQ(ask("new.example"), 200);
  call(200, "PUT", "tenants/empty.example");
  EXPECT_EQ(ask("empty.example"), 200);
}

TEST_F(Control, SwitchesATenantsFault) {
  EXPECT_EQ(call(200, "PUT", "tenants/a.example", R"({"fault":{"kind":"throttle","for":"10s"}})",
                 seconds(1))
                .at("fault"),
            "throttle");
  EXPECT_EQ(ask("a.example", seconds(10)), 429);
  EXPECT_EQ(ask("a.example", seconds(11)), 200) << "it lasts from the request on";
  call(200, "PUT", "tenants/a.example", R"({"fault":"throttle"})", seconds(11));
  EXPECT_EQ(ask("a.example", seconds(100)), 429);
  EXPECT_TRUE(call(200, "PUT", "tenants/a.example", R"({"fault":null})", seconds(100))
                  .at("fault")
                  .is_null());
  EXPECT_EQ(ask("a.example", seconds(100)), 200);
}

TEST_F(Control, SwitchesTheFaultForEveryone) {
  EXPECT_TRUE(call(200, "GET", "fault").at("fault").is_null());
  EXPECT_EQ(call(200, "PUT", "fault", R"({"kind":"status","status":500,"count":1})").at("fault"),
            "status");
  EXPECT_EQ(ask("a.example"), 500);
  EXPECT_EQ(ask("a.example"), 200);
  call(200, "POST", "fault", R"("throttle")");
  EXPECT_EQ(ask("nobody.example"), 429);
  EXPECT_TRUE(call(200, "DELETE", "fault").at("fault").is_null());
  EXPECT_EQ(ask("a.example"), 200);
}

TEST_F(Control, ShowsStats) {
  ask("a.example");
  ask("nobody.example");
  call(200, "PUT", "fault", R"("reset")");
  ask("a.example");
  EXPECT_EQ(
      boost::json::serialize(call(200, "GET", "stats")),
      R"({"requests":3,"connections":3,"statuses":{"none":1,"200":1,"400":1},"tenants":{"a.example":2}})");
}

struct BadRequest {
  int status;
  const char* method;
  const char* path;
  const char* body;
  const char* error;
};

class BadControl : public Control, public testing::WithParamInterface<BadRequest> {};

TEST_P(BadControl, SaysWhatIsWrongAndChangesNothing) {
  const std::string before = boost::json::serialize(call(200, "GET", "tenants"));
  const auto answer = call(GetParam().status, GetParam().method, GetParam().path, GetParam().body);
  const std::string error(answer.at("errors").at(0).as_string());
  EXPECT_TRUE(error.starts_with(GetParam().error)) << error;
  EXPECT_EQ(boost::json::serialize(call(200, "GET", "tenants")), before);
  EXPECT_TRUE(call(200, "GET", "fault").at("fault").is_null());
}

INSTANTIATE_TEST_SUITE_P(
    All, BadControl,
    testing::Values(
        BadRequest{400, "PUT", "tenants/a.example", R"({"region_scope":"X","scop":"Y"})",
                   "body:1:21: a change of a tenant has no key `scop`"},
        BadRequest{400, "PUT", "tenants/a.example", R"({"found":"no"})",
                   "body:1:10: true or false is expected"},
        BadRequest{400, "PUT", "tenants/a.example", R"([1])",
                   "body:1:1: a change of a tenant is a map"},
        BadRequest{400, "PUT", "tenants/a.example", R"({"found":)", "body:1:"},
        BadRequest{400, "PUT", "tenants/new.example", R"({"cloud":"mars"})",
                   "body:1:10: a cloud is expected"},
        BadRequest{400, "PUT", "tenants/common", "{}", "`common` is no tenant: a pseudo tenant"},
        BadRequest{400, "PUT", "tenants/a/b", "{}", "`a/b` is no tenant"},
        BadRequest{400, "PUT", "fault", R"("gremlin")", "body:1:1: unknown fault `gremlin`"},
        BadRequest{404, "GET", "tenants/b.example", "", "no tenant `b.example`"},
        BadRequest{404, "GET", "nothing", "", "the paths here are"},
        BadRequest{405, "DELETE", "tenants/a.example", "", "the methods here are GET, PUT, POST"},
        BadRequest{405, "PUT", "tenants", "{}", "the methods here are GET"},
        BadRequest{405, "PUT", "stats", "{}", "the methods here are GET"},
        BadRequest{405, "PATCH", "fault", "{}", "the methods here are GET, PUT, POST, DELETE"}));

}  // namespace
}  // namespace tenantscope::simulator
