// A document whose issuer is a regional host, https://REGION.login.microsoft.com/…, which no cloud
// has: its token endpoint says where the tenant is.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "domain/discovery_reading.hpp"
#include "domain/environment.hpp"

namespace tenantscope {
namespace {

using documents::contoso;
using documents::found;

// With every key that such a document has had, written for this test.
std::string regional(std::string_view region, const documents::CloudHosts& hosts,
                     std::string_view scope, std::string_view sub_scope = "") {
  const std::string base = fmt::format("https://{}/{}", hosts.login, contoso);
  std::string text = fmt::format(
      R"({{"token_endpoint":"{0}/oauth2/v2.0/token",)"
      R"("token_endpoint_auth_methods_supported":["client_secret_post","private_key_jwt","client_secret_basic"],)"
      R"("jwks_uri":"{0}/discovery/v2.0/keys","response_modes_supported":["query","fragment","form_post"],)"
      R"("subject_types_supported":["pairwise"],"id_token_signing_alg_values_supported":["RS256"],)"
      R"("response_types_supported":["code","id_token","code id_token","id_token token"],)"
      R"("scopes_supported":["openid","profile","email","offline_access"],)"
      R"("issuer":"https://{1}.login.microsoft.com/{2}/v2.0","request_uri_parameter_supported":false,)"
      R"("userinfo_endpoint":"https://{3}/oidc/userinfo","authorization_endpoint":"{0}/oauth2/v2.0/authorize",)"
      R"("device_authorization_endpoint":"{0}/oauth2/v2.0/devicecode","http_logout_supported":true,)"
      R"("frontchannel_logout_supported":true,"end_session_endpoint":"{0}/oauth2/v2.0/logout",)"
      R"("claims_supported":["sub","iss","aud","exp","iat","tid","cloud_instance_name","cloud_graph_host_name"],)"
      R"("kerberos_endpoint":"{0}/kerberos",)"
      R"("mtls_endpoint_aliases":{{"token_endpoint":"https://mtlsauth.{4}/{2}/oauth2/v2.0/token"}},)"
      R"("tls_client_certificate_bound_access_tokens":true,"tenant_region_scope":"{5}",)",
      base, region, contoso, hosts.graph, hosts.instance, scope);
  if (!sub_scope.empty())
    text += fmt::format(R"("tenant_region_sub_scope":"{}",)", sub_scope);
  return text + fmt::format(R"("cloud_instance_name":"{}","cloud_graph_host_name":"graph.{}",)"
                            R"("msgraph_host":"{}","rbac_url":"https://pas.{}"}})",
                            hosts.instance, hosts.instance, hosts.graph, hosts.instance);
}

TEST(RegionalIssuer, LeavesTheCloudToTheTokenEndpoint) {
  const struct {
    const char* region;
    documents::CloudHosts hosts;
    const char* scope;
    const char* sub_scope;
    Finding finding;
    Environment environment;
  } cases[] = {
      {"westeurope", documents::global_hosts, "EU", "", found("global", "EU"),
       Environment::commercial},
      {"eastus2", documents::global_hosts, "NA", "GCC", found("global", "NA", "GCC"),
       Environment::gcc},
      {"usgovvirginia", documents::usgov_hosts, "XX", "", found("usgov", "XX"),
       Environment::azure_government},
      {"usgovvirginia", documents::usgov_hosts, "USGov", "DODCON",
       found("usgov", "USGov", "DODCON"), Environment::gcc_high},
      {"chinaeast2", documents::china_hosts, "AS", "", found("china", "AS"), Environment::china},
      {"francecentral", documents::bleu_hosts, "FG", "", found("bleu", "FG"), Environment::bleu},
      {"westeurope", documents::unheard_of_hosts, "ZZ", "", found("", "ZZ"), Environment::unknown},
  };
  for (const auto& one : cases) {
    const std::string where = std::string(one.region) + " " + std::string(one.hosts.login);
    const Result<Finding> finding = read(regional(one.region, one.hosts, one.scope, one.sub_scope));
    ASSERT_TRUE(finding) << where << ": " << finding.error().detail;
    EXPECT_EQ(identity(*finding), identity(one.finding)) << where;
    EXPECT_TRUE(equivalent(*finding, one.finding)) << where;
    EXPECT_EQ(to_string(environment_of(&*finding)), to_string(one.environment)) << where;
  }
}

// The issuer still says who the tenant is.
TEST(RegionalIssuer, NamesTheTenant) {
  std::string text = regional("westeurope", documents::china_hosts, "AS");
  const std::string issuer = "login.microsoft.com/";
  text.replace(text.find(issuer) + issuer.size(), contoso.size(), documents::fabrikam);
  EXPECT_EQ(identity(read(text).value()), "china/" + std::string(documents::fabrikam));
  text.replace(text.find(issuer) + issuer.size(), contoso.size(), "{tenantid}");
  expect_error(read(text), ErrorKind::bad_document, "a pseudo tenant");
}

}  // namespace
}  // namespace tenantscope
