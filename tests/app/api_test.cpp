#include "app/api/api.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "app/faulty_ledger.hpp"
#include "io/clock.hpp"
#include "io/event_loop.hpp"
#include "io/ledger_samples.hpp"
#include "io/sqlite_ledger.hpp"
#include "io/temporary_folder.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;
using Query = std::vector<std::pair<std::string, std::string>>;
using Names = std::vector<std::string>;

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() { api_.use_bell(bell_); }

  WebResponse send(const std::string& method, const std::string& path, Query query = {}, Query headers = {}) {
    WebRequest request{.method = method, .path = path, .query = std::move(query), .headers = std::move(headers)};
    return run(loop_, api_.answer(std::move(request)));
  }
  WebResponse get(const std::string& path, Query query = {}) { return send("GET", path, std::move(query)); }

  // Of an answer that must be JSON and a success.
  json::object data(const std::string& path, Query query = {}) {
    const WebResponse response = get(path, std::move(query));
    EXPECT_EQ(response.status, 200u) << response.body;
    EXPECT_EQ(response.content_type, "application/json");
    const json::object body = json::parse(response.body).as_object();
    EXPECT_EQ(body.at("status"), "success");
    return body.at("data").as_object();
  }
  // Of an answer that must be JSON and an error.
  std::string error(unsigned status, const std::string& path, Query query = {}) {
    const WebResponse response = get(path, std::move(query));
    EXPECT_EQ(response.status, status) << path << response.body;
    const json::object body = json::parse(response.body).as_object();
    EXPECT_EQ(body.at("status"), "error");
    EXPECT_FALSE(body.contains("data"));
    return std::string(body.at("error").as_string());
  }

  void watch(const std::string& name, const std::string& asked, std::optional<Finding> known = {}) {
    Watch made{.settings = {.key = {.asked = asked, .name = name}}};
    if (known) made.state = {.generation = 1, .found = true, .known = known, .last_success = wall_now()};
    table_.index.emplace(made.settings.key, table_.watches.size());
    table_.watches.push_back(std::move(made));
  }
  void watch_some() {
    watch("agency.example", "global", document("USGov"));
    watch("contoso.example", "global", document("USG"));
    watch("agency.example", "usgov", document("USG"));
    watch("new.example", "global");
    watch("left.example", "global", document("USG"));
    table_.watches.back().watched = false;
  }
  Names tenants(Query query = {}) {
    Names names;
    const json::object shown = data("/api/v1/tenants", std::move(query));
    for (const auto& tenant : shown.at("tenants").as_array())
      names.push_back(std::string(tenant.at("tenant").as_string()) + "@" + std::string(tenant.at("asked").as_string()));
    return names;
  }

  void commit(int events) {
    std::vector<Step> steps;
    for (int i = 0; i < events; ++i, ++next_) steps.push_back(step_to(tenant(next_), {}, document("USG"), minute(next_)));
    ledger_->commit(steps, "tenantscope");
  }
  // "FIRST-LAST of COUNT, next NEXT"
  std::string events(Query query = {}) {
    const json::object shown = data("/api/v1/events", std::move(query));
    const json::array& list = shown.at("events").as_array();
    const std::string next = json::serialize(shown.at("next"));
    if (list.empty()) return "none, next " + next;
    const auto sequence = [](const json::value& event) { return std::stoi(std::string(event.at("sequence").as_string())); };
    return fmt::format("{}-{} of {}, next {}", sequence(list.front()), sequence(list.back()), list.size(), next);
  }

  TemporaryFolder folder_;
  std::unique_ptr<Ledger> ledger_ = open_sqlite_ledger(folder_.path());
  int next_ = 1;
  Table table_;
  Instruments instruments_;
  boost::asio::io_context loop_;
  JournalBell bell_{loop_.get_executor()};
  Api api_{table_, instruments_, open_sqlite_journal(folder_.path()), {}, false};
};

TEST_F(ApiTest, TellsHealthAndReadiness) {
  EXPECT_EQ(get("/-/healthy").status, 200u);
  EXPECT_EQ(get("/-/ready").status, 503u);
  api_.set_ready(true);
  EXPECT_EQ(get("/-/ready").status, 200u);
  api_.set_ready(false);
  EXPECT_EQ(get("/-/ready").status, 503u);
}

