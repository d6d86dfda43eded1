#include "domain/discovery.hpp"

#include <gtest/gtest.h>

#include "domain/discovery_reading.hpp"

namespace tenantscope {
namespace {

using namespace documents;

TEST(ParseDiscovery, TakesTheKeysThatAreRead) {
  const auto parsed = parse_discovery(gcc_high_document(contoso).text());
  ASSERT_TRUE(parsed) << parsed.error().detail;
  EXPECT_EQ(parsed->issuer, "https://login.microsoftonline.us/" + std::string(contoso) + "/v2.0");
  EXPECT_EQ(parsed->token_endpoint,
            "https://login.microsoftonline.us/" + std::string(contoso) + "/oauth2/v2.0/token");
  EXPECT_EQ(parsed->msgraph_host, "graph.microsoft.us");
  EXPECT_EQ(parsed->tenant_region_scope, "USGov");
  EXPECT_EQ(parsed->tenant_region_sub_scope, "DODCON");
}

TEST(ParseDiscovery, AbsentAndNullAreTheSame) {
  for (const char* key : read_keys) {
    const auto absent = parse_discovery(gcc_high_document(contoso).drop(key).text());
    const auto null = parse_discovery(gcc_high_document(contoso).set(key, "null").text());
    ASSERT_TRUE(absent && null) << key;
    for (const auto* document : {&*absent, &*null}) {
      const std::optional<std::string>* values[] = {
          &document->issuer, &document->token_endpoint, &document->msgraph_host,
          &document->tenant_region_scope, &document->tenant_region_sub_scope};
      for (std::size_t i = 0; i < std::size(values); ++i)
        EXPECT_EQ(values[i]->has_value(), read_keys[i] != std::string_view(key)) << key;
    }
  }
}

TEST(ParseDiscovery, ReadsEscapesAndIgnoresOrderBlanksAndStrangeMembers) {
  const char* const scopes[] = {
      R"({"tenant_region_scope":"USGov"})",
      " \r\n\t{ \"tenant_region_scope\" : \"USGov\" } \r\n",
      R"({"tenant_region_scope":"\u0055S\u0047ov"})",
      R"({"\u0074enant_region_\u0073cope":"USGov"})",
      R"({"new":{"tenant_region_scope":"NA","deep":[{"tenant_region_scope":1}]},"tenant_region_scope":"USGov"})",
      R"({"tenant_region_scope":"USGov","new":[["tenant_region_scope","NA"]],"a":1e999,"b":-0.5,"c":true,"d":null,"":{}})",
      R"({"Tenant_Region_Scope":"NA","tenant_region_scope ":"NA","tenant_region_scope":"USGov","other":"x","other":"y"})",
  };
  for (const char* body : scopes) {
    const auto parsed = parse_discovery(body);
    ASSERT_TRUE(parsed) << body << ": " << parsed.error().detail;
    EXPECT_EQ(parsed->tenant_region_scope, "USGov") << body;
    EXPECT_FALSE(parsed->issuer) << body;
  }
  // Longer than any buffer that the parser keeps for strings with escapes.
  const auto parsed = parse_discovery(R"({"noise":")" + std::string(9000, 'x') +
                                      R"(\n","tenant_region_scope":"US\u0047ov"})");
  ASSERT_TRUE(parsed) << parsed.error().detail;
  EXPECT_EQ(parsed->tenant_region_scope, "USGov");
}

TEST(ParseDiscovery, RefusesAnythingButAnObject) {
  for (const char* body : {"[]", R"(["issuer"])", R"([{"issuer":"x"}])", "1", "1.5", "null", "true",
                           R"("issuer")", "\"\""}) {
    const auto parsed = parse_discovery(body);
    ASSERT_FALSE(parsed) << body;
    EXPECT_EQ(parsed.error().kind, ErrorKind::bad_document) << body;
  }
}

// The parser gives long keys in parts: the last part alone is no key.
TEST(ParseDiscovery, TakesWholeKeysOnly) {
  for (std::size_t length = 1; length < 9'000; ++length) {
    const auto parsed =
        parse_discovery("{\"\\n" + std::string(length, 'x') + "issuer\":\"https://x.example\"}");
    ASSERT_TRUE(parsed) << parsed.error().detail;
    ASSERT_FALSE(parsed->issuer) << "after a key's first " << length << " bytes";
  }
}

