// Discovery documents and error bodies written for the tests: shaped like the authorities' own, for
// tenants of every class; and the findings they lead to. A document is a list of members whose
// values are raw JSON, so that a test can replace, repeat, spoil or drop any of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/finding.hpp"

namespace tenantscope::documents {

inline constexpr std::string_view contoso = "5e0c1a7b-3f64-4d2a-9b1e-0a1b2c3d4e5f";
inline constexpr std::string_view fabrikam = "8d41f0c2-77aa-4b0f-8e55-6f7e8d9c0b1a";

inline Finding found(std::string_view cloud, std::string_view scope,
                     std::string_view sub_scope = "", std::string_view tenant = contoso) {
  return {.found = true,
          .cloud = cloud,
          .tenant_id = *parse_guid(tenant),
          .region_scope = scope,
          .sub_scope = sub_scope};
}

inline std::string json_string(std::string_view text) { return '"' + std::string(text) + '"'; }

class Document {
 public:
  Document& add(std::string_view key, std::string value) {
    members_.emplace_back(key, std::move(value));
    return *this;
  }
  Document& set(std::string_view key, std::string value) {
    for (auto& [name, old] : members_)
      if (name == key) {
        old = std::move(value);
        return *this;
      }
    return add(key, std::move(value));
  }
  Document& issuer(std::string_view url) { return set("issuer", json_string(url)); }
  Document& token_endpoint(std::string_view url) { return set("token_endpoint", json_string(url)); }
  Document& drop(std::string_view key) {
    std::erase_if(members_, [&](const auto& member) { return member.first == key; });
    return *this;
  }
  std::string text() const {
    std::string json;
    for (const auto& [key, value] : members_)
      json += (json.empty() ? "{" : ",") + json_string(key) + ":" + value;
    return json.empty() ? "{}" : json + "}";
  }

 private:
  std::vector<std::pair<std::string, std::string>> members_;
};

struct CloudHosts {
  std::string_view login, issuer_v1, instance, graph;
};

inline constexpr CloudHosts global_hosts{"login.microsoftonline.com", "sts.windows.net",
                                         "microsoftonline.com", "graph.microsoft.com"};
inline constexpr CloudHosts usgov_hosts{"login.microsoftonline.us", "sts.windows.net",
                                        "microsoftonline.us", "graph.microsoft.us"};
inline constexpr CloudHosts dod_hosts{"login.microsoftonline.us", "sts.windows.net",
                                      "microsoftonline.us", "dod-graph.microsoft.us"};
inline constexpr CloudHosts china_hosts{"login.partner.microsoftonline.cn", "sts.chinacloudapi.cn",
                                        "partner.microsoftonline.cn",
                                        "microsoftgraph.chinacloudapi.cn"};
inline constexpr CloudHosts germany_hosts{"login.microsoftonline.de", "sts.microsoftonline.de",
                                          "microsoftonline.de", "graph.microsoft.de"};
inline constexpr CloudHosts bleu_hosts{"login.sovcloud-identity.fr", "sts.sovcloud-identity.fr",
                                       "sovcloud-identity.fr", "graph.svc.sovcloud.fr"};
inline constexpr CloudHosts unheard_of_hosts{"login.cloud.example", "sts.cloud.example",
                                             "cloud.example", "graph.cloud.example"};

enum class Form { v1, v2 };

// `scope` is raw JSON: "\"NA\"", "null"; empty: the document has no such key.
inline Document tenant_document(const CloudHosts& hosts, std::string_view tenant,
                                std::string_view scope, Form form = Form::v2) {
  const bool is_v2 = form == Form::v2;
  const std::string id(tenant), base = "https://" + std::string(hosts.login) + "/" + id,
                                v2 = is_v2 ? "/v2.0" : "";
  const std::string issuer =
      is_v2 ? base + "/v2.0" : "https://" + std::string(hosts.issuer_v1) + "/" + id + "/";
  Document made;
  made.add("token_endpoint", json_string(base + "/oauth2" + v2 + "/token"))
      .add("token_endpoint_auth_methods_supported", R"(["client_secret_post","private_key_jwt"])")
      .add("jwks_uri", json_string(base + "/discovery" + v2 + "/keys"))
      .add("subject_types_supported", R"(["pairwise"])")
      .add("issuer", json_string(issuer))
      .add("request_uri_parameter_supported", "false")
      .add("authorization_endpoint", json_string(base + "/oauth2" + v2 + "/authorize"))
      .add("claims_supported", R"(["sub","iss","cloud_instance_name","tid"])")
      .add(
          "mtls_endpoint_aliases",
          R"({"token_endpoint":"https://mtls.example/none","issuer":["https://mtls.example/none"]})");
  if (!scope.empty())
    made.add("tenant_region_scope", std::string(scope));
  made.add("cloud_instance_name", json_string(hosts.instance))
      .add("msgraph_host", json_string(hosts.graph));
  return made;
}

// Azure Government's older form: entirely global hosts, no msgraph_host, and only the scope tells.
inline Document usg_document(std::string_view tenant) {
  return tenant_document(global_hosts, tenant, R"("USG")", Form::v1).drop("msgraph_host");
}

inline Document gcc_document(std::string_view tenant) {
  return tenant_document(global_hosts, tenant, R"("NA")")
      .add("tenant_region_sub_scope", R"("GCC")");
}

inline Document gcc_high_document(std::string_view tenant) {
  return tenant_document(usgov_hosts, tenant, R"("USGov")")
      .add("tenant_region_sub_scope", R"("DODCON")");
}

inline Document dod_document(std::string_view tenant) {
  return tenant_document(dod_hosts, tenant, R"("USGov")")
      .add("tenant_region_sub_scope", R"("DOD")");
}

// A B2C policy's document: none of the keys that tell about regions and clouds.
inline Document b2c_document(std::string_view tenant) {
  return tenant_document(global_hosts, tenant, "").drop("msgraph_host").drop("cloud_instance_name");
}

inline Document pseudo_document(const CloudHosts& hosts, std::string_view name,
                                Form form = Form::v2) {
  const std::string issuer_tenant =
      name == "consumers" ? "9188040d-6c67-4c5b-b112-36a304b66dad" : "{tenantid}";
  const std::string host(form == Form::v2 ? hosts.login : hosts.issuer_v1);
  return tenant_document(hosts, name, "null", form)
      .issuer("https://" + host + "/" + issuer_tenant + (form == Form::v2 ? "/v2.0" : "/"));
}

inline std::string error_body(std::string_view error, int code) {
  return R"({"error":")" + std::string(error) + R"(","error_description":"AADSTS)" +
         std::to_string(code) + R"(: Nobody of this name.\r\nTrace ID: none","error_codes":[)" +
         std::to_string(code) + R"(],"timestamp":"2026-11-23 10:00:00Z"})";
}

}  // namespace tenantscope::documents
