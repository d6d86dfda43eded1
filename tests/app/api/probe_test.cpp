// /probe, /api/v1/lookup, and /api/v1/explain of tenants that nobody watches: what is asked, by
// whom it may be, and what is made of the answer.
#include "app/api/api_fixture.hpp"
#include "web/seats.hpp"

namespace tenantscope {
namespace {

boost::asio::awaitable<Result<ProbeResult>> probed(Result<ProbeResult> result) { co_return result; }

class ApiProbe : public ApiTest {
 protected:
  ApiProbe() {
    watch_some();
    settings_of(table_.watches[0]).tenant_id = parse_guid("00000000-0000-0000-0000-00000000000a");
    settings_of(table_.watches[0]).labels = {{"team", "identity"}};
    show(document("USGov"));
  }

  void show(Result<Finding> finding) {
    ProbeResult result;
    result.observation = {.finding = std::move(finding),
                          .evidence = {.url = "https://login.example/x", .status = 200},
                          .time = wall_now()};
    result.duration = std::chrono::milliseconds(250);
    answer_ = std::move(result);
  }

  WebResponse ask(const std::string& path, Query query, Query headers = {}, bool anyone = false,
                  bool local = false) {
    orders_.clear();
    Api api(table_, instruments_, liveness_, open_sqlite_journal(folder_.path()),
            {.probe =
                 [this](ProbeOrder order) {
                   orders_.push_back(order);
                   return probed(answer_);
                 }},
            audit_, {.probe = anyone});
    WebRequest request{.method = "GET",
                       .path = path,
                       .query = std::move(query),
                       .headers = std::move(headers),
                       .local = local,
                       .control = control_,
                       .user = user_,
                       .seat = seat_};
    return run(loop_, api.answer(std::move(request)));
  }
  WebResponse probe(Query query, Query headers = {}, bool anyone = false) {
    return ask("/probe", std::move(query), std::move(headers), anyone);
  }
  json::object explain(Query query, bool anyone, bool local = false) {
    const WebResponse response = ask("/api/v1/explain", std::move(query), {}, anyone, local);
    EXPECT_EQ(response.status, 200u) << response.body;
    return json::parse(response.body).at("data").as_object();
  }

  json::object look_up(Query query, bool anyone = false, bool local = false) {
    const WebResponse response = ask("/api/v1/lookup", std::move(query), {}, anyone, local);
    EXPECT_EQ(response.status, 200u) << response.body;
    return json::parse(response.body).at("data").as_object();
  }