TEST(ReadAnswer, FindsTheCloudInTheDocument) {
  const std::string id(contoso);
  const auto made = [](const CloudHosts& hosts, std::string_view scope, Form form) {
    return tenant_document(hosts, contoso, scope, form);
  };
  const Document global = made(global_hosts, R"("NA")", Form::v2),
                 global_v1 = made(global_hosts, R"("NA")", Form::v1);
  const Document usgov = made(usgov_hosts, R"("XX")", Form::v2),
                 usgov_v1 = made(usgov_hosts, R"("XX")", Form::v1);
  const Document china = made(china_hosts, R"("AS")", Form::v2),
                 china_v1 = made(china_hosts, R"("AS")", Form::v1);
  const Document unheard_of = made(unheard_of_hosts, R"("ZZ")", Form::v2);
  struct Case {
    const char* name;
    Document document;
    const char* cloud;
    const char* scope;
    const char* sub_scope;
  };
  const Case cases[] = {
      {"global, v2", global, "global", "NA", ""},
      {"global, v1: the token endpoint decides", global_v1, "global", "NA", ""},
      {"global, v1, an alias",
       Document(global_v1).token_endpoint("https://login.windows.net/" + id + "/oauth2/token"),
       "global", "NA", ""},
      {"GCC", gcc_document(contoso), "global", "NA", "GCC"},
      {"B2C", b2c_document(contoso), "global", "", ""},
      {"GCC High", gcc_high_document(contoso), "usgov", "USGov", "DODCON"},
      {"DoD", dod_document(contoso), "usgov", "USGov", "DOD"},
      {"US Gov, v2", usgov, "usgov", "XX", ""},
      {"US Gov, v1: sts.windows.net isn't decisive", usgov_v1, "usgov", "XX", ""},
      {"US Gov hosts without a scope", tenant_document(usgov_hosts, contoso, ""), "usgov", "", ""},
      {"USG under hosts that all look global", usg_document(contoso), "usgov", "USG", ""},
      {"USGov under global hosts", tenant_document(global_hosts, contoso, R"("USGov")"), "usgov",
       "USGov", ""},
      {"USG under hosts nobody knows", tenant_document(unheard_of_hosts, contoso, R"(" usg ")"),
       "usgov", " usg ", ""},
      {"USG under Chinese hosts", tenant_document(china_hosts, contoso, R"("USG")"), "usgov", "USG",
       ""},
      {"China, v2", china, "china", "AS", ""},
      {"China, v1", china_v1, "china", "AS", ""},
      {"China, an alias",
       Document(china_v1).drop("issuer").token_endpoint("https://login.chinacloudapi.cn/" + id),
       "china", "AS", ""},
      {"Germany, v2", tenant_document(germany_hosts, contoso, R"("DE")"), "germany", "DE", ""},
      {"Germany, v1", tenant_document(germany_hosts, contoso, R"("DE")", Form::v1), "germany", "DE",
       ""},
      {"Bleu", tenant_document(bleu_hosts, contoso, R"("FG")"), "bleu", "FG", ""},
      {"a cloud nobody knows", unheard_of, "", "ZZ", ""},
      {"the issuer before the token endpoint",
       Document(china).token_endpoint("https://login.microsoftonline.com/" + id), "china", "AS",
       ""},
      {"the issuer before the graph host",
       Document(usgov).set("msgraph_host", R"("graph.microsoft.com")"), "usgov", "XX", ""},
      {"the token endpoint before the graph host",
       Document(usgov_v1).set("msgraph_host", R"("graph.microsoft.com")"), "usgov", "XX", ""},
      {"only the graph host decides",
       Document(china)
           .issuer("https://sts.windows.net/" + id)
           .token_endpoint("https://sts.windows.net/" + id),
       "china", "AS", ""},
      {"only the graph host is there, in capitals",
       Document(usgov_v1).drop("token_endpoint").set("msgraph_host", R"("DOD-graph.Microsoft.US")"),
       "usgov", "XX", ""},
      {"nothing decisive", Document(global_v1).drop("token_endpoint").drop("msgraph_host"), "",
       "NA", ""},
      {"no issuer: the token endpoint names the tenant", Document(china).drop("issuer"), "china",
       "AS", ""},
      {"a host in capitals, with a port",
       Document(global).issuer("https://LOGIN.Partner.MicrosoftOnline.CN:443/" + id), "china", "NA",
       ""},
      {"a look-alike",
       Document(unheard_of).issuer("https://login.microsoftonline.com.evil.example/" + id), "",
       "ZZ", ""},
      {"a GUID in capitals",
       Document(global).issuer(
           "https://login.microsoftonline.com/5E0C1A7B-3F64-4D2A-9B1E-0A1B2C3D4E5F"),
       "global", "NA", ""},
      {"an escaped issuer",
       Document(global).issuer(R"(https:\/\/login.microsoftonline.com\/)" + id + R"(\/v2.0)"),
       "global", "NA", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto finding = read(c.document.text());
    ASSERT_TRUE(finding) << finding.error().detail;
    EXPECT_TRUE(finding->found);
    EXPECT_EQ(finding->cloud, c.cloud);
    EXPECT_EQ(to_string(finding->tenant_id), contoso);
    EXPECT_EQ(finding->region_scope, c.scope);
    EXPECT_EQ(finding->sub_scope, c.sub_scope);
  }
}

TEST(ReadAnswer, KeepsTheRawScopeAndTakesBlankOnesForNone) {
  const std::pair<const char*, const char*> cases[] = {
      {R"("USGOV")", "USGOV"},
      {R"("usgov")", "usgov"},
      {R"(" USGov  ")", " USGov  "},
      {R"("")", ""},
      {R"("  ")", ""},
      {"null", ""},
      {R"("\u00dcSGov")", "\xC3\x9CSGov"},
  };
  for (const auto& [json, raw] : cases) {
    const auto finding = read(
        tenant_document(usgov_hosts, contoso, json).add("tenant_region_sub_scope", json).text());
    ASSERT_TRUE(finding) << json;
    EXPECT_EQ(finding->region_scope, raw) << json;
    EXPECT_EQ(finding->sub_scope, raw) << json;
    EXPECT_EQ(finding->cloud, "usgov") << json;
  }
}

TEST(ReadAnswer, ConfiguredCloudsAreRecognised) {
  Clouds clouds = builtin_clouds();
  clouds.push_back({.name = "rehearsal",
                    .authority = "https://login.cloud.example",
                    .hosts = {"login.cloud.example"}});
  const std::string body = tenant_document(unheard_of_hosts, contoso, R"("ZZ")").text();
  const auto finding = read_answer({.status = 200, .body = body}, clouds);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->cloud, "rehearsal");
}

