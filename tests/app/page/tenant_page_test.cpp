// A tenant's page: which one it is, and what it takes from the table and the journal.
#include "app/api/api_fixture.hpp"
#include "base/text/html.hpp"

namespace tenantscope {
namespace {

class ApiTenantPage : public ApiTest {
 protected:
  std::string page(const std::string& path, unsigned status = 200, Query query = {}) {
    const WebResponse response = get(path, std::move(query));
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.content_type, "text/html; charset=utf-8") << response.body;
    EXPECT_NE(header(response, "Content-Security-Policy"), "");
    return response.body;
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
};

TEST_F(ApiTenantPage, SaysWhatTheApiSays) {
  watch_some();
  const std::string text = page("/tenants/contoso.example");
  const json::object tenant = data("/api/v1/tenants/contoso.example");
  for (const char* member : {"tenant", "b2b", "explanation", "rule", "region_scope", "tenant_id"})
    EXPECT_TRUE(has(text, html(std::string(tenant.at(member).as_string())))) << member;
}

TEST_F(ApiTenantPage, IsOfTheCloudThatIsAsked) {
  watch_some();
  EXPECT_TRUE(
      has(page("/tenants/agency.example", 200, {{"cloud", "global"}}), ">supported</span></li>"));
  EXPECT_TRUE(has(page("/tenants/agency.example", 200, {{"cloud", "usgov"}}),
                  ">not_supported</span></li>"));
  EXPECT_TRUE(has(page("/tenants/agency.example@usgov"), ">not_supported</span></li>"));
  const std::string which = page("/tenants/agency.example", 400);
  EXPECT_TRUE(has(which, "href=\"../tenants/agency.example?cloud=global\""));
  EXPECT_TRUE(has(which, "href=\"../tenants/agency.example?cloud=usgov\""));
  EXPECT_EQ(get("/tenants/agency.example@usgov", {{"cloud", "global"}}).status, 400u);
}

TEST_F(ApiTenantPage, OfNobodyNamesThoseThatAreNear) {
  watch_some();
  EXPECT_TRUE(has(page("/tenants/contso.example", 404),
                  "href=\"../tenants/contoso.example?cloud=global\""));
  EXPECT_FALSE(has(page("/tenants/lfet.example", 404), "left.example")) << "it isn't watched";
  EXPECT_EQ(get("/tenants/a/b").status, 404u);
  EXPECT_EQ(get("/tenants/").status, 400u);
  EXPECT_EQ(get("/tenants/common").status, 400u);
  EXPECT_EQ(get("/tenants/<script>").content_type, "text/plain; charset=utf-8");
}

TEST_F(ApiTenantPage, HasItsOwnEvents) {
  watch("tenant-2.example", "global", document("USG"));
  commit(3);
  const std::string text = page("/tenants/tenant-2.example");
  EXPECT_TRUE(has(text, "id=\"event-2\""));
  EXPECT_FALSE(has(text, "id=\"event-1\""));
  EXPECT_FALSE(has(text, "id=\"event-3\""));
  table_.last_event = 1;
  EXPECT_FALSE(has(page("/tenants/tenant-2.example"), "id=\"event-2\""));
}

// Of each what was seen; what a body says is for operators.
TEST_F(ApiTenantPage, HasItsLastThreeFailures) {
  watch_some();
  for (int i = 1; i <= 5; ++i) {
    ProbeRecord record{.tenant = {.asked = "global", .name = "contoso.example"},
                       .time = minute(i),
                       .failure = ErrorKind::http_status,
                       .failure_detail = fmt::format("failure {}", i),
                       .status = 503};
    record.body = fmt::format("body {}", i);
    table_.last_probes.note(std::move(record));
  }
  const std::string text = page("/tenants/contoso.example");
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(has(text, fmt::format("failure {}", i)), i > 2) << i;
    EXPECT_FALSE(has(text, fmt::format("body {}", i))) << i;
  }
  EXPECT_FALSE(has(page("/tenants/new.example"), "Its last failures"));
  WebRequest request{
      .method = "GET", .path = "/tenants/contoso.example", .query = {}, .headers = {}};
  request.user = "alice";
  EXPECT_TRUE(has(run(loop_, api_.answer(request)).body, "body 5"));
}

TEST_F(ApiTenantPage, HasThePairsThatItIsIn) {
  watch_some();
  const auto member = [](const std::string& name) {
    return CollaborationMember{.key = {.asked = "global", .name = name}, .shown = name};
  };
  CollaborationSettings joint{.name = "joint",
                              .hosts = {member("contoso.example")},
                              .guests = {IdentityProvider::google, member("agency.example")}};
  for (int i = 0; i < 150; ++i)
    joint.guests.push_back(member(fmt::format("g{}.example", i)));
  table_.collaborations = {joint};
  const std::string text = page("/tenants/contoso.example");
  EXPECT_TRUE(has(text, "<bdi>contoso.example</bdi> invites <bdi>identity:google</bdi>"));
  EXPECT_TRUE(has(text, "and 52 more"));
  EXPECT_TRUE(has(page("/tenants/agency.example", 200, {{"cloud", "global"}}),
                  "<bdi>contoso.example</bdi> invites <bdi>agency.example</bdi>"));
  EXPECT_TRUE(has(page("/tenants/new.example"), "None is declared"));
}

}  // namespace
}  // namespace tenantscope