  Result<ProbeResult> answer_ = Error{};
  std::vector<ProbeOrder> orders_;
  std::shared_ptr<Seat> seat_;  // of the client; nullptr: there is no limit
  bool control_ = false;        // how it comes
  std::string user_;
};

TEST_F(ApiProbe, AsksForSoManyAtOnceOnly) {
  Seats seats(4, 4);  // one of them for probes
  const auto other = seats.take({.local = true});
  ASSERT_TRUE(other->begin_request(false) && other->begin_probe());
  seat_ = seats.take({.local = true});
  seat_->begin_request(false);
  const WebResponse refused = probe({{"target", "contoso.example"}});
  EXPECT_EQ(refused.status, 503u);
  EXPECT_EQ(refused.body, "too many probes are under way\n");
  EXPECT_EQ(header(refused, "Retry-After"), "1");
  EXPECT_EQ(refused.refused, RefusalReason::full);
  for (const auto& [path, query] : std::map<std::string, Query>{
           {"/api/v1/lookup", {{"tenant", "contoso.example"}}},
           {"/api/v1/explain", {{"host", "one.example"}, {"guest", "identity:google"}}}}) {
    const WebResponse answer = ask(path, query, {}, true);
    EXPECT_EQ(answer.status, 503u) << path;
    EXPECT_EQ(json::parse(answer.body).at("error"), "too many probes are under way");
    EXPECT_TRUE(orders_.empty()) << path;
  }
  EXPECT_EQ(explain({{"host", "contoso.example"}, {"guest", "identity:google"}}, true).at("rule"),
            "pair-host-usg")
      << "nobody is asked for what is watched";
  other->await_client(steady_now());
  EXPECT_EQ(probe({{"target", "contoso.example"}}).status, 200u);
  EXPECT_EQ(explain({{"host", "one.example"}, {"guest", "two.example"}}, true).at("capability"),
            "supported")
      << "one request that asks twice";
}

TEST_F(ApiProbe, ShowsWhatTheProbeSawAsMetrics) {
  const WebResponse response = probe({{"target", "Agency.example"}, {"cloud", "global"}});
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  const std::string key = R"(tenant="agency.example",asked="global")";
  for (const std::string& line :
       {std::string("probe_success 1"), std::string("probe_duration_seconds 0.25"),
        "tenantscope_tenant_region_scope{" + key + R"(,scope="USGov",sub_scope=""} 1)",
        "tenantscope_tenant_b2b_capability{" + key + R"(,state="supported"} 1)",
        "tenantscope_tenant_up{" + key + "} 1", "tenantscope_tenant_found{" + key + "} 1",
        "tenantscope_tenant_probe_duration_seconds{" + key + "} 0.25"})
    EXPECT_NE(response.body.find("\n" + line + "\n"), std::string::npos) << line << "\n"
                                                                         << response.body;
  EXPECT_NE(response.body.find(R"(,team="identity"} 1)"), std::string::npos);
  for (const char* of_the_watch :
       {"change_pending", "stale", "probe_failures_total", "last_change", "capability_left"})
    EXPECT_EQ(response.body.find(of_the_watch), std::string::npos) << of_the_watch;
  ASSERT_EQ(orders_.size(), 1u);
  EXPECT_EQ(to_string(orders_[0].key), "agency.example@global");
  EXPECT_EQ(orders_[0].tenant_id, table_.watches[0].settings->tenant_id);
  EXPECT_FALSE(orders_[0].timeout);
}

TEST_F(ApiProbe, ShowsThatThereIsNoSuchTenant) {
  show(Finding{});
  const std::string body = probe({{"target", "contoso.example"}}).body;
  for (
      const char* line :
      {"probe_success 1", R"(tenantscope_tenant_found{tenant="contoso.example",asked="global"} 0)",
       R"(tenantscope_tenant_b2b_capability{tenant="contoso.example",asked="global",state="unknown"} 1)"})
    EXPECT_NE(body.find(std::string("\n") + line + "\n"), std::string::npos) << line << body;
  EXPECT_EQ(body.find("\ntenantscope_tenant_region_scope{"), std::string::npos);
}

TEST_F(ApiProbe, ShowsAFailureAndNothingThatIsKnownOtherwise) {
  show(Error{ErrorKind::timeout, "no answer"});
  const WebResponse response = probe({{"target", "contoso.example"}});
  EXPECT_EQ(response.status, 200u);
  for (
      const char* line :
      {"probe_success 0", R"(tenantscope_tenant_up{tenant="contoso.example",asked="global"} 0)",
       R"(tenantscope_tenant_failure_info{tenant="contoso.example",asked="global",reason="timeout"} 1)"})
    EXPECT_NE(response.body.find(std::string("\n") + line + "\n"), std::string::npos)
        << line << response.body;
  EXPECT_EQ(response.body.find("USG"), std::string::npos);
}

TEST_F(ApiProbe, AnswersAsOpenMetricsWhereThatIsAskedFor) {
  const WebResponse response = probe({{"target", "contoso.example"}},
                                     {{"accept", "application/openmetrics-text;version=1.0.0"}});
  EXPECT_EQ(response.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(response.body.ends_with("# EOF\n"));
}

TEST_F(ApiProbe, SaysHowItWentWhereDebugIsAskedFor) {
  ProbeResult result = *answer_;
  result.trace = {.connect = std::chrono::milliseconds(10),
                  .total = std::chrono::milliseconds(200),
                  .headers = {"X-Evil: a\tb\x1b[31m"}};
  answer_ = result;
  const WebResponse response = probe({{"target", "contoso.example"}, {"debug", "true"}});
  EXPECT_TRUE(orders_.at(0).keep_headers);
  EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
  for (const char* part :
       {"contoso.example (asked in global)", "request     GET https://login.example/x",
        "connect     0.010000 s", "dns         -", "header      X-Evil: a?b?[31m",
        "rule        usgov-scope-usgov of docs-2026", "\nprobe_success 1\n"})
    EXPECT_NE(response.body.find(part), std::string::npos) << part << "\n" << response.body;
  show(Error{ErrorKind::dns, "no such host"});
  EXPECT_NE(probe({{"target", "contoso.example"}, {"debug", "true"}})
                .body.find("failure     dns: no such host"),
            std::string::npos);
}

TEST_F(ApiProbe, ShowsAnAnswersBodyToWhoeverMayOperate) {
  ProbeResult result = *answer_;
  result.observation.finding = Error{ErrorKind::http_status, "status 403"};
  result.status = 403;
  result.body = "<html>\r\n<title>\x1b]0;Denied\u202e</title>" + std::string(600, 'x');
  result.observation.evidence.body_bytes = result.body.size();
  answer_ = result;
  const auto report = [&](bool anyone, bool local) {
    const WebResponse response =
        ask("/probe", {{"target", "contoso.example"}, {"debug", "true"}}, {}, anyone, local);
    EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
    EXPECT_NE(response.body.find("sha256 " + result.body_sha256() + "\n"), std::string::npos);
    EXPECT_NE(response.body.find("\nprobe_success 0\n"), std::string::npos);
    return response.body;
  };
  const std::string shown = "begins with <html> <title>\\u001b]0;Denied\\u202e</title>xxx",
                    why =
                        "begins with (not shown: that wants the control socket, a login or "
                        "--web.enable-probe)\n";
  for (const bool local : {false, true}) {
    const std::string hidden = report(false, local);
    EXPECT_NE(hidden.find(why), std::string::npos) << hidden;
    EXPECT_EQ(hidden.find("Denied"), std::string::npos);
  }
  EXPECT_NE(report(true, false).find(shown), std::string::npos);
  EXPECT_EQ(report(true, false).find(std::string(501, 'x')), std::string::npos);
  control_ = true;
  EXPECT_NE(report(false, true).find(shown), std::string::npos);
  control_ = false;
  user_ = "alice";
  EXPECT_NE(report(false, false).find(shown), std::string::npos);
}

TEST_F(ApiProbe, RefusesWhatItCannotUnderstand) {
  const std::vector<Query> table{
      {},
      {{"target", ""}},
      {{"target", "common"}},
      {{"target", "ftp://login.example/"}},
      {{"target", "agency.example"}},  // asked in two clouds
      {{"target", "agency.example@usgov"}, {"cloud", "global"}},
      {{"target", "contoso.example"}, {"debug", "yes"}},
  };
  for (const Query& query : table) {
    EXPECT_EQ(probe(query, {}, true).status, 400u);
    EXPECT_TRUE(orders_.empty());
  }
  for (const char* timeout : {"soon", "0", "-1", "1s", "nan"})
    EXPECT_EQ(
        probe({{"target", "contoso.example"}}, {{"x-prometheus-scrape-timeout-seconds", timeout}})
            .status,
        400u)
        << timeout;
  answer_ = Error{ErrorKind::other, "no cloud is named `moon`"};
  EXPECT_EQ(probe({{"target", "other.example"}, {"cloud", "moon"}}, {}, true).status, 400u);
}

TEST_F(ApiProbe, AsksAboutConfiguredTenantsOnlyUnlessItMay) {
  for (const Query& query : {Query{{"target", "other.example"}}, Query{{"target", "left.example"}},
                             Query{{"target", "contoso.example"}, {"cloud", "china"}}}) {
    EXPECT_EQ(probe(query).status, 403u);
    EXPECT_TRUE(orders_.empty());
    EXPECT_EQ(probe(query, {}, true).status, 200u);
    EXPECT_EQ(orders_.size(), 1u);
  }
  EXPECT_EQ(to_string(orders_.at(0).key), "contoso.example@china");
  probe({{"target", "other.example@usgov"}}, {}, true);
  EXPECT_EQ(to_string(orders_.at(0).key), "other.example@usgov");
}

TEST_F(ApiProbe, TakesNoMoreTimeThanPrometheusGives) {
  for (const auto& [text, timeout] :
       {std::pair("10", Duration(9500)), std::pair("0.25", Duration(250)),
        std::pair("7200", Duration(3600'000))}) {
    probe({{"target", "contoso.example"}}, {{"x-prometheus-scrape-timeout-seconds", text}});
    EXPECT_EQ(orders_.at(0).timeout, timeout) << text;
  }
}

TEST_F(ApiProbe, ExplainsTenantsThatNobodyWatches) {
  const Query query{{"host", "Contoso.example"}, {"guest", "Other.example@usgov"}};
  EXPECT_EQ(ask("/api/v1/explain", query).status, 403u) << "not for everybody";
  EXPECT_TRUE(orders_.empty());
  for (const auto& [anyone, local] : {std::pair(true, false), std::pair(false, true)}) {
    const json::object explained = explain(query, anyone, local);
    EXPECT_EQ(explained.at("rule"), "pair-host-usg");
    EXPECT_TRUE(explained.at("error").is_null());
    EXPECT_EQ(explained.at("host"), "contoso.example");
    EXPECT_EQ(explained.at("guest"), "other.example@usgov");
    ASSERT_EQ(orders_.size(), 1u);
    EXPECT_EQ(to_string(orders_[0].key), "other.example@usgov");
  }
  EXPECT_EQ(ask("/api/v1/explain", query, {{"x-forwarded-for", "192.0.2.1"}}, false, true).status,
            403u)
      << "through a proxy";
  EXPECT_EQ(explain({{"host", "one.example"}, {"guest", "two.example"}}, true).at("capability"),
            "supported");
  EXPECT_EQ(orders_.size(), 2u);
}

TEST_F(ApiProbe, ExplainsWithoutAnswersToo) {
  show(Error{ErrorKind::connect, "refused"});
  const json::object explained =
      explain({{"host", "other.example"}, {"guest", "identity:google"}}, true);
  EXPECT_EQ(explained.at("capability"), "unknown");
  EXPECT_EQ(explained.at("error"), "connect");
  answer_ = Error{ErrorKind::other, "no cloud is named `moon`"};
  EXPECT_EQ(ask("/api/v1/explain", {{"host", "other.example@moon"}, {"guest", "identity:google"}},
                {}, true)
                .status,
            400u);
}

TEST_F(ApiProbe, LooksUpWhatTheAuthoritySaysNow) {
  const json::object found = look_up({{"tenant", "Agency.example"}, {"cloud", "global"}});
  EXPECT_EQ(found.at("tenant"), "agency.example");
  EXPECT_EQ(found.at("region_scope"), "USGov");
  EXPECT_EQ(found.at("b2b"), "supported");
  EXPECT_TRUE(found.at("error").is_null());
  EXPECT_TRUE(found.at("failure_detail").is_null());
  EXPECT_EQ(orders_.at(0).tenant_id, parse_guid("00000000-0000-0000-0000-00000000000a"))
      << "its pin holds";
  show(Error{ErrorKind::connect, "refused"});
  const json::object failed = look_up({{"tenant", "contoso.example"}});
  EXPECT_TRUE(failed.at("found").is_null());
  EXPECT_EQ(failed.at("error"), "connect");
  EXPECT_EQ(failed.at("failure_detail"), "refused");
}

TEST_F(ApiProbe, RefusesWhatIsNotConfiguredAlikeAtEveryPath) {
  const std::pair<const char*, Query> table[] = {
      {"/probe", {{"target", "other.example"}}},
      {"/api/v1/lookup", {{"tenant", "other.example"}}},
      {"/api/v1/explain", {{"host", "other.example"}, {"guest", "identity:google"}}},
      {"/api/v1/explain", {{"host", "agency.example@global"}, {"guest", "other.example"}}}};
  for (const auto& [path, query] : table) {
    const WebResponse response = ask(path, query);
    EXPECT_EQ(response.status, 403u) << path;
    EXPECT_NE(response.body.find("`other.example@global` is not a configured tenant; asking for "
                                 "others needs --web.enable-probe"),
              std::string::npos)
        << response.body;
  }
}

// Who is watched isn't asked by /api/v1/explain.
TEST_F(ApiProbe, IsNotMadeByAForeignPage) {
  const std::pair<const char*, Query> asks[] = {
      {"/probe", {{"target", "contoso.example"}}},
      {"/api/v1/lookup", {{"tenant", "contoso.example"}}},
      {"/api/v1/explain", {{"host", "other.example"}, {"guest", "identity:google"}}},
      {"/api/v1/explain", {{"host", "contoso.example"}, {"guest", "other.example"}}}};
  for (const auto& [path, query] : asks) {
    for (const char* site : {"cross-site", "same-site", "Cross-Site", "none, cross-site"}) {
      const WebResponse response = ask(path, query, {{"sec-fetch-site", site}}, true, true);
      EXPECT_EQ(response.status, 403u) << path << site;
      EXPECT_NE(response.body.find("a page of another site or port"), std::string::npos)
          << response.body;
      EXPECT_TRUE(orders_.empty()) << path;
    }
    for (const Query& headers :
         {Query{}, Query{{"sec-fetch-site", "none"}}, Query{{"sec-fetch-site", "same-origin"}}}) {
      EXPECT_EQ(ask(path, query, headers, true, true).status, 200u) << path;
      EXPECT_EQ(orders_.size(), 1u) << path;
    }
  }
  const Query foreign{{"sec-fetch-site", "cross-site"}};
  EXPECT_EQ(
      ask("/api/v1/explain", {{"host", "contoso.example"}, {"guest", "identity:google"}}, foreign)
          .status,
      200u);
  EXPECT_EQ(ask("/", {}, foreign).status, 200u);
}

TEST_F(ApiProbe, LooksUpOthersForItsOwnMachineOrWhoeverMay) {
  const Query query{{"tenant", "Other.example@usgov"}};
  EXPECT_EQ(ask("/api/v1/lookup", query).status, 403u);
  EXPECT_EQ(ask("/api/v1/lookup", query, {{"x-forwarded-for", "192.0.2.1"}}, false, true).status,
            403u)
      << "through a proxy";
  EXPECT_TRUE(orders_.empty());
  for (const auto& [anyone, local] : {std::pair(true, false), std::pair(false, true)}) {
    EXPECT_EQ(look_up(query, anyone, local).at("asked"), "usgov");
    EXPECT_EQ(to_string(orders_.at(0).key), "other.example@usgov");
  }
  for (const Query& wrong : {Query{}, Query{{"tenant", "two words"}}, Query{{"tenant", "common"}},
                             Query{{"tenant", "a@usgov"}, {"cloud", "china"}}})
    EXPECT_EQ(ask("/api/v1/lookup", wrong, {}, true).status, 400u);
  answer_ = Error{ErrorKind::other, "no cloud is named `moon`"};
  EXPECT_EQ(ask("/api/v1/lookup", {{"tenant", "other.example@moon"}}, {}, true).status, 400u);
}

}  // namespace
}  // namespace tenantscope