TEST_F(ApiTest, RefusesWhatIsNotThereOrNotAllowed) {
  for (const std::string path : {"/nothing", "/metrics/", "/-/", "/api", "/api/v1/tenantsx"}) EXPECT_EQ(get(path).status, 404u) << path;
  EXPECT_EQ(error(404, "/api/v1/nothing"), "no such resource");
  for (const std::string path : {"/metrics", "/-/healthy", "/api/v1/events", "/api/v1/tenants", "/nothing"}) {
    const WebResponse response = send("POST", path);
    EXPECT_EQ(response.status, 405u) << path;
    EXPECT_EQ(response.headers, (Query{{"Allow", "GET, HEAD"}})) << path;
  }
  for (const std::string method : {"GET", "HEAD"}) {
    for (const std::string path : {"/-/reload", "/api/v1/drill", "/api/v1/redeliver"}) {
      const WebResponse response = send(method, path);
      EXPECT_EQ(response.status, 405u) << method << path;
      EXPECT_EQ(response.headers, (Query{{"Allow", "POST"}})) << method << path;
    }
  }
}

TEST_F(ApiTest, AnswersHeadAsGet) {
  for (const std::string path : {"/-/healthy", "/api/v1/tenants", "/api/v1/events", "/nothing"}) {
    const WebResponse head = send("HEAD", path), whole = get(path);
    EXPECT_EQ(head.status, whole.status) << path;
    EXPECT_EQ(head.body, whole.body) << path;
  }
}

boost::asio::awaitable<std::string> findings(std::string text) { co_return text; }

TEST_F(ApiTest, ReloadsWhereItMay) {
  EXPECT_EQ(send("POST", "/-/reload").status, 403u);
  for (const auto& [text, status] : {std::pair<std::string, unsigned>("", 200), std::pair<std::string, unsigned>("a.yaml:1:2: wrong", 400)}) {
    Api open(table_, instruments_, open_sqlite_journal(folder_.path()), {.reload = [text = text] { return findings(text); }}, true);
    const WebResponse response = run(loop_, open.answer({.method = "POST", .path = "/-/reload", .query = {}, .headers = {}}));
    EXPECT_EQ(response.status, status);
    EXPECT_NE(response.body.find(text), std::string::npos);
  }
}

// What the operations were asked.
struct Asked {
  std::string drill;
  std::optional<Redelivery> redelivery;
};

boost::asio::awaitable<Result<std::uint64_t>> answered(Result<std::uint64_t> answer) { co_return answer; }

class ApiOperations : public ApiTest {
 protected:
  ApiOperations() { watch_some(); }

  WebResponse post(const std::string& path, Query query, bool local = true, Query headers = {}, bool lifecycle = false) {
    Api api(table_, instruments_, open_sqlite_journal(folder_.path()),
            {.reload = [] { return findings(""); },
             .drill =
                 [this](TenantKey tenant, std::string to) {
                   asked_.drill = to_string(tenant) + " to " + to;
                   return answered(answer_);
                 },
             .redeliver =
                 [this](Redelivery redelivery) {
                   asked_.redelivery = redelivery;
                   return answered(answer_);
                 }},
            lifecycle);
    WebRequest request{.method = "POST", .path = path, .query = std::move(query), .headers = std::move(headers), .local = local};
    return run(loop_, api.answer(std::move(request)));
  }

  Asked asked_;
  Result<std::uint64_t> answer_ = 42;
};

TEST_F(ApiOperations, DrillsATenant) {
  const WebResponse response = post("/api/v1/drill", {{"tenant", "Contoso.example"}, {"to", "USGov"}});
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(json::parse(response.body).at("data").at("sequence"), "00000000000000000042");
  EXPECT_EQ(asked_.drill, "contoso.example@global to USGov");
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "agency.example"}, {"cloud", "usgov"}, {"to", "USG"}}).status, 200u);
  EXPECT_EQ(asked_.drill, "agency.example@usgov to USG");
}

