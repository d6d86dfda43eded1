#include "config/sink_targets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/ca_file.hpp"
#include "config/secret_file.hpp"

namespace tenantscope {
namespace fs = std::filesystem;

fs::path read_secret_file(const YamlNode& node, std::string_view key, const fs::path& folder,
                          FileFindings& findings) {
  fs::path path = secret_path(folder, node.scalar);
  if (const auto refused = refuse_secret_name(path))
    findings.add(node, fmt::format("`{}`: {}", key, *refused));
  else if (const auto secret = read_secret(path, secret_patience, findings.cancelled); !secret)
    findings.add(node, fmt::format("`{}`: {}", key, secret.error().detail));
  return path;
}

namespace {

void read_basic_auth(const YamlNode& node, const fs::path& folder, HttpSettings& http,
                     FileFindings& findings) {
  MapReader map(node, "`basic_auth`", findings);
  if (const YamlNode* username = map.required_text("username")) {
    http.username = username->scalar;
    if (http.username.empty())
      findings.add(*username, "`username` can't be empty");
    else if (std::ranges::any_of(http.username, [](char c) {
               return c == ':' || (c >= 0 && c < ' ') || c == '\x7f';
             }))
      findings.add(*username, "`username` can't have a `:` or control characters in it");
  }
  if (const YamlNode* password = map.required_text("password_file")) {
    if (password->scalar.empty())
      findings.add(*password, "`password_file` can't be empty");
    else
      http.password_file = read_secret_file(*password, "password_file", folder, findings);
  }
  map.refuse_unknown();
}

}  // namespace

HttpSettings read_http(MapReader& map, const fs::path& folder, FileFindings& findings) {
  HttpSettings http;
  const YamlNode* token = map.text("bearer_token_file");
  if (token && token->scalar.empty())
    token = nullptr;
  if (token)
    http.bearer_token_file = read_secret_file(*token, "bearer_token_file", folder, findings);
  if (const YamlNode* basic_auth = map.map("basic_auth")) {
    if (token)
      findings.add(*basic_auth,
                   "`basic_auth` and `bearer_token_file` exclude each other: leave one off");
    read_basic_auth(*basic_auth, folder, http, findings);
  }
  if (const YamlNode* ca_file = map.text("ca_file"))
    http.ca_file = read_ca_file(*ca_file, folder, findings);
  map.duration("timeout", http.timeout);
  return http;
}

}  // namespace tenantscope
