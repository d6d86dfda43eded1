// What a browser gets: the overview, chosen and paged by its query; and how answers are coded.
#include "app/api/api_fixture.hpp"
#include "base/digest.hpp"
#include "base/text/base64.hpp"

namespace tenantscope {
namespace {

class ApiPage : public ApiTest {
 protected:
  std::string page(Query query = {}) {
    const WebResponse response = get("/", std::move(query));
    EXPECT_EQ(response.status, 200u) << response.body;
    EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
    return response.body;
  }
  // NAME@ASKED of each row of tenants.
  Names rows(Query query = {}) {
    const std::string text = page(std::move(query));
    const std::string row = "<tr><th scope=\"row\"><a href=\"tenants/";
    Names names;
    for (auto at = text.find(row); at != text.npos; at = text.find(row, at + 1)) {
      std::string name =
          text.substr(at + row.size(), text.find('"', at + row.size()) - at - row.size());
      names.push_back(name.replace(name.find("?cloud="), 7, "@"));
    }
    return names;
  }
  bool shows(const std::string& part, Query query = {}) {
    return page(std::move(query)).find(part) != std::string::npos;
  }
  // Nothing is wrong with the daemon, as far as its instruments say.
  void be_well() {
    instruments_.config_last_reload_successful().Set(1);
    instruments_.storage_up().Set(1);
  }
};

TEST_F(ApiPage, ShowsTheTenantsThatAreAskedFor) {
  EXPECT_EQ(rows(), Names{});
  watch_some();
  const std::string agency = "agency.example@global", contoso = "contoso.example@global",
                    gov = "agency.example@usgov", unseen = "new.example@global";
  EXPECT_EQ(rows(), (Names{agency, gov, contoso, unseen}));
  EXPECT_EQ(rows({{"q", "AGENCY"}}), (Names{agency, gov}));
  EXPECT_EQ(rows({{"q", ""}, {"state", ""}, {"sort", ""}, {"environment", ""}, {"label", ""}}),
            (Names{agency, gov, contoso, unseen}));
  EXPECT_EQ(rows({{"sort", "-name"}}), (Names{unseen, contoso, agency, gov}));
  EXPECT_EQ(rows({{"state", "not_supported"}}), (Names{gov, contoso}));
  EXPECT_EQ(rows({{"state", "not_supported"}, {"q", "agency"}}), Names{gov});
  EXPECT_EQ(rows({{"cloud", "usgov"}}), Names{gov});
  EXPECT_EQ(rows({{"environment", "unknown"}}), Names{unseen});
  EXPECT_EQ(rows({{"state", "failing"}}), Names{});
  EXPECT_EQ(rows({{"offset", "3"}}), Names{unseen});
  EXPECT_EQ(rows({{"offset", "4"}}), Names{});
  settings_of(table_.watches[1]).labels = {{"team", "identity"}};
  EXPECT_EQ(rows({{"label", "team"}}), Names{contoso});
  EXPECT_EQ(rows({{"label", "team:identity"}}), Names{contoso});
  EXPECT_EQ(rows({{"label", "team:soc"}}), Names{});
}

TEST_F(ApiPage, RefusesWhatItDoesNotKnow) {
  for (const auto& [name, value] : Query{{"state", "maybe"},
                                         {"sort", "colour"},
                                         {"environment", "moon"},
                                         {"offset", "-1"},
                                         {"offset", "x"},
                                         {"offset", ""},
                                         {"refresh", ""},
                                         {"refresh", "1"},
                                         {"refresh", "soon"}}) {
    const WebResponse response = get("/", {{name, value}});
    EXPECT_EQ(response.status, 400u) << name << value;
    EXPECT_NE(response.body.find("`" + name + "`"), std::string::npos) << response.body;
  }
  EXPECT_EQ(get("/", {{"state", "<script>"}}).content_type, "text/plain; charset=utf-8");
}

TEST_F(ApiPage, CountsAllTenantsWhateverIsShown) {
  watch_some();
  for (const Query& query :
       {Query{}, Query{{"state", "unknown"}}, Query{{"q", "nothing like it"}}}) {
    EXPECT_TRUE(shows(">4 watched<", query));
    EXPECT_TRUE(shows(">2</span> not_supported<", query));
    EXPECT_TRUE(shows(">1</span> unknown<", query));
  }
}

TEST_F(ApiPage, IsNoLongerForManyTenants) {
  for (int i = 0; i < 2000; ++i)
    watch(fmt::format("t{}.example", i), "global", document("USGov"));
  EXPECT_EQ(rows().size(), 100u);
  EXPECT_EQ(rows({{"offset", "1950"}}).size(), 50u);
  const std::size_t bytes = page().size();
  for (int i = 2000; i < 4000; ++i)
    watch(fmt::format("t{}.example", i), "global", document("USGov"));
  EXPECT_LT(page().size(), bytes + 100);
}

TEST_F(ApiPage, SaysWhatChangedLast) {
  watch("tenant-1.example", "global", document("USG"));
  commit(12);
  const std::string text = page();
  const std::string line = "#event-";
  int events = 0;
  for (auto at = text.find(line); at != text.npos; at = text.find(line, at + 1))
    ++events;
  EXPECT_EQ(events, 10);
  EXPECT_LT(text.find("#event-12"), text.find("#event-3")) << "the newest first";
  EXPECT_EQ(text.find("#event-2\""), text.npos);
  table_.last_event = 11;
  EXPECT_FALSE(shows("#event-12")) << "which the table doesn't show yet";
}

TEST_F(ApiPage, SaysWhatIsWrongWithTheDaemon) {
  be_well();
  EXPECT_FALSE(shows("class=\"banner\""));
  instruments_.config_last_reload_successful().Set(0);
  EXPECT_TRUE(shows("<strong>configuration</strong>: what was read last was refused"));
  be_well();
  instruments_.storage_up().Set(0);
  EXPECT_TRUE(shows("<strong>storage</strong>: can&#39;t be written"));
  be_well();
  instruments_.authorities().of("usgov").up.Set(0);
  EXPECT_TRUE(shows("<strong>authority usgov</strong>: can&#39;t be reached"));
  instruments_.authorities().of("usgov").up.Set(1);
  table_.ceilings = {{"usgov", 20}};
  instruments_.authorities().of("usgov").requests_per_second.Set(20);
  EXPECT_FALSE(shows("class=\"banner\""));
  instruments_.authorities().of("usgov").requests_per_second.Set(5);
  EXPECT_TRUE(shows("<strong>authority usgov</strong>: asks to be asked less"));
  instruments_.authorities().of("usgov").requests_per_second.Set(20);
  instruments_.sink("soc");
  instruments_.set_outbox_oldest("soc", wall_now() - std::chrono::minutes(16));
  EXPECT_TRUE(shows("<strong>sink soc</strong>: its oldest event waits since "));
  EXPECT_TRUE(shows("<title>1 problem · tenantscope</title>"));
}

TEST_F(ApiPage, SaysWhereTenantsAreStale) {
  be_well();
  watch("old.example", "global", document("USGov"));
  table_.watches[0].state.last_success = wall_now() - std::chrono::hours(3);
  EXPECT_TRUE(shows("<strong>tenants</strong>: one is stale"));
  EXPECT_TRUE(shows("<title>1 problem, 1 needs a look · tenantscope</title>"));
}

TEST_F(ApiPage, IsLoadedAgainWhereThatIsAsked) {
  EXPECT_FALSE(shows("http-equiv=\"refresh\""));
  EXPECT_TRUE(shows("<meta http-equiv=\"refresh\" content=\"30\">", {{"refresh", "30"}}));
}

TEST_F(ApiPage, ForbidsWhatItDoesNotNeed) {
  const WebResponse response = get("/");
  const std::string policy = header(response, "Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none';")) << policy;
  const auto begin = response.body.find("<style>") + 7;
  const std::string style = response.body.substr(begin, response.body.find("</style>") - begin);
  EXPECT_NE(policy.find("style-src 'sha256-" + encode_base64(sha256(style)) + "';"),
            std::string::npos)
      << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(policy.find("script-src"), std::string::npos);
}

TEST_F(ApiPage, CodesWhatIsWorthIt) {
  watch_some();
  const Query gzip{{"accept-encoding", "gzip"}};
  for (const std::string path : {"/", "/metrics", "/api/v1/tenants"}) {
    EXPECT_EQ(header(send("GET", path, {}, gzip), "Content-Encoding"), "gzip") << path;
    EXPECT_EQ(header(send("HEAD", path, {}, gzip), "Content-Encoding"), "gzip") << path;
    EXPECT_EQ(header(get(path), "Content-Encoding"), "") << path;
    EXPECT_EQ(header(get(path), "Vary"),
              path == "/metrics" ? "Accept, Accept-Encoding" : "Accept-Encoding")
        << path;
  }
  EXPECT_EQ(header(send("GET", "/-/healthy", {}, gzip), "Content-Encoding"), "") << "short";
  EXPECT_EQ(header(send("GET", "/-/healthy", {}, {{"accept-encoding", "gzip, identity;q=0"}}),
                   "Content-Encoding"),
            "gzip")
      << "but not wanted otherwise";
  EXPECT_EQ(
      header(send("GET", "/metrics", {}, {{"accept-encoding", "br"}, {"accept-encoding", "gzip"}}),
             "Content-Encoding"),
      "gzip")
      << "two headers";
  EXPECT_TRUE(send("GET", "/metrics", {},
                   {{"accept", "text/plain;q=0.1"}, {"accept", "application/openmetrics-text"}})
                  .body.ends_with("# EOF\n"));
}

}  // namespace
}  // namespace tenantscope
