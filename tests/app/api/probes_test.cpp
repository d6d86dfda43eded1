// The last probes, as the API tells of them.
#include "app/api/api_fixture.hpp"
#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

class ApiProbes : public ApiTest {
 protected:
  void probed(const std::string& name, const std::string& asked, std::optional<ErrorKind> failure,
              int minutes) {
    ProbeRecord record{.tenant = {.asked = asked, .name = name},
                       .time = minute(minutes),
                       .duration = std::chrono::milliseconds(250),
                       .failure = failure,
                       .found = !failure,
                       .failure_detail = failure ? "the authority answered with status 503" : "",
                       .status = failure ? 503 : 200,
                       .request_id = failure ? "4711" : "",
                       .body_bytes = 1753,
                       .body = failure ? "<h1>busy</h1>" : ""};
    table_.last_probes.note(std::move(record));
  }
  // "TENANT@ASKED OUTCOME" of each.
  Names listed(Query query = {}) {
    Names names;
    const json::object shown = data("/api/v1/probes", std::move(query));
    for (const auto& probe : shown.at("probes").as_array())
      names.push_back(fmt::format("{}@{} {}", probe.at("tenant").as_string().c_str(),
                                  probe.at("asked").as_string().c_str(),
                                  probe.at("outcome").as_string().c_str()));
    return names;
  }
};

TEST_F(ApiProbes, AreListedNewestFirst) {
  watch_some();
  EXPECT_EQ(json::serialize(data("/api/v1/probes")), R"({"probes":[],"dropped":0})");
  probed("agency.example", "global", ErrorKind::http_status, 1);
  probed("agency.example", "usgov", {}, 2);
  probed("contoso.example", "global", {}, 3);
  EXPECT_EQ(listed(), (Names{"contoso.example@global found", "agency.example@usgov found",
                             "agency.example@global http_status"}));
  EXPECT_EQ(listed({{"tenant", "Contoso.example"}}), Names{"contoso.example@global found"});
  EXPECT_EQ(listed({{"tenant", "agency.example"}, {"cloud", "usgov"}}),
            Names{"agency.example@usgov found"});
  EXPECT_EQ(listed({{"tenant", "agency.example@global"}}),
            Names{"agency.example@global http_status"});
  EXPECT_EQ(listed({{"tenant", "new.example"}}), Names{});
}

TEST_F(ApiProbes, OfATenantThatIsNotKnownAreRefused) {
  watch_some();
  error(404, "/api/v1/probes", {{"tenant", "left.example"}});
  error(404, "/api/v1/probes", {{"tenant", "contoso.example"}, {"cloud", "usgov"}});
  error(400, "/api/v1/probes", {{"tenant", "agency.example"}});
  error(400, "/api/v1/probes", {{"tenant", ""}});
  error(400, "/api/v1/probes", {{"tenant", "<script>"}});
}

TEST_F(ApiProbes, SayWhatTheAuthoritySaid) {
  probed("agency.example", "global", ErrorKind::http_status, 1);
  probed("agency.example", "global", {}, 2);
  const json::object shown = data("/api/v1/probes");
  const json::array& probes = shown.at("probes").as_array();
  ASSERT_EQ(probes.size(), 2u);
  EXPECT_EQ(json::serialize(probes[0]),
            R"({"tenant":"agency.example","asked":"global","time":")" + rfc3339(minute(2)) +
                R"(","duration_seconds":2.5E-1,"outcome":"found","error":null,)"
                R"("failure_detail":null,"status":200,"request_id":null,"body_bytes":1753,)"
                R"("body":null})");
  EXPECT_EQ(json::serialize(probes[1]),
            R"({"tenant":"agency.example","asked":"global","time":")" + rfc3339(minute(1)) +
                R"(","duration_seconds":2.5E-1,"outcome":"http_status","error":"http_status",)"
                R"("failure_detail":"the authority answered with status 503","status":503,)"
                R"("request_id":"4711","body_bytes":1753,"body":null})");
}

// As of `/probe?debug=true`: what a body says is for operators.
TEST_F(ApiProbes, ShowABodyToOperatorsAlone) {
  probed("agency.example", "global", ErrorKind::http_status, 1);
  const auto body_for = [&](Api& api, WebRequest request) {
    request.method = "GET";
    request.path = "/api/v1/probes";
    const WebResponse response = run(loop_, api.answer(std::move(request)));
    return json::parse(response.body).at("data").at("probes").at(0).at("body");
  };
  Api open(table_, instruments_, liveness_, open_sqlite_journal(folder_.path()), {}, audit_,
           {.probe = true});
  WebRequest local;
  local.local = true;
  WebRequest control;
  control.control = true;
  WebRequest user;
  user.user = "alice";
  EXPECT_TRUE(body_for(api_, local).is_null());
  EXPECT_EQ(body_for(api_, control), "<h1>busy</h1>");
  EXPECT_EQ(body_for(api_, user), "<h1>busy</h1>");
  EXPECT_EQ(body_for(open, local), "<h1>busy</h1>");
}

TEST_F(ApiProbes, OfAProbeWithoutAnAnswerSayNoMoreThanIsKnown) {
  table_.last_probes.note({.tenant = {.asked = "global", .name = "agency.example"},
                           .time = minute(1),
                           .failure = ErrorKind::dns,
                           .failure_detail = hostile_text()});
  const WebResponse response = get("/api/v1/probes");
  EXPECT_EQ(raw_in(response.body), "");
  const json::value probe = json::parse(response.body).at("data").at("probes").at(0);
  EXPECT_EQ(probe.at("outcome"), "dns");
  for (const char* key : {"status", "request_id", "body_bytes", "body"})
    EXPECT_TRUE(probe.at(key).is_null()) << key;
}

TEST_F(ApiProbes, CountWhatHadToGo) {
  for (int i = 0; i < 3000; ++i) {
    ProbeRecord record{.tenant = {.asked = "global", .name = fmt::format("t{}.example", i)},
                       .failure = ErrorKind::http_status};
    record.body = std::string(recorded_body_limit, 'x');
    table_.last_probes.note(std::move(record));
  }
  EXPECT_GT(data("/api/v1/probes").at("dropped").to_number<int>(), 0);
}

}  // namespace
}  // namespace tenantscope
