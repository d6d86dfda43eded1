// What a browser gets: the status page, chosen and paged by its query; and how answers are coded.
#include "formats/page.hpp"
#include "app/api/api_fixture.hpp"
#include "base/digest.hpp"
#include "base/text/base64.hpp"
#include "base/text/html.hpp"

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
    const std::string row = "<a href=\"api/v1/tenants/";
    Names names;
    for (auto at = text.find(row); at != text.npos; at = text.find(row, at + 1)) {
      std::string name =
          text.substr(at + row.size(), text.find('"', at + row.size()) - at - row.size());
      names.push_back(name.replace(name.find("?cloud="), 7, "@"));
    }
    return names;
  }
  void declare(const std::string& host, std::vector<CollaborationGuest> guests) {
    table_.collaborations.push_back(
        {.name = "joint",
         .hosts = {{.key = {.asked = "global", .name = host}, .shown = host}},
         .guests = std::move(guests)});
  }
};

TEST_F(ApiPage, ShowsTheTenantsThatAreAskedFor) {
  EXPECT_EQ(rows(), Names{});
  watch_some();
  const std::string agency = "agency.example@global", contoso = "contoso.example@global",
                    gov = "agency.example@usgov", unseen = "new.example@global";
  EXPECT_EQ(rows(), (Names{agency, contoso, gov, unseen}));
  EXPECT_EQ(rows({{"q", "AGENCY"}}), (Names{agency, gov}));
  EXPECT_EQ(rows({{"q", ""}, {"state", ""}, {"offset", "0"}}),
            (Names{agency, contoso, gov, unseen}));
  EXPECT_EQ(rows({{"state", "not_supported"}}), (Names{contoso, gov}));
  EXPECT_EQ(rows({{"state", "not_supported"}, {"q", "agency"}}), Names{gov});
  EXPECT_EQ(rows({{"state", "failing"}}), Names{});
  EXPECT_EQ(rows({{"offset", "3"}}), Names{unseen});
  EXPECT_EQ(rows({{"offset", "4"}}), Names{});
  for (const auto& [name, value] : Query{{"state", "maybe"}, {"offset", "-1"}, {"offset", "x"}})
    EXPECT_EQ(get("/", {{name, value}}).status, 400u) << name << value;
  EXPECT_EQ(get("/", {{"state", "<script>"}}).content_type, "text/plain; charset=utf-8");
}

TEST_F(ApiPage, CountsAllTenantsWhateverIsShown) {
  watch_some();
  for (const Query& query :
       {Query{}, Query{{"state", "unknown"}}, Query{{"q", "nothing like it"}}}) {
    const std::string text = page(query);
    EXPECT_NE(text.find(">4 watched<"), std::string::npos);
    EXPECT_NE(text.find(">2</span> not_supported<"), std::string::npos);
    EXPECT_NE(text.find(">1</span> unknown<"), std::string::npos);
  }
}

TEST_F(ApiPage, IsNoLongerForManyTenants) {
  for (int i = 0; i < 2000; ++i)
    watch(fmt::format("t{}.example", i), "global", document("USGov"));
  EXPECT_EQ(rows().size(), page_length);
  EXPECT_EQ(rows({{"offset", "1950"}}).size(), 50u);
  const std::size_t bytes = page().size();
  for (int i = 2000; i < 4000; ++i)
    watch(fmt::format("t{}.example", i), "global", document("USGov"));
  EXPECT_LT(page().size(), bytes + 100);
  declare("t1.example", {});
  for (int i = 0; i < 2000; ++i)
    table_.collaborations.back().guests.push_back(
        CollaborationMember{.key = {.asked = "global", .name = fmt::format("g{}.example", i)},
                            .shown = fmt::format("g{}.example", i)});
  EXPECT_NE(page().find("1 to 100 of 2000"), std::string::npos);
}

TEST_F(ApiPage, SaysOfPairsWhatTheApiSays) {
  watch_some();
  declare("contoso.example",
          {IdentityProvider::google,
           CollaborationMember{.key = {.asked = "global", .name = "agency.example"},
                               .shown = "agency.example"}});
  const json::array pairs = data("/api/v1/collaborations").at("collaborations").as_array();
  ASSERT_EQ(pairs.size(), 2u);
  const std::string text = page();
  for (const json::value& pair : pairs) {
    EXPECT_NE(text.find(html(std::string(pair.at("explanation").as_string()))), std::string::npos)
        << pair;
    EXPECT_NE(text.find(html(std::string(pair.at("capability").as_string()))), std::string::npos)
        << pair;
    for (const json::value& advice : pair.at("advice").as_array())
      EXPECT_NE(text.find(html(std::string(advice.as_string()))), std::string::npos) << advice;
  }
  const json::array tenants = data("/api/v1/tenants").at("tenants").as_array();
  ASSERT_EQ(tenants.size(), 4u);
  for (const json::value& tenant : tenants)
    EXPECT_NE(text.find(html(std::string(tenant.at("explanation").as_string()))), std::string::npos)
        << tenant;
  EXPECT_NE(page({{"q", "google"}}).find("1 to 1 of 1"), std::string::npos);
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
