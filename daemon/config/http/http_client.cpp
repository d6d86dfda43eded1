#include "config/http/http_client.hpp"

#include <array>

#include <fmt/format.h>

#include "config/http/ca_file.hpp"
#include "config/http/http_headers.hpp"
#include "config/http/http_login.hpp"
#include "config/http/http_proxy.hpp"
#include "config/http/http_secret.hpp"
#include "config/http/http_tls.hpp"

namespace tenantscope {
namespace {

void warn_of_old_key(const YamlNode& node, std::string_view key, std::string_view instead,
                     const HttpPlace& place) {
  place.warnings.add(node, fmt::format("`{}` goes with the next release: write `{}` in place of it",
                                       key, instead));
}

void read_old_ca_file(MapReader& map, TlsClientSettings& tls, const HttpPlace& place) {
  const YamlNode* old = map.old_text("ca_file");
  if (!old)
    return;
  if (const YamlNode* now = map.find("tls_config"); now && now->find("ca_file"))
    return place.findings.add(
        *old, "`ca_file` is what `tls_config: {ca_file: FILE}` is now: leave the former off");
  warn_of_old_key(*old, "ca_file", "tls_config: {ca_file: FILE}", place);
  tls.ca_file = read_ca_file(*old, place.folder, place.findings);
}

HttpClientSettings read_connection(MapReader& map, const HttpPlace& place) {
  HttpClientSettings client;
  client.proxy = read_proxy(map, place);
  if (const YamlNode* tls = map.map("tls_config"))
    client.tls = read_tls_client(*tls, place);
  if (place.old_keys)
    read_old_ca_file(map, client.tls, place);
  else
    map.refuse("ca_file", "write `tls_config: {ca_file: FILE}`");
  map.refuse("follow_redirects", "redirects are never followed");
  map.refuse("enable_http2", "it isn't to be chosen");
  return client;
}

void read_old_token(MapReader& map, AuthorizationSettings& authorization, const HttpPlace& place) {
  const YamlNode* old = map.old_text("bearer_token_file");
  if (!old)
    return;
  if (map.has("authorization"))
    return place.findings.add(*old,
                              "`bearer_token_file` is what `authorization: "
                              "{credentials_file: FILE}` is now: leave the former off");
  warn_of_old_key(*old, "bearer_token_file", "authorization: {credentials_file: FILE}", place);
  if (!old->scalar.empty())
    authorization.credentials.file = read_secret_path(*old, "bearer_token_file", place);
}

// Of those that are there, all but the first are findings.
void refuse_several_logins(const MapReader& map, const HttpPlace& place) {
  constexpr std::array<std::string_view, 4> keys{"basic_auth", "authorization", "oauth2",
                                                 "bearer_token_file"};
  std::string_view first;
  for (const std::string_view key : keys) {
    const YamlNode* node = map.find(key);
    if (!node || (node->kind == YamlNode::Kind::scalar && node->scalar.empty()))
      continue;
    if (first.empty())
      first = key;
    else if (key != "bearer_token_file" || first != "authorization")
      place.findings.add(
          *node, fmt::format("`{}` and `{}` exclude each other: leave one off", first, key));
  }
}

}  // namespace

HttpClientSettings read_http_client(MapReader& map, const HttpPlace& place) {
  HttpClientSettings client = read_connection(map, place);
  if (const YamlNode* login = map.map("basic_auth"))
    client.basic_auth = read_basic_login(*login, "`basic_auth`", place);
  if (const YamlNode* authorization = map.map("authorization"))
    client.authorization = read_authorization(*authorization, place);
  if (const YamlNode* oauth2 = map.map("oauth2"))
    client.oauth2 = read_oauth2(*oauth2, place);
  if (place.old_keys)
    read_old_token(map, client.authorization, place);
  else
    map.refuse("bearer_token_file", "write `authorization: {credentials_file: FILE}`");
  map.refuse("bearer_token", place.texts ? "write `authorization: {credentials: TOKEN}`"
                                         : "write it to a file of its own, and that file's name at "
                                           "`authorization: {credentials_file: FILE}`");
  refuse_several_logins(map, place);
  if (const YamlNode* headers = map.map("http_headers"))
    client.headers = read_http_headers(*headers, place);
  return client;
}

HttpClientSettings read_authority_client(MapReader& map, const HttpPlace& place) {
  HttpClientSettings client = read_connection(map, place);
  for (const char* key : {"basic_auth", "authorization", "oauth2", "http_headers", "bearer_token",
                          "bearer_token_file"})
    map.refuse(key, "nothing secret is sent to an authority, which answers everybody");
  return client;
}

}  // namespace tenantscope