TEST(ReadAnswer, AConfigurationCantMakeTheSharedIssuerDecisive) {
  Clouds clouds = builtin_clouds();
  clouds.front().hosts.push_back("sts.windows.net");
  const std::string body = tenant_document(usgov_hosts, contoso, R"("XX")", Form::v1).text();
  const auto finding = read_answer({.status = 200, .body = body}, clouds);
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->cloud, "usgov");
}

TEST(ReadAnswer, RefusesPseudoTenantsAndStrangers) {
  const std::string id(contoso);
  const Document ordinary = tenant_document(global_hosts, contoso, R"("NA")");
  const std::pair<const char*, Document> cases[] = {
      {"common, v2", pseudo_document(global_hosts, "common")},
      {"common, v1", pseudo_document(global_hosts, "common", Form::v1)},
      {"organizations", pseudo_document(global_hosts, "organizations")},
      {"organizations in China", pseudo_document(china_hosts, "organizations")},
      {"consumers", pseudo_document(global_hosts, "consumers")},
      {"consumers in US Gov", pseudo_document(usgov_hosts, "consumers")},
      {"consumers, in capitals",
       Document(ordinary).issuer(
           "https://login.microsoftonline.com/9188040D-6C67-4C5B-B112-36A304B66DAD/v2.0")},
      {"a pseudo issuer above a real token endpoint",
       Document(ordinary).issuer("https://login.microsoftonline.com/{tenantid}/v2.0")},
      {"no issuer, and a pseudo token endpoint",
       pseudo_document(global_hosts, "common").drop("issuer")},
      {"a domain instead of the GUID", tenant_document(global_hosts, "contoso.example", R"("NA")")},
      {"the GUID in the second segment",
       Document(ordinary).issuer("https://login.microsoftonline.com/x/" + id)},
      {"the GUID in a query",
       Document(ordinary).issuer("https://login.microsoftonline.com/?" + id)},
      {"AD FS", Document(ordinary).issuer("https://fs.contoso.example/adfs")},
      {"an issuer that is no URL", Document(ordinary).issuer(contoso)},
      {"an issuer over http", Document(ordinary).issuer("http://login.microsoftonline.com/" + id)},
      {"an empty issuer", Document(ordinary).issuer("")},
      {"neither issuer nor token endpoint",
       Document(ordinary).drop("issuer").drop("token_endpoint")},
      {"a scope alone", Document().add("tenant_region_scope", R"("USG")")},
      {"nothing", Document()},
  };
  for (const auto& [name, document] : cases)
    expect_error(read(document.text()), ErrorKind::bad_document, name);
}