TEST_F(ApiOperations, RefuseWhatTheyCannotDo) {
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "contoso.example"}}).status, 400u);
  EXPECT_EQ(post("/api/v1/drill", {{"to", "USG"}}).status, 400u);
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "no name"}, {"to", "USG"}}).status, 400u);
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "agency.example"}, {"to", "USG"}}).status, 400u) << "asked in two clouds";
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "left.example"}, {"to", "USG"}}).status, 404u);
  EXPECT_EQ(post("/api/v1/redeliver", {{"id", "x"}}).status, 400u);
  EXPECT_EQ(post("/api/v1/redeliver", {{"sink", "soc"}}).status, 400u);
  EXPECT_EQ(post("/api/v1/redeliver", {{"sink", "soc"}, {"id", "x"}, {"since", "2026-11-23T10:00:00Z"}}).status, 400u);
  EXPECT_EQ(post("/api/v1/redeliver", {{"sink", "soc"}, {"since", "yesterday"}}).status, 400u);
  EXPECT_EQ(asked_.drill, "");
  EXPECT_FALSE(asked_.redelivery);
  answer_ = Error{ErrorKind::other, "no sink is named `soc`"};
  EXPECT_EQ(post("/api/v1/redeliver", {{"sink", "soc"}, {"id", "x"}}).status, 404u);
  answer_ = Error{ErrorKind::io, "the disk is broken"};
  const WebResponse broken = post("/api/v1/drill", {{"tenant", "contoso.example"}, {"to", "USG"}});
  EXPECT_EQ(broken.status, 503u);
  EXPECT_EQ(json::parse(broken.body).at("error"), "the disk is broken");
}

TEST_F(ApiOperations, RedeliverByIdOrSince) {
  EXPECT_EQ(json::parse(post("/api/v1/redeliver", {{"sink", "soc"}, {"id", "an-id"}}).body).at("data").at("events"), 42);
  EXPECT_EQ(asked_.redelivery->sink, "soc");
  EXPECT_EQ(asked_.redelivery->id, "an-id");
  EXPECT_EQ(post("/api/v1/redeliver", {{"sink", "soc"}, {"since", "2026-11-23T10:00:00Z"}}).status, 200u);
  EXPECT_EQ(asked_.redelivery->id, "");
  EXPECT_EQ(rfc3339(asked_.redelivery->since), "2026-11-23T10:00:00.000Z");
}

TEST_F(ApiOperations, AreForThisMachineUnlessTheLifecycleIsEnabled) {
  const Query drill{{"tenant", "contoso.example"}, {"to", "USG"}};
  EXPECT_EQ(post("/api/v1/drill", drill, false).status, 403u);
  EXPECT_EQ(post("/api/v1/redeliver", {{"sink", "soc"}, {"id", "x"}}, false).status, 403u);
  EXPECT_EQ(post("/api/v1/drill", drill, true, {{"x-forwarded-for", "192.0.2.1"}}).status, 403u) << "through a proxy";
  EXPECT_EQ(asked_.drill, "");
  EXPECT_EQ(post("/api/v1/drill", drill, false, {}, true).status, 200u);
  EXPECT_EQ(post("/-/reload", {}, true).status, 403u) << "a reload always needs the flag";
}

TEST_F(ApiOperations, AreNotForBrowsers) {
  const Query origin{{"origin", "https://evil.example"}};
  EXPECT_EQ(post("/api/v1/drill", {{"tenant", "contoso.example"}, {"to", "USG"}}, true, origin, true).status, 403u);
  EXPECT_EQ(post("/-/reload", {}, true, origin, true).status, 403u);
  EXPECT_EQ(asked_.drill, "");
}

