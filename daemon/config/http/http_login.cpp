#include "config/http/http_login.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text/ascii.hpp"
#include "base/text/quotation.hpp"
#include "base/text/url.hpp"
#include "config/http/header_name.hpp"
#include "config/http/http_secret.hpp"

namespace tenantscope {
namespace {

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

std::string read_type(const YamlNode& node, const HttpPlace& place) {
  const std::string type = lower(node.scalar);
  if (type == "basic")
    place.findings.add(node, "`type` can't be Basic: write `basic_auth` in place of it");
  else if (type == "ntlm" || type == "negotiate" || type == "kerberos" || type == "digest")
    place.findings.add(node, fmt::format("`type` can't be {}: that is a conversation, and isn't "
                                         "spoken here; `basic_auth`, a token and a client "
                                         "certificate are",
                                         quote(node.scalar)));
  else if (!is_header_name(node.scalar))
    place.findings.add(node, "`type` has to be one word, such as Bearer");
  return node.scalar;
}

std::string read_client_id(const YamlNode& node, const HttpPlace& place) {
  if (node.scalar.empty() || has_control(node.scalar))
    place.findings.add(node, "`client_id` can't be empty, nor have control characters in it");
  return node.scalar;
}

// Findings don't say it.
std::string read_token_url(const YamlNode& node, const HttpPlace& place) {
  const Result<Url> url = parse_url(node.scalar);
  if (!url)
    place.findings.add(node, fmt::format("`token_url` {}", url.error().detail));
  else if (url->origin.scheme != "https" && !url->origin.loopback)
    place.findings.add(
        node, fmt::format("`token_url` has to begin with https://: {} is no loopback address",
                          quote(url->origin.host)));
  return url ? url->text() : "";
}

// RFC 6749, 3.3.
std::vector<std::string> read_scopes(const YamlNode& list, const HttpPlace& place) {
  std::vector<std::string> scopes;
  for (const YamlNode& item : list.items) {
    const YamlNode* scope = text_item(item, "a scope", place.findings);
    if (!scope)
      continue;
    const bool good = !scope->scalar.empty() && std::ranges::all_of(scope->scalar, [](char c) {
      return c > ' ' && c < '\x7f' && c != '"' && c != '\\';
    });
    if (!good)
      place.findings.add(*scope,
                         "a scope has to be one word without quotes: write each as an "
                         "item of its own");
    scopes.push_back(scope->scalar);
  }
  return scopes;
}

}  // namespace

BasicLogin read_basic_login(const YamlNode& node, std::string_view what, const HttpPlace& place) {
  MapReader map(node, what, place.findings);
  BasicLogin login;
  if (const YamlNode* username = map.required_text("username")) {
    login.username = username->scalar;
    if (login.username.empty())
      place.findings.add(*username, "`username` can't be empty");
    else if (login.username.find(':') != std::string::npos || has_control(login.username))
      place.findings.add(*username, "`username` can't have a `:` or control characters in it");
  }
  map.refuse("username_file", "the name is no secret: write it at `username`");
  login.password =
      read_secret_source(map, node, what, {.text = "password", .file = "password_file"}, place);
  map.refuse_unknown();
  return login;
}

AuthorizationSettings read_authorization(const YamlNode& node, const HttpPlace& place) {
  MapReader map(node, "`authorization`", place.findings);
  AuthorizationSettings authorization;
  if (const YamlNode* type = map.text("type"))
    authorization.type = read_type(*type, place);
  authorization.credentials = read_secret_source(
      map, node, "`authorization`", {.text = "credentials", .file = "credentials_file"}, place);
  map.refuse_unknown();
  return authorization;
}

OAuth2Settings read_oauth2(const YamlNode& node, const HttpPlace& place) {
  MapReader map(node, "`oauth2`", place.findings);
  OAuth2Settings oauth2;
  if (const YamlNode* id = map.required_text("client_id"))
    oauth2.client_id = read_client_id(*id, place);
  oauth2.client_secret = read_secret_source(
      map, node, "`oauth2`", {.text = "client_secret", .file = "client_secret_file"}, place);
  if (const YamlNode* url = map.required_text("token_url"))
    oauth2.token_url = read_token_url(*url, place);
  if (const YamlNode* scopes = map.list("scopes"))
    oauth2.scopes = read_scopes(*scopes, place);
  for (const char* key :
       {"tls_config", "proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header"})
    map.refuse(key, "the token is asked for by the way that the settings beside `oauth2` name");
  map.refuse("endpoint_params",
             "nothing but `scopes` is asked for; a server's own parameters may "
             "stand in the query of `token_url`");
  map.refuse_unknown();
  return oauth2;
}

}  // namespace tenantscope
