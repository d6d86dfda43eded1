#include "app/api/api_fixture.hpp"

namespace tenantscope {
namespace {

boost::asio::awaitable<void> wait_for(Signal* signal) { co_await signal->wait(); }

TEST_F(ApiTest, TellsHealthAndReadiness) {
  EXPECT_EQ(get("/-/healthy").status, 200u);
  EXPECT_EQ(get("/-/ready").status, 503u);
  api_.set_ready(true);
  EXPECT_EQ(get("/-/ready").status, 200u);
  api_.set_ready(false);
  EXPECT_EQ(get("/-/ready").status, 503u);
}

TEST_F(ApiTest, IsUnhealthyWhileAThreadStandsStill) {
  Signal never(loop_.get_executor());
  liveness_.watch("the ledger's thread", [&never] { return wait_for(&never); });
  EXPECT_EQ(get("/-/healthy").status, 200u);
  api_.set_ready(true);
  time_->pass(std::chrono::seconds(31));
  const WebResponse response = get("/-/healthy");
  EXPECT_EQ(response.status, 503u);
  EXPECT_EQ(response.body,
            "tenantscope isn't healthy: the ledger's thread hasn't turned for 31s\n");
  EXPECT_EQ(get("/-/ready").status, 200u);
}

TEST_F(ApiTest, RefusesWhatIsNotThereOrNotAllowed) {
  for (const std::string path : {"/nothing", "/metrics/", "/-/", "/api", "/api/v1/tenantsx"})
    EXPECT_EQ(get(path).status, 404u) << path;
  EXPECT_EQ(error(404, "/api/v1/nothing"), "no such resource");
  for (const std::string path :
       {"/metrics", "/-/healthy", "/api/v1/events", "/api/v1/tenants", "/nothing"}) {
    const WebResponse response = send("POST", path);
    EXPECT_EQ(response.status, 405u) << path;
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD") << path;
    EXPECT_EQ(response.content_type,
              path.starts_with("/api/") ? "application/json" : "text/plain; charset=utf-8")
        << path;
  }
  for (const std::string method : {"GET", "HEAD"}) {
    for (const std::string path : {"/-/reload", "/api/v1/drill", "/api/v1/redeliver"}) {
      const WebResponse response = send(method, path);
      EXPECT_EQ(response.status, 405u) << method << path;
      EXPECT_EQ(header(response, "Allow"), "POST") << method << path;
    }
  }
}

TEST_F(ApiTest, PassesOverParametersThatItDoesNotKnow) {
  watch_some();
  EXPECT_EQ(tenants({{"limt", "x"}, {"q", "contoso"}}), Names{"contoso.example@global"});
  EXPECT_EQ(tenants({{"q", "contoso"}, {"q", "agency"}}), Names{"contoso.example@global"})
      << "the first counts";
  for (const std::string path :
       {"/", "/metrics", "/-/healthy", "/api/v1/events", "/api/v1/collaborations"})
    EXPECT_EQ(get(path, {{"x", "y"}}).status, 200u) << path;
}

TEST_F(ApiTest, AnswersHeadAsGet) {
  for (const std::string path : {"/-/healthy", "/api/v1/tenants", "/api/v1/events", "/nothing"}) {
    const WebResponse head = send("HEAD", path), whole = get(path);
    EXPECT_EQ(head.status, whole.status) << path;
    EXPECT_EQ(head.body, whole.body) << path;
  }
}

TEST_F(ApiTest, ExposesMetricsInTheFormatThatIsAskedFor) {
  watch_some();
  instruments_.authorities().of("global");
  const WebResponse text = get("/metrics");
  EXPECT_EQ(text.content_type, "text/plain; version=0.0.4; charset=utf-8");
  for (
      const std::string part :
      {R"(tenantscope_tenant_region_scope{tenant="agency.example",asked="global",scope="USGov",sub_scope=""} 1)",
       R"(tenantscope_authority_up{asked="global"} 1)", "process_open_fds "})
    EXPECT_NE(text.body.find("\n" + part), std::string::npos) << part;
  EXPECT_EQ(text.body.find("left.example"), std::string::npos);
  EXPECT_TRUE(text.body.ends_with("\n"));

  const WebResponse open =
      send("GET", "/metrics", {}, {{"accept", "application/openmetrics-text;version=1.0.0"}});
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
  const std::string agency = "agency.example@global", contoso = "contoso.example@global",
                    gov = "agency.example@usgov", unseen = "new.example@global";
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
    for (const auto& [name, value] : row.query)
      query.append(name).append("=").append(value).append("&");
    EXPECT_EQ(tenants(row.query), row.names) << query;
    EXPECT_EQ(data("/api/v1/tenants", row.query).at("total"), row.total) << query;
  }
  for (const auto& [name, value] : Query{{"limit", "1001"},
                                         {"limit", "-1"},
                                         {"limit", "ten"},
                                         {"limit", ""},
                                         {"offset", "1 "},
                                         {"state", "maybe"},
                                         {"state", ""}})
    EXPECT_NE(error(400, "/api/v1/tenants", {{name, value}}).find("`" + name + "`"),
              std::string::npos)
        << name << "=" << value;
}

TEST_F(ApiTest, ShowsOneTenant) {
  watch_some();
  EXPECT_EQ(data("/api/v1/tenants/contoso.example").at("region_scope"), "USG");
  EXPECT_EQ(data("/api/v1/tenants/CONTOSO.Example").at("tenant"), "contoso.example");
  EXPECT_EQ(data("/api/v1/tenants/agency.example", {{"cloud", "usgov"}}).at("b2b"),
            "not_supported");
  EXPECT_EQ(data("/api/v1/tenants/agency.example", {{"cloud", "global"}}).at("b2b"), "supported");
  EXPECT_TRUE(data("/api/v1/tenants/new.example").at("found").is_null());

  EXPECT_EQ(error(404, "/api/v1/tenants/nobody.example"), "`nobody.example` is not watched");
  error(404, "/api/v1/tenants/left.example");
  error(404, "/api/v1/tenants/contoso.example", {{"cloud", "usgov"}});
  EXPECT_EQ(error(400, "/api/v1/tenants/agency.example"),
            "`agency.example` is asked in several clouds; say which one with ?cloud=, or as "
            "agency.example@CLOUD");
  for (const std::string name : {"", "common", "a b", "a/b", ".."})
    error(400, "/api/v1/tenants/" + name);
}

}  // namespace
}  // namespace tenantscope