TEST_F(ApiTest, ExposesMetricsInTheFormatThatIsAskedFor) {
  watch_some();
  instruments_.authority("global");
  const WebResponse text = get("/metrics");
  EXPECT_EQ(text.content_type, "text/plain; version=0.0.4; charset=utf-8");
  for (const std::string part : {R"(tenantscope_tenant_region_scope{tenant="agency.example",asked="global",scope="USGov",sub_scope=""} 1)",
                                 R"(tenantscope_authority_up{asked="global"} 1)", "process_open_fds "})
    EXPECT_NE(text.body.find("\n" + part), std::string::npos) << part;
  EXPECT_EQ(text.body.find("left.example"), std::string::npos);
  EXPECT_TRUE(text.body.ends_with("\n"));

  const WebResponse open = send("GET", "/metrics", {}, {{"accept", "application/openmetrics-text;version=1.0.0"}});
  EXPECT_EQ(open.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(open.body.ends_with("\n# EOF\n"));
}

TEST_F(ApiTest, ListsTenants) {
  EXPECT_EQ(tenants(), Names{});
  watch_some();
  struct Row {
    Query query;
    Names names;
    std::int64_t total;
  };
  const std::string agency = "agency.example@global", contoso = "contoso.example@global", gov = "agency.example@usgov", unseen = "new.example@global";
  const std::vector<Row> table{
      {{}, {agency, contoso, gov, unseen}, 4},
      {{{"cloud", "usgov"}}, {gov}, 1},
      {{{"cloud", "nowhere"}}, {}, 0},
      {{{"state", "supported"}}, {agency}, 1},
      {{{"state", "not_supported"}}, {contoso, gov}, 2},
      {{{"state", "unknown"}}, {unseen}, 1},
      {{{"q", "AGENCY"}}, {agency, gov}, 2},
      {{{"q", "agency"}, {"cloud", "global"}}, {agency}, 1},
      {{{"limit", "2"}}, {agency, contoso}, 4},
      {{{"limit", "2"}, {"offset", "1"}}, {contoso, gov}, 4},
      {{{"offset", "3"}}, {unseen}, 4},
      {{{"offset", "4"}}, {}, 4},
      {{{"limit", "0"}}, {}, 4},
      {{{"q", "agency"}, {"limit", "1"}, {"offset", "1"}}, {gov}, 2},
  };
  for (const Row& row : table) {
    std::string query;
    for (const auto& [name, value] : row.query) query += name + "=" + value + "&";
    EXPECT_EQ(tenants(row.query), row.names) << query;
    EXPECT_EQ(data("/api/v1/tenants", row.query).at("total"), row.total) << query;
  }
  for (const auto& [name, value] : Query{{"limit", "1001"}, {"limit", "-1"}, {"limit", "ten"}, {"limit", ""}, {"offset", "1 "}, {"state", "maybe"}, {"state", ""}})
    EXPECT_NE(error(400, "/api/v1/tenants", {{name, value}}).find("`" + name + "`"), std::string::npos) << name << "=" << value;
}

TEST_F(ApiTest, ShowsOneTenant) {
  watch_some();
  EXPECT_EQ(data("/api/v1/tenants/contoso.example").at("region_scope"), "USG");
  EXPECT_EQ(data("/api/v1/tenants/CONTOSO.Example").at("tenant"), "contoso.example");
  EXPECT_EQ(data("/api/v1/tenants/agency.example", {{"cloud", "usgov"}}).at("b2b"), "not_supported");
  EXPECT_EQ(data("/api/v1/tenants/agency.example", {{"cloud", "global"}}).at("b2b"), "supported");
  EXPECT_TRUE(data("/api/v1/tenants/new.example").at("found").is_null());

  EXPECT_EQ(error(404, "/api/v1/tenants/nobody.example"), "`nobody.example` is not watched");
  error(404, "/api/v1/tenants/left.example");
  error(404, "/api/v1/tenants/contoso.example", {{"cloud", "usgov"}});
  EXPECT_EQ(error(400, "/api/v1/tenants/agency.example"), "`agency.example` is asked in several clouds; say which one with ?cloud=");
  for (const std::string name : {"", "common", "a b", "a/b", ".."}) error(400, "/api/v1/tenants/" + name);
}

TEST_F(ApiTest, ReadsTheJournal) {
  EXPECT_EQ(events(), "none, next 0");
  commit(250);
  const std::vector<std::pair<Query, std::string>> table{
      {{}, "1-100 of 100, next 100"},
      {{{"after", "0"}}, "1-100 of 100, next 100"},
      {{{"after", "100"}}, "101-200 of 100, next 200"},
      {{{"after", "00000000000000000249"}}, "250-250 of 1, next 250"},
      {{{"after", "250"}}, "none, next 250"},
      {{{"after", "1000"}}, "none, next 1000"},
      {{{"limit", "1000"}}, "1-250 of 250, next 250"},
      {{{"after", "7"}, {"limit", "2"}}, "8-9 of 2, next 9"},
      {{{"limit", "0"}, {"wait", "30s"}}, "none, next 0"},
  };
  for (const auto& [query, shown] : table) EXPECT_EQ(events(query), shown);

  const json::object first = data("/api/v1/events", {{"limit", "1"}}).at("events").at(0).as_object();
  EXPECT_EQ(json::parse(ledger_->read(0, 1).value().at(0).event), json::value(first));

  for (const auto& [name, value] : Query{{"after", "-1"}, {"after", "x"}, {"after", "99999999999999999999"}, {"limit", "1001"}, {"limit", "-1"}, {"wait", "30"}, {"wait", "soon"}, {"wait", "-1s"}})
    EXPECT_NE(error(400, "/api/v1/events", {{name, value}}).find("`" + name + "`"), std::string::npos) << name << "=" << value;
}

TEST_F(ApiTest, SaysWhatLeftTheJournal) {
  commit(10);  // minutes 1 to 10
  ASSERT_TRUE(ledger_->expire(minute(5), 1000, {}));
  EXPECT_EQ(events(), "5-10 of 6, next 10");
  EXPECT_EQ(events({{"after", "4"}}), "5-10 of 6, next 10");
  for (const std::string after : {"0", "3"})
    EXPECT_NE(error(410, "/api/v1/events", {{"after", after}}).find("00000000000000000005"), std::string::npos) << after;
  ASSERT_TRUE(ledger_->expire(minute(50), 1000, {}));
  EXPECT_EQ(events(), "none, next 10");
  EXPECT_EQ(events({{"after", "10"}}), "none, next 10");
  error(410, "/api/v1/events", {{"after", "9"}});
}

TEST_F(ApiTest, DoesNotWaitForWhatIsThere) {
  commit(1);
  EXPECT_EQ(events({{"wait", "5m"}}), "1-1 of 1, next 1");
}

TEST_F(ApiTest, WaitsForTheNextEvent) {
  commit(1);
  std::vector<std::string> bodies;
  for (const char* after : {"1", "2"}) {
    WebRequest request{.method = "GET", .path = "/api/v1/events", .query = {{"after", after}, {"wait", "5m"}}, .headers = {}};
    boost::asio::co_spawn(loop_, api_.answer(std::move(request)), [&](std::exception_ptr, WebResponse response) { bodies.push_back(response.body); });
  }
  loop_.poll();
  bell_.ring();  // for nothing
  loop_.poll();
  ASSERT_TRUE(bodies.empty());

  commit(1);
  bell_.ring();
  ASSERT_TRUE(run_until(loop_, [&] { return bodies.size() == 1; }));
  EXPECT_EQ(json::parse(bodies[0]).at("data").at("next"), 2);
  commit(1);
  bell_.ring();
  ASSERT_TRUE(run_until(loop_, [&] { return bodies.size() == 2; }));
  EXPECT_EQ(json::parse(bodies[1]).at("data").at("next"), 3);
}

TEST_F(ApiTest, WaitsNoLongerThanItIsAsked) {
  commit(1);
  const SteadyTime until = steady_now() + std::chrono::milliseconds(100);
  EXPECT_EQ(events({{"after", "1"}, {"wait", "100ms"}}), "none, next 1");
  EXPECT_GE(steady_now(), until);
}

TEST_F(ApiTest, SaysThatTheJournalCannotBeRead) {
  LedgerFaults faults;
  Api api(table_, instruments_, std::make_unique<FaultyLedger>(open_sqlite_ledger(folder_.path()), faults), {}, false);
  faults.reads_fail = true;
  const WebRequest request{.method = "GET", .path = "/api/v1/events", .query = {}, .headers = {}};
  const WebResponse response = run(loop_, api.answer(request));
  EXPECT_EQ(response.status, 503u);
  EXPECT_EQ(json::parse(response.body).at("error"), "the disk is broken");
}

}  // namespace
}  // namespace tenantscope
