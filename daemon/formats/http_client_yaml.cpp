#include "formats/http_client_yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "formats/yaml_text.hpp"

namespace tenantscope {
namespace {

using Items = std::vector<std::string>;

std::string pair_of(std::string_view key, std::string_view text) {
  return fmt::format("{}: {}", key, yaml::scalar(text));
}

void add_unless_empty(Items& items, std::string_view key, const std::string& text) {
  if (!text.empty())
    items.push_back(pair_of(key, text));
}

std::string file_of(std::string_view key, const SecretSource& secret) {
  return pair_of(key, secret.file.native());
}

std::string login_map(const BasicLogin& login) {
  return yaml::map({pair_of("username", login.username), file_of("password_file", login.password)});
}

void add_proxy(Items& items, const ProxySettings& proxy) {
  items.push_back(pair_of("proxy_url", proxy.url));
  if (!proxy.login.username.empty())
    items.push_back("proxy_basic_auth: " + login_map(proxy.login));
  add_unless_empty(items, "no_proxy", proxy.no_proxy);
  if (proxy.from_environment)
    items.emplace_back("proxy_from_environment: true");
}

std::string tls_map(const TlsClientSettings& tls) {
  Items items{pair_of("ca_file", tls.ca_file)};
  add_unless_empty(items, "cert_file", tls.cert_file);
  add_unless_empty(items, "key_file", tls.key_file);
  add_unless_empty(items, "server_name", tls.server_name);
  items.emplace_back(tls.min_version == LeastTls::tls13 ? "min_version: TLS13"
                                                        : "min_version: TLS12");
  return yaml::map(items);
}

// A URL's query may hold a secret.
std::string oauth2_map(const OAuth2Settings& oauth2) {
  const bool has_query = oauth2.token_url.find('?') != std::string::npos;
  return yaml::map({pair_of("client_id", oauth2.client_id),
                    file_of("client_secret_file", oauth2.client_secret),
                    pair_of("token_url", has_query ? masked_secret : oauth2.token_url),
                    "scopes: " + yaml::list_of(oauth2.scopes, yaml::scalar)});
}

void add_login(Items& items, const HttpClientSettings& client) {
  if (!client.basic_auth.username.empty())
    items.push_back("basic_auth: " + login_map(client.basic_auth));
  if (client.authorization.credentials.wanted())
    items.push_back("authorization: " +
                    yaml::map({pair_of("type", client.authorization.type),
                               file_of("credentials_file", client.authorization.credentials)}));
  if (!client.oauth2.client_id.empty())
    items.push_back("oauth2: " + oauth2_map(client.oauth2));
}

std::string header_item(const HttpHeaderSettings& header) {
  const auto masked = [](const std::string&) { return yaml::scalar(masked_secret); };
  const auto file = [](const auto& path) { return yaml::scalar(path.native()); };
  return fmt::format("{}: {{values: {}, files: {}}}", yaml::scalar(header.name),
                     yaml::list_of(header.values, masked), yaml::list_of(header.files, file));
}

}  // namespace

std::string http_client_keys(const HttpClientSettings& client) {
  Items items;
  add_proxy(items, client.proxy);
  items.push_back("tls_config: " + tls_map(client.tls));
  add_login(items, client);
  if (!client.headers.empty()) {
    Items headers;
    headers.reserve(client.headers.size());
    for (const HttpHeaderSettings& header : client.headers)
      headers.push_back(header_item(header));
    items.push_back("http_headers: " + yaml::map(headers));
  }
  return fmt::format("{}", fmt::join(items, ", "));
}

}  // namespace tenantscope