TEST(ReadAnswer, JudgesTheStatusFirst) {
  const std::string found = tenant_document(global_hosts, contoso, R"("NA")").text();
  const std::string not_found = error_body("invalid_tenant", 90002);
  struct Case {
    int status;
    std::string body;
    std::optional<ErrorKind> error;  // nothing: "not found"
  };
  const Case cases[] = {
      {400, not_found, std::nullopt},
      {400, error_body("invalid_tenant", 900021), std::nullopt},
      {400, R"({"error":"invalid_tenant"})", std::nullopt},
      {400, R"( {"x":{"error":"no"},"\u0065rror":"invalid\u005ftenant"} )", std::nullopt},
      {400, error_body("invalid_request", 90002), ErrorKind::http_status},
      {400, error_body("invalid_tenant ", 90002), ErrorKind::http_status},
      {400, error_body("INVALID_TENANT", 90002), ErrorKind::http_status},
      {400, R"({"x":{"error":"invalid_tenant"}})", ErrorKind::http_status},
      {400, R"([{"error":"invalid_tenant"}])", ErrorKind::http_status},
      {400, R"({"error":"invalid_tenant","error":"invalid_tenant"})", ErrorKind::http_status},
      {400, R"({"error":["invalid_tenant"]})", ErrorKind::http_status},
      {400, R"({"error":null})", ErrorKind::http_status},
      {400, R"({"error_description":"AADSTS90002: invalid_tenant"})", ErrorKind::http_status},
      {400, R"({"error":"invalid_tenant")", ErrorKind::http_status},
      {400, "invalid_tenant", ErrorKind::http_status},
      {400, "", ErrorKind::http_status},
      {400, found, ErrorKind::http_status},
      {200, not_found, ErrorKind::bad_document},
      {429, "Too Many Requests", ErrorKind::throttled},
      {429, not_found, ErrorKind::throttled},
      {503, "", ErrorKind::http_status},
      {500, not_found, ErrorKind::http_status},
      {502, "<html>", ErrorKind::http_status},
      {404, not_found, ErrorKind::http_status},
      {401, found, ErrorKind::http_status},
      {201, found, ErrorKind::http_status},
      {204, "", ErrorKind::http_status},
      {206, found, ErrorKind::http_status},
      {301, found, ErrorKind::redirect},
      {302, found, ErrorKind::redirect},
      {304, "", ErrorKind::redirect},
      {307, found, ErrorKind::redirect},
      {399, found, ErrorKind::redirect},
      {0, found, ErrorKind::http_status},
      {200, "<!DOCTYPE html><title>Sign in</title>", ErrorKind::not_json},
      {200, "", ErrorKind::not_json},
  };
  for (const Case& c : cases) {
    const std::string what = std::to_string(c.status) + " " + c.body;
    const auto finding = read(c.body, c.status);
    if (c.error) {
      expect_error(finding, *c.error, what);
      continue;
    }
    ASSERT_TRUE(finding) << what << ": " << finding.error().detail;
    EXPECT_FALSE(finding->found) << what;
    EXPECT_TRUE(finding->cloud.empty() && finding->region_scope.empty() &&
                finding->tenant_id == Guid{})
        << what;
  }
}

TEST(ReadAnswer, TrustsNoEncodedAndNoCutBody) {
  const std::string found = tenant_document(global_hosts, contoso, R"("NA")").text();
  const std::string not_found = error_body("invalid_tenant", 90002);
  for (const auto& [status, body] : {std::pair(200, found), std::pair(400, not_found)}) {
    ASSERT_TRUE(read(body, status));
    expect_error(read_answer({.status = status, .encoded = true, .body = body}, builtin_clouds()),
                 ErrorKind::encoding, body);
    expect_error(read_answer({.status = status, .truncated = true, .body = body}, builtin_clouds()),
                 ErrorKind::too_large, body);
  }
  expect_error(read_answer({.status = 429, .encoded = true, .truncated = true, .body = found},
                           builtin_clouds()),
               ErrorKind::throttled, "429");
  expect_error(read_answer({.status = 200, .body = {}}, builtin_clouds()), ErrorKind::not_json,
               "no body");
}

TEST(DiscoveryUrl, IsTheSecondForm) {
  EXPECT_EQ(discovery_url(*find_cloud(builtin_clouds(), "usgov"), "agency.onmicrosoft.us"),
            "https://login.microsoftonline.us/agency.onmicrosoft.us/v2.0/.well-known/"
            "openid-configuration");
}

}  // namespace
}  // namespace tenantscope
