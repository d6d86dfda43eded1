#include "simulator/authority.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/bytes.hpp"
#include "domain/capability.hpp"
#include "domain/discovery.hpp"

namespace tenantscope::simulator {
namespace {

using std::chrono::seconds;

constexpr WallTime started{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) +
                           std::chrono::hours(10)};

Authority play(std::string_view text) {
  Findings findings;
  const Scenario scenario = read_scenario(text, "s.yaml", findings);
  for (const ConfigFinding& finding : findings)
    ADD_FAILURE() << to_string(finding);
  return Authority(scenario, started);
}

Request ask(std::string_view name, Form form = Form::v2) {
  return {.method = "GET",
          .target = "/" + std::string(name) + (form == Form::v2 ? "/v2.0" : "") +
                    "/.well-known/openid-configuration",
          .first = true};
}

// As a client of the daemon's kind sees it: no more than 256 KiB of a body.
Result<Finding> seen(const Reply& reply) {
  const bool truncated = reply.body.size() > 256 * kib;
  return read_answer({.status = reply.status,
                      .encoded = reply.headers.find("Content-Encoding:") != std::string::npos,
                      .truncated = truncated,
                      .body = std::string_view(reply.body).substr(0, 256 * kib)},
                     builtin_clouds());
}

std::string scope_at(Authority& authority, Duration now, std::string_view name = "a.example") {
  const auto finding = seen(authority.answer(ask(name), now));
  if (!finding)
    return std::string(to_string(finding.error().kind));
  return finding->found ? finding->region_scope : "not found";
}

struct ClassCase {
  const char* facts;
  const char* cloud;
  TenantClass tenant_class;
  B2b docs_2025;
};

class DocumentOfClass : public testing::TestWithParam<std::tuple<ClassCase, Form>> {};

TEST_P(DocumentOfClass, IsReadBackAsMeant) {
  const auto& [expected, form] = GetParam();
  Authority authority = play(std::string("tenants: [{name: a.example, ") + expected.facts + "}]");
  const Reply reply = authority.answer(ask("a.example", form), {});
  EXPECT_EQ(reply.status, 200);
  const auto finding = seen(reply);
  ASSERT_TRUE(finding) << finding.error().detail;
  EXPECT_TRUE(finding->found);
  EXPECT_EQ(finding->cloud, expected.cloud);
  EXPECT_EQ(finding->tenant_id, authority.find("a.example")->tenant_id);
  EXPECT_EQ(classify(&*finding), expected.tenant_class);
  EXPECT_EQ(capability(&*finding, RuleSet::docs_2025), expected.docs_2025);
}

using enum TenantClass;
INSTANTIATE_TEST_SUITE_P(
    All, DocumentOfClass,
    testing::Combine(
        testing::Values(
            ClassCase{"cloud: usgov, region_scope: USGov, sub_scope: DODCON", "usgov",
                      usgov_supported, B2b::supported},
            ClassCase{"cloud: usgov, region_scope: USGov, sub_scope: DOD", "usgov", usgov_supported,
                      B2b::supported},
            ClassCase{"cloud: usgov, region_scope: USG", "usgov", usgov_not_supported,
                      B2b::not_supported},
            ClassCase{"cloud: usgov, region_scope: USG, hosts: global", "usgov",
                      usgov_not_supported, B2b::not_supported},
            ClassCase{"cloud: usgov", "usgov", usgov_undocumented, B2b::unknown},
            ClassCase{"cloud: usgov, region_scope: ~", "usgov", usgov_undocumented, B2b::unknown},
            ClassCase{"region_scope: NA", "global", TenantClass::global, B2b::supported},
            ClassCase{"region_scope: NA, sub_scope: GCC", "global", TenantClass::global,
                      B2b::supported},
            ClassCase{"region_scope: ~", "global", global_unscoped, B2b::unknown},
            ClassCase{"region_scope: absent", "global", global_unscoped, B2b::unknown},
            ClassCase{"cloud: china, region_scope: AS", "china", china, B2b::supported},
            ClassCase{"cloud: germany, region_scope: DE", "germany", sovereign, B2b::unknown},
            ClassCase{"cloud: bleu, region_scope: FG", "bleu", sovereign, B2b::unknown},
            ClassCase{"cloud: delos, region_scope: GG2", "delos", sovereign, B2b::unknown},
            ClassCase{"cloud: govsg", "govsg", sovereign, B2b::unknown},
            ClassCase{"cloud: usnat", "usnat", sovereign, B2b::unknown},
            ClassCase{"cloud: ussec", "ussec", sovereign, B2b::unknown},
            ClassCase{"cloud: unrecognised, region_scope: XX", "", unrecognised, B2b::unknown}),
        testing::Values(Form::v2, Form::v1)));

boost::json::object document(Authority& authority, std::string_view name, Form form = Form::v2) {
  return boost::json::parse(authority.answer(ask(name, form), {}).body).as_object();
}

TEST(Document, HasAllKeysInBothForms) {
  Authority authority = play(
      "tenants: [{name: a.example, tenant_id: 11111111-2222-3333-4444-555555555555, region_scope: "
      "NA}]");
  const auto v2 = document(authority, "a.example");
  EXPECT_EQ(v2.at("issuer"),
            "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0");
  EXPECT_EQ(
      v2.at("token_endpoint"),
      "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token");
  EXPECT_EQ(v2.at("msgraph_host"), "graph.microsoft.com");
  EXPECT_EQ(v2.at("cloud_instance_name"), "microsoftonline.com");
  EXPECT_EQ(v2.at("rbac_url"), "https://pas.windows.net");
  EXPECT_TRUE(v2.at("mtls_endpoint_aliases").is_object());
  EXPECT_GE(v2.size(), 24u);
  const auto v1 = document(authority, "a.example", Form::v1);
  EXPECT_EQ(v1.at("issuer"), "https://sts.windows.net/11111111-2222-3333-4444-555555555555/");
  EXPECT_EQ(v1.at("token_endpoint"),
            "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/token");
  authority.change("a.example", {.cloud = "china"}, {});
  EXPECT_EQ(document(authority, "a.example", Form::v1).at("issuer"),
            "https://sts.chinacloudapi.cn/11111111-2222-3333-4444-555555555555/");
}

TEST(Document, HasScopesOnlyAsToldAndDodsOwnGraph) {
  Authority authority = play(R"(
tenants:
  - {name: none.example}
  - {name: "null.example", region_scope: ~, sub_scope: ~}
  - {name: odd.example, region_scope: "a\"b", sub_scope: ""}
  - {name: high.example, cloud: usgov, region_scope: USGov, sub_scope: DODCON}
  - {name: dod.example, cloud: usgov, region_scope: USGov, sub_scope: DOD}
  - {name: sample.example, cloud: usgov, region_scope: USG, hosts: global}
)");
  const auto none = document(authority, "none.example");
  EXPECT_FALSE(none.contains("tenant_region_scope"));
  EXPECT_FALSE(none.contains("tenant_region_sub_scope"));
  const auto null = document(authority, "null.example");
  EXPECT_TRUE(null.at("tenant_region_scope").is_null());
  EXPECT_TRUE(null.at("tenant_region_sub_scope").is_null());
  const auto odd = document(authority, "odd.example");
  EXPECT_EQ(odd.at("tenant_region_scope"), "a\"b");
  EXPECT_EQ(odd.at("tenant_region_sub_scope"), "");
  EXPECT_EQ(document(authority, "high.example").at("msgraph_host"), "graph.microsoft.us");
  EXPECT_EQ(document(authority, "dod.example").at("msgraph_host"), "dod-graph.microsoft.us");
  const auto sample = document(authority, "sample.example");
  EXPECT_EQ(sample.at("cloud_instance_name"), "microsoftonline.com")
      << "all is global apart from the scope";
  EXPECT_EQ(sample.at("tenant_region_scope"), "USG");
}

TEST(Authority, AnswersWithTheRealHeaders) {
  Authority authority = play("tenants: [{name: a.example}]");
  const Reply reply = authority.answer(ask("a.example"), {});
  const std::string bytes = to_bytes(reply, true);
  for (const char* line :
       {"HTTP/1.1 200 OK\r\n", "\r\nContent-Type: application/json; charset=utf-8\r\n",
        "\r\nCache-Control: max-age=86400, private\r\n", "\r\nx-ms-ests-server: ",
        "\r\nStrict-Transport-Security: ", "\r\nX-Content-Type-Options: nosniff\r\n", "\r\nP3P: ",
        "\r\nAccess-Control-Allow-Origin: *\r\n", "\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\n"})
    EXPECT_NE(bytes.find(line), std::string::npos) << line;
  EXPECT_NE(bytes.find("\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n"),
            std::string::npos);
  EXPECT_EQ(bytes.find("Content-Encoding"), std::string::npos);
  EXPECT_EQ(bytes.find("Transfer-Encoding"), std::string::npos);
  std::size_t cookies = 0;
  for (auto at = bytes.find("Set-Cookie:"); at != std::string::npos;
       at = bytes.find("Set-Cookie:", at + 1))
    ++cookies;
  EXPECT_EQ(cookies, 4u);

  const auto request_id = [](const Reply& answer) {
    const std::string key = "x-ms-request-id: ";
    return answer.headers.substr(answer.headers.find(key) + key.size(), 36);
  };
  const std::string first = request_id(reply);
  const std::string second = request_id(authority.answer(ask("a.example"), {}));
  EXPECT_TRUE(parse_guid(first) && parse_guid(second));
  EXPECT_NE(first, second);
}

TEST(Authority, FindsTenantsByNameAndId) {
  Authority authority = play("tenants: [{name: a.example, region_scope: EU}]");
  const std::string id = to_string(authority.find("a.example")->tenant_id);
  EXPECT_EQ(scope_at(authority, {}, "A.Example"), "EU");
  EXPECT_EQ(scope_at(authority, {}, id), "EU");
  EXPECT_EQ(to_string(play("tenants: [{name: a.example}]").find("a.example")->tenant_id), id)
      << "derived from the name, always the same";
  EXPECT_NE(to_string(play("tenants: [{name: b.example}]").find("b.example")->tenant_id), id);

  authority.change("a.example", {.tenant_id = parse_guid("11111111-2222-3333-4444-555555555555")},
                   {});
  EXPECT_EQ(scope_at(authority, {}, id), "not found");
  EXPECT_EQ(scope_at(authority, {}, "11111111-2222-3333-4444-555555555555"), "EU");
}

struct MissCase {
  const char* name;
  const char* code;
};

class Miss : public testing::TestWithParam<MissCase> {};

TEST_P(Miss, IsInvalidTenant) {
  Authority authority = play("tenants: [{name: gone.example, found: false}]");
  const Reply reply = authority.answer(ask(GetParam().name), {});
  EXPECT_EQ(reply.status, 400);
  const auto body = boost::json::parse(reply.body).as_object();
  EXPECT_EQ(body.at("error"), "invalid_tenant");
  EXPECT_EQ(boost::json::serialize(body.at("error_codes")),
            std::string("[") + GetParam().code + "]");
  EXPECT_EQ(body.at("timestamp"), "2026-11-23 10:00:00Z");
  EXPECT_EQ(std::string(body.at("error_uri").as_string()),
            std::string("https://login.microsoftonline.com/error?code=") + GetParam().code);
  EXPECT_TRUE(parse_guid(std::string(body.at("trace_id").as_string())));
  EXPECT_NE(reply.headers.find("Cache-Control: max-age=86400, private"), std::string::npos)
      << "on 400 answers too";
  const auto finding = seen(reply);
  ASSERT_TRUE(finding);
  EXPECT_FALSE(finding->found);
}

INSTANTIATE_TEST_SUITE_P(
    All, Miss,
    testing::Values(MissCase{"nobody.example", "90002"}, MissCase{"gone.example", "90002"},
                    MissCase{"a\"b", "90002"},
                    MissCase{"11111111-2222-3333-4444-555555555555", "90002"},
                    MissCase{"00000000-0000-0000-0000-000000000000", "900021"}));

TEST(Authority, AnswersForPseudoTenants) {
  Authority authority = play("");
  for (const char* name :
       {"common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"}) {
    const Reply reply = authority.answer(ask(name), {});
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(boost::json::parse(reply.body).at("tenant_region_scope").is_null());
    const auto finding = seen(reply);
    ASSERT_FALSE(finding) << name;
    EXPECT_EQ(finding.error().kind, ErrorKind::bad_document);
  }
  EXPECT_EQ(document(authority, "common").at("issuer"),
            "https://login.microsoftonline.com/{tenantid}/v2.0");
}

TEST(Authority, RefusesOtherPathsAndMethods) {
  Authority authority = play("tenants: [{name: a.example}]");
  for (const char* target :
       {"/", "/a.example", "/a.example/v2.0", "/v2.0/.well-known/openid-configuration",
        "/.well-known/openid-configuration", "/a.example/b/v2.0/.well-known/openid-configuration",
        "/a.example/.well-known/openid-configuration/"})
    EXPECT_EQ(authority.answer({.method = "GET", .target = target}, {}).status, 404) << target;
  Request post = ask("a.example");
  post.method = "POST";
  EXPECT_EQ(authority.answer(post, {}).status, 405);
  Request with_query = ask("a.example");
  with_query.target += "?appid=1";
  EXPECT_EQ(authority.answer(with_query, {}).status, 200);
  EXPECT_EQ(authority.stats().requests, 1u);
}

struct FaultCase {
  const char* fault;
  int status;
  Reply::Ending ending;
  const char* reason;  // as the daemon calls it; "": a valid answer
  const char* header;  // a part of the headers
};

class FaultyReply : public testing::TestWithParam<FaultCase> {};

TEST_P(FaultyReply, IsSpoiltAsToldAndNotForever) {
  const FaultCase& expected = GetParam();
  Authority authority =
      play(std::string("tenants: [{name: a.example, region_scope: NA, fault: {count: 1, ") +
           expected.fault + "}}]");
  const Reply reply = authority.answer(ask("a.example"), {});
  EXPECT_EQ(reply.status, expected.status);
  EXPECT_EQ(reply.ending, expected.ending);
  EXPECT_NE(reply.headers.find(expected.header), std::string::npos) << reply.headers;
  const auto finding = seen(reply);
  EXPECT_EQ(finding ? "" : to_string(finding.error().kind), expected.reason);
  EXPECT_EQ(scope_at(authority, {}), "NA") << "it was for one answer";
}

using enum Reply::Ending;
INSTANTIATE_TEST_SUITE_P(
    All, FaultyReply,
    testing::Values(
        FaultCase{"kind: throttle", 429, whole, "throttled", "Retry-After: 60\r\n"},
        FaultCase{"kind: throttle, retry_after: 1500ms", 429, whole, "throttled",
                  "Retry-After: 2\r\n"},
        FaultCase{"kind: throttle, retry_after_date: 90s", 429, whole, "throttled",
                  "Retry-After: Mon, 23 Nov 2026 10:01:30 GMT\r\n"},
        FaultCase{"kind: status", 503, whole, "http_status", "x-ms-request-id"},
        FaultCase{"kind: status, status: 502, empty: true", 502, whole, "http_status",
                  "x-ms-request-id"},
        FaultCase{"kind: status, status: 400", 400, whole, "http_status", "x-ms-request-id"},
        FaultCase{"kind: status, retry_after: 7s", 503, whole, "http_status", "Retry-After: 7\r\n"},
        FaultCase{"kind: slow", 200, whole, "", "x-ms-request-id"},
        FaultCase{"kind: hang", 200, hang, "", ""}, FaultCase{"kind: cut", 200, cut, "", ""},
        FaultCase{"kind: reset", 200, reset, "", ""},
        FaultCase{"kind: html", 200, whole, "not_json", "Cache-Control: no-store"},
        FaultCase{"kind: redirect, location: \"http://there.example/\"", 302, whole, "redirect",
                  "Location: http://there.example/\r\n"},
        FaultCase{"kind: encoding", 200, whole, "encoding", "Content-Encoding: gzip\r\n"},
        FaultCase{"kind: large", 200, whole, "too_large", ""},
        FaultCase{"kind: bad_json", 200, whole, "not_json", ""}));

TEST(Faults, WrongTenantShowsAnotherId) {
  Authority authority = play("tenants: [{name: a.example, fault: wrong_tenant}]");
  const auto finding = seen(authority.answer(ask("a.example"), {}));
  ASSERT_TRUE(finding);
  EXPECT_NE(finding->tenant_id, authority.find("a.example")->tenant_id);
}

TEST(Faults, LargeAnswersAreStillDocuments) {
  Authority authority = play("tenants: [{name: a.example, fault: large}]");
  const Reply reply = authority.answer(ask("a.example"), {});
  EXPECT_GT(reply.body.size(), 256u * 1024);
  EXPECT_TRUE(parse_discovery(reply.body));
}

TEST(Faults, SlownessAddsToTheLatency) {
  Authority authority =
      play("latency: 20ms\ntenants: [{name: a.example, fault: {kind: slow, delay: 1s, count: 1}}]");
  EXPECT_EQ(authority.answer(ask("a.example"), {}).delay, Duration(1020));
  EXPECT_EQ(authority.answer(ask("a.example"), {}).delay, Duration(20));
}

TEST(Faults, CutRepliesClaimTheirWholeLength) {
  Authority authority = play("tenants: [{name: a.example, fault: cut}]");
  const Reply reply = authority.answer(ask("a.example"), {});
  const std::string bytes = to_bytes(reply, true);
  EXPECT_NE(bytes.find("Content-Length: " + std::to_string(reply.body.size())), std::string::npos);
  const std::size_t head = bytes.find("\r\n\r\n") + 4;
  EXPECT_EQ(bytes.size() - head, reply.body.size() / 2);
}

TEST(Faults, ForEveryoneHitStrangersTooAndATenantsOwnComesFirst) {
  Authority authority = play(R"(
tenants:
  - {name: a.example, region_scope: NA}
  - {name: b.example, region_scope: NA, fault: {kind: html, count: 1}}
faults: [{fault: {kind: throttle, count: 3}}]
)");
  EXPECT_EQ(scope_at(authority, {}, "b.example"), "not_json");
  EXPECT_EQ(scope_at(authority, {}, "b.example"), "throttled") << "its own has ended";
  EXPECT_EQ(scope_at(authority, {}, "a.example"), "throttled");
  EXPECT_EQ(scope_at(authority, {}, "nobody.example"), "throttled");
  EXPECT_EQ(scope_at(authority, {}, "a.example"), "NA");
}

TEST(Timeline, PlaysInOrderOfTime) {
  Authority authority = play(R"(
tenants:
  - name: a.example
    cloud: usgov
    region_scope: USG
    timeline:
      - {at: 40s, found: true}
      - {at: 15s, region_scope: USGov, sub_scope: DODCON}
      - {at: 30s, found: false}
      - {at: 50s, fault: {kind: throttle, for: 5s}}
faults:
  - {at: 60s, fault: {kind: bad_json, for: 1s}}
)");
  EXPECT_EQ(scope_at(authority, seconds(0)), "USG");
  EXPECT_EQ(scope_at(authority, Duration(14999)), "USG");
  EXPECT_EQ(scope_at(authority, seconds(15)), "USGov");
  EXPECT_EQ(authority.find("a.example")->sub_scope.text, "DODCON");
  EXPECT_EQ(scope_at(authority, seconds(30)), "not found");
  EXPECT_EQ(scope_at(authority, seconds(41)), "USGov");
  EXPECT_EQ(scope_at(authority, seconds(54)), "throttled");
  EXPECT_EQ(scope_at(authority, seconds(55)), "USGov")
      << "it lasted from its own time on, not from the first request";
  EXPECT_EQ(scope_at(authority, seconds(60)), "not_json");
  EXPECT_EQ(scope_at(authority, seconds(61)), "USGov");
}

TEST(Timeline, CatchesUpInOneGo) {
  Authority authority = play(R"(
tenants:
  - name: a.example
    region_scope: A
    timeline: [{at: 1s, region_scope: B}, {at: 2s, region_scope: C}, {at: 1s, fault: {kind: bad_json, for: 2s}}]
)");
  EXPECT_EQ(scope_at(authority, seconds(10)), "C");
}

TEST(Authority, TellsOfChangesAsTheyComeIntoForce) {
  std::vector<std::string> told;
  Findings findings;
  const Scenario scenario = read_scenario(R"(
tenants: [{name: a.example, region_scope: A, timeline: [{at: 1s, region_scope: B}]}]
faults: [{at: 2s, fault: hang}]
)",
                                          "s.yaml", findings);
  Authority authority(scenario, started, [&](const Tenant* tenant) {
    told.push_back(tenant ? tenant->name + "=" + tenant->region_scope.text : "all");
  });
  authority.advance(Duration(999));
  EXPECT_TRUE(told.empty());
  authority.advance(seconds(3));
  authority.change("b.example", {.region_scope = Scope{Scope::Kind::text, "X"}}, seconds(4));
  EXPECT_EQ(told, (std::vector<std::string>{"a.example=B", "all", "b.example=X"}));
}

TEST(Authority, CountsDiscoveryRequests) {
  Authority authority = play("tenants: [{name: a.example}, {name: b.example, fault: hang}]");
  Request again = ask("a.example");
  again.first = false;
  authority.answer(ask("a.example"), {});
  authority.answer(again, {});
  authority.answer(ask("b.example"), {});
  authority.answer(ask("nobody.example"), {});
  authority.answer({.method = "GET", .target = "/favicon.ico", .first = true}, {});
  EXPECT_EQ(authority.stats().requests, 4u);
  EXPECT_EQ(authority.stats().connections, 3u);
  EXPECT_EQ(authority.stats().statuses, (std::map<int, std::uint64_t>{{0, 1}, {200, 2}, {400, 1}}));
  EXPECT_EQ(authority.find("a.example")->requests, 2u);
}

}  // namespace
}  // namespace tenantscope::simulator
