#include "simulator/document.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "domain/finding.hpp"

namespace tenantscope::simulator {
namespace {

struct Hosts {
  std::string_view cloud;
  std::string_view login;
  std::string_view sts;  // of v1 issuers
  std::string_view instance;
  std::string_view graph;  // the old one
  std::string_view msgraph;
  std::string_view rbac;
};

constexpr std::array all_hosts{
    Hosts{"global", "login.microsoftonline.com", "sts.windows.net", "microsoftonline.com",
          "graph.windows.net", "graph.microsoft.com", "pas.windows.net"},
    Hosts{"usgov", "login.microsoftonline.us", "sts.windows.net", "microsoftonline.us",
          "graph.windows.net", "graph.microsoft.us", "pasff.usgovcloudapi.net"},
    Hosts{"china", "login.partner.microsoftonline.cn", "sts.chinacloudapi.cn",
          "partner.microsoftonline.cn", "graph.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn",
          "pas.chinacloudapi.cn"},
    Hosts{"germany", "login.microsoftonline.de", "sts.microsoftonline.de", "microsoftonline.de",
          "graph.cloudapi.de", "graph.microsoft.de", "pas.cloudapi.de"},
    Hosts{"bleu", "login.sovcloud-identity.fr", "sts.windows.net", "sovcloud-identity.fr",
          "graph.svc.sovcloud.fr", "graph.svc.sovcloud.fr", "pas.sovcloud-identity.fr"},
    Hosts{"delos", "login.sovcloud-identity.de", "sts.windows.net", "sovcloud-identity.de",
          "graph.svc.sovcloud.de", "graph.svc.sovcloud.de", "pas.sovcloud-identity.de"},
    Hosts{"govsg", "login.sovcloud-identity.sg", "sts.windows.net", "sovcloud-identity.sg",
          "graph.svc.sovcloud.sg", "graph.svc.sovcloud.sg", "pas.sovcloud-identity.sg"},
    Hosts{"usnat", "login.microsoftonline.eaglex.ic.gov", "sts.windows.net",
          "microsoftonline.eaglex.ic.gov", "graph.eaglex.ic.gov", "graph.eaglex.ic.gov",
          "pas.eaglex.ic.gov"},
    Hosts{"ussec", "login.microsoftonline.microsoft.scloud", "sts.windows.net",
          "microsoftonline.microsoft.scloud", "graph.microsoft.scloud", "graph.microsoft.scloud",
          "pas.microsoft.scloud"},
    Hosts{"unrecognised", "login.authority.example", "sts.authority.example", "authority.example",
          "graph.authority.example", "msgraph.authority.example", "pas.authority.example"},
};

constexpr std::string_view v2_document =
    R"({{"token_endpoint":"https://{login}/{id}/oauth2/v2.0/token",)"
    R"("token_endpoint_auth_methods_supported":["client_secret_post","private_key_jwt","client_secret_basic",)"
    R"("self_signed_tls_client_auth"],)"
    R"("jwks_uri":"https://{login}/{id}/discovery/v2.0/keys","response_modes_supported":["query","fragment","form_post"],)"
    R"("subject_types_supported":["pairwise"],"id_token_signing_alg_values_supported":["RS256"],)"
    R"("response_types_supported":["code","id_token","code id_token","id_token token"],)"
    R"("scopes_supported":["openid","profile","email","offline_access"],"issuer":"https://{login}/{issuer_id}/v2.0",)"
    R"("request_uri_parameter_supported":false,"userinfo_endpoint":"https://{msgraph}/oidc/userinfo",)"
    R"("authorization_endpoint":"https://{login}/{id}/oauth2/v2.0/authorize",)"
    R"("device_authorization_endpoint":"https://{login}/{id}/oauth2/v2.0/devicecode","http_logout_supported":true,)"
    R"("frontchannel_logout_supported":true,"end_session_endpoint":"https://{login}/{id}/oauth2/v2.0/logout",)"
    R"("claims_supported":["sub","iss","cloud_instance_name","cloud_instance_host_name","cloud_graph_host_name","msgraph_host","aud",)"
    R"("exp","iat","auth_time","acr","nonce","preferred_username","name","tid","ver","at_hash","c_hash","email"],)"
    R"("kerberos_endpoint":"https://{login}/{id}/kerberos",)"
    R"("mtls_endpoint_aliases":{{"token_endpoint":"https://{login}/{id}/oauth2/v2.0/token"}},)"
    R"("tls_client_certificate_bound_access_tokens":true,{scopes}"cloud_instance_name":"{instance}",)"
    R"("cloud_graph_host_name":"{graph}","msgraph_host":"{msgraph}","rbac_url":"https://{rbac}"}})";

constexpr std::string_view v1_document =
    R"({{"token_endpoint":"https://{login}/{id}/oauth2/token",)"
    R"("token_endpoint_auth_methods_supported":["client_secret_post","private_key_jwt","client_secret_basic"],)"
    R"("jwks_uri":"https://{login}/common/discovery/keys","response_modes_supported":["query","fragment","form_post"],)"
    R"("subject_types_supported":["pairwise"],"id_token_signing_alg_values_supported":["RS256"],)"
    R"("response_types_supported":["code","id_token","code id_token","token id_token","token"],"scopes_supported":["openid"],)"
    R"("issuer":"https://{sts}/{issuer_id}/","microsoft_multi_refresh_token":true,)"
    R"("authorization_endpoint":"https://{login}/{id}/oauth2/authorize",)"
    R"("device_authorization_endpoint":"https://{login}/{id}/oauth2/devicecode","http_logout_supported":true,)"
    R"("frontchannel_logout_supported":true,"end_session_endpoint":"https://{login}/{id}/oauth2/logout",)"
    R"("claims_supported":["sub","iss","cloud_instance_name","cloud_instance_host_name","cloud_graph_host_name","msgraph_host","aud",)"
    R"("exp","iat","auth_time","acr","amr","nonce","email","given_name","family_name","nickname"],)"
    R"("check_session_iframe":"https://{login}/{id}/oauth2/checksession","userinfo_endpoint":"https://{login}/{id}/openid/userinfo",)"
    R"("kerberos_endpoint":"https://{login}/{id}/kerberos",{scopes}"cloud_instance_name":"{instance}",)"
    R"("cloud_graph_host_name":"{graph}","msgraph_host":"{msgraph}","rbac_url":"https://{rbac}"}})";

std::string json_text(std::string_view text) {
  return boost::json::serialize(boost::json::string(text));
}

std::string member(std::string_view key, const Scope& scope) {
  switch (scope.kind) {
    case Scope::Kind::absent:
      break;
    case Scope::Kind::null:
      return fmt::format(R"("{}":null,)", key);
    case Scope::Kind::text:
      return fmt::format(R"("{}":{},)", key, json_text(scope.text));
  }
  return {};
}

std::string error_document(std::string_view error, int code, const std::string& what,
                           WallTime now) {
  std::string timestamp = rfc3339(now).substr(0, 19) + "Z";
  timestamp[10] = ' ';
  const std::string trace = to_string(random_guid());
  const std::string correlation = to_string(random_guid());
  const std::string description =
      fmt::format("AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}", code, what, trace,
                  correlation, timestamp);
  return fmt::format(
      R"({{"error":"{}","error_description":{},"error_codes":[{}],"timestamp":"{}","trace_id":"{}","correlation_id":"{}",)"
      R"("error_uri":"https://login.microsoftonline.com/error?code={}"}})",
      error, json_text(description), code, timestamp, trace, correlation, code);
}

}  // namespace

std::span<const std::string_view> cloud_names() {
  static constexpr auto names = [] {
    std::array<std::string_view, all_hosts.size()> clouds;
    std::ranges::transform(all_hosts, clouds.begin(), &Hosts::cloud);
    return clouds;
  }();
  return names;
}

std::string discovery_document(Form form, const DocumentFacts& facts) {
  const Hosts& hosts = *std::ranges::find(all_hosts, facts.hosts, &Hosts::cloud);
  const bool dod = hosts.cloud == "usgov" && normalized(facts.sub_scope.text) == "dod";
  const std::string scopes = member("tenant_region_scope", facts.region_scope) +
                             member("tenant_region_sub_scope", facts.sub_scope);
  return fmt::format(fmt::runtime(form == Form::v2 ? v2_document : v1_document),
                     fmt::arg("login", hosts.login), fmt::arg("id", facts.path_id),
                     fmt::arg("issuer_id", facts.issuer_id), fmt::arg("sts", hosts.sts),
                     fmt::arg("scopes", scopes), fmt::arg("instance", hosts.instance),
                     fmt::arg("graph", hosts.graph),
                     fmt::arg("msgraph", dod ? "dod-graph.microsoft.us" : hosts.msgraph),
                     fmt::arg("rbac", hosts.rbac));
}

std::string tenant_not_found(std::string_view asked, WallTime now) {
  if (parse_guid(asked) == Guid{})
    return error_document("invalid_tenant", 900021,
                          fmt::format("Requested tenant identifier '{}' is not valid. Tenant "
                                      "identifiers may not be an empty GUID.",
                                      asked),
                          now);
  return error_document("invalid_tenant", 90002,
                        fmt::format("Tenant '{}' not found. Check to make sure you have the "
                                    "correct tenant ID and are signing into the "
                                    "correct cloud. Check with your subscription administrator, "
                                    "this may happen if there are no active "
                                    "subscriptions for the tenant.",
                                    asked),
                        now);
}

std::string transient_error(WallTime now) {
  return error_document("temporarily_unavailable", 90033,
                        "A transient error has occurred. Please try again.", now);
}

}  // namespace tenantscope::simulator
