// What a standby answers.
#include <mutex>

#include "app/api/api_fixture.hpp"

namespace tenantscope {
namespace {

class StandingByTest : public ApiTest {
 protected:
  StandingByTest() {
    watch("agency.example", "global", document("USGov"));
    table_.watches.back().status.asked_elsewhere = true;
    table_.watches.back().state.last_success.reset();
    commit(1);
    api_.join();
    stand_by(true);
  }

  void stand_by(bool knows) {
    api_.stand_by(StandingBy{.active = "north", .url = "http://north.example", .knows = knows});
  }
  void expect_sent_on(const WebResponse& response) {
    EXPECT_EQ(response.status, 503u) << response.body;
    EXPECT_NE(response.body.find("ask `north`, http://north.example"), std::string::npos)
        << response.body;
  }
};

constexpr const char* committed[] = {"/pairs",
                                     "/explain",
                                     "/events",
                                     "/events.atom",
                                     "/api/v1/tenants",
                                     "/api/v1/collaborations",
                                     "/api/v1/events",
                                     "/api/v1/tenants/agency.example",
                                     "/tenants/agency.example"};

TEST_F(StandingByTest, AnswersWhatIsCommitted) {
  for (const char* path : committed)
    EXPECT_EQ(get(path).status, 200u) << path << get(path).body;
  EXPECT_EQ(events(), "1-1 of 1, next 1");
  EXPECT_EQ(data("/api/v1/explain", {{"host", "agency.example"}, {"guest", "agency.example"}})
                .at("host_facts")
                .at("region_scope"),
            "USGov");
  EXPECT_NE(get("/-/ready").body.find("active is `north`, http://north.example"),
            std::string::npos);
}

TEST_F(StandingByTest, SendsWhoAsksForMoreToTheActiveOne) {
  for (const char* path : {"/probe", "/config", "/api/v1/lookup", "/api/v1/probes"})
    expect_sent_on(get(path));
}

boost::asio::awaitable<WebResponse> forwarded(std::string to) {
  WebResponse response;
  response.body = "forwarded to " + to;
  co_return response;
}
boost::asio::awaitable<Result<std::uint64_t>> drilled_as(std::uint64_t sequence) {
  co_return sequence;
}
boost::asio::awaitable<std::string> reloaded() { co_return ""; }

TEST_F(StandingByTest, HasTheActiveOneOperatedAndReloadsItself) {
  Api api(
      table_, instruments_, liveness_, open_sqlite_journal(folder_.path()),
      {.reload = [] { return reloaded(); },
       .forward =
           [](WebRequest asked) {
             return forwarded(asked.path + " " + std::string(asked.parameter("to").value_or("")));
           }},
      audit_, {});
  api.join();
  const auto post = [&](const std::string& path, bool control) {
    WebRequest request{
        .method = "POST", .path = path, .query = {{"to", "USG"}}, .control = control};
    return run(loop_, api.answer(std::move(request)));
  };
  EXPECT_EQ(post("/api/v1/drill", true).status, 503u) << "it isn't known who is active";
  EXPECT_EQ(post("/-/reload", true).body, "reloaded\n") << "that is its own";
  for (const bool knows : {false, true}) {
    api.stand_by(StandingBy{.active = "north", .url = {}, .knows = knows});
    EXPECT_EQ(post("/api/v1/drill", true).body, "forwarded to /api/v1/drill USG");
    EXPECT_EQ(post("/api/v1/redeliver", true).body, "forwarded to /api/v1/redeliver USG");
    EXPECT_EQ(post("/-/reload", true).body, "reloaded\n");
    for (const char* path : {"/api/v1/drill", "/api/v1/redeliver", "/-/reload"})
      EXPECT_EQ(post(path, false).status, 403u) << path;
  }
}

// As the standby has found that they may be.
TEST_F(StandingByTest, OperatesForAStandby) {
  std::string drilled;
  Api api(table_, instruments_, liveness_, open_sqlite_journal(folder_.path()),
          {.drill =
               [&](TenantKey tenant, std::string to) {
                 drilled = to_string(tenant) + " to " + to;
                 return drilled_as(42);
               }},
          audit_, {});
  WebRequest asked{.method = "POST",
                   .path = "/api/v1/drill",
                   .query = {{"tenant", "agency.example"}, {"to", "USG"}}};
  EXPECT_EQ(run(loop_, api.carry_out(asked)).status, 200u);
  EXPECT_EQ(drilled, "agency.example@global to USG");
  asked.query.pop_back();
  EXPECT_EQ(run(loop_, api.carry_out(asked)).status, 400u);
}

TEST_F(StandingByTest, AnswersNothingOfTenantsBeforeItKnowsThem) {
  stand_by(false);
  for (const char* path : committed)
    expect_sent_on(get(path));
  EXPECT_EQ(get("/").status, 200u);
  EXPECT_EQ(get("/-/ready").status, 200u);
}

TEST_F(StandingByTest, ShowsTheCommittedFamiliesAlone) {
  const std::string metrics = get("/metrics").body;
  const auto has = [&](const std::string& family) {
    return metrics.find("\ntenantscope_tenant_" + family + "{") != std::string::npos;
  };
  for (const char* family : {"info", "region_scope", "b2b_capability", "found"})
    EXPECT_TRUE(has(family)) << family;
  for (const char* family :
       {"up", "stale", "failure_info", "change_pending", "probe_duration_seconds",
        "probe_failures_total", "last_success_timestamp_seconds"})
    EXPECT_FALSE(has(family)) << family;
}

TEST_F(StandingByTest, NamesTheActiveOneOnEachPage) {
  for (const char* path : {"/", "/pairs", "/events", "/explain", "/tenants/agency.example"})
    EXPECT_NE(get(path).body.find("`north`"), std::string::npos) << path << get(path).body;
}

TEST_F(StandingByTest, ShowsWhatIsCommittedThoughItIsOutdated) {
  api_.stand_by(StandingBy{
      .active = "north", .url = {}, .outdated = "install the newer release", .knows = true});
  for (const char* path : committed)
    EXPECT_EQ(get(path).status, 200u) << path << get(path).body;
  const WebResponse ready = get("/-/ready");
  EXPECT_EQ(ready.status, 503u) << "it doesn't take over";
  EXPECT_EQ(ready.body, "tenantscope is outdated (install the newer release): active is `north`\n");
  EXPECT_NE(get("/").body.find("is outdated (install the newer release), and shows what is stored"),
            std::string::npos);
  EXPECT_NE(get("/config").body.find("only the active replica does this: ask `north`"),
            std::string::npos);
}

TEST_F(StandingByTest, SaysThatNobodyIsActive) {
  api_.stand_by(
      StandingBy{.active = {}, .url = {}, .outdated = "install the newer release", .knows = false});
  EXPECT_NE(get("/-/ready").body.find("active is nobody"), std::string::npos);
  EXPECT_NE(get("/pairs").body.find("no replica is active now"), std::string::npos);
}

}  // namespace
}  // namespace tenantscope
