#include "config/http_client_file.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text/base64.hpp"
#include "base/text/quotation.hpp"
#include "base/text_file.hpp"
#include "config/ca_file.hpp"
#include "config/config_reader.hpp"
#include "config/secret_file.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = mib;

struct SecretKeys {
  std::string_view key;
  std::string_view file_key;
};

// Written at `key`, or in the file that `file_key` names; nothing where that is refused.
std::optional<std::string> read_secret_at(MapReader& map, const YamlNode& node,
                                          std::string_view what, SecretKeys keys,
                                          const fs::path& folder, FileFindings& findings) {
  const YamlNode* here = map.text(keys.key);
  const YamlNode* elsewhere = map.text(keys.file_key);
  if (bool(here) == bool(elsewhere)) {
    findings.add(node, fmt::format("{} needs {} `{}` and `{}`", what,
                                   here ? "only one of" : "one of", keys.key, keys.file_key));
    return std::nullopt;
  }
  if (here)
    return here->scalar;
  const fs::path path = secret_path(folder, elsewhere->scalar);
  if (const auto refused = refuse_secret_name(path)) {
    findings.add(*elsewhere, fmt::format("`{}`: {}", keys.file_key, *refused));
    return std::nullopt;
  }
  Result<std::string> secret = read_secret(path);
  if (secret)
    return std::move(*secret);
  findings.add(*elsewhere, fmt::format("`{}`: {}", keys.file_key, secret.error().detail));
  return std::nullopt;
}

std::string read_basic_auth(const YamlNode& node, const fs::path& folder, FileFindings& findings) {
  MapReader map(node, "`basic_auth`", findings);
  const YamlNode* username = map.required_text("username");
  const auto password =
      read_secret_at(map, node, "`basic_auth`", {"password", "password_file"}, folder, findings);
  map.refuse_unknown();
  if (username && username->scalar.find(':') != std::string::npos)
    findings.add(*username, "`username` can't have a `:` in it");
  return username && password ? "Basic " + encode_base64(username->scalar + ":" + *password) : "";
}

std::string read_authorization(const YamlNode& node, const fs::path& folder,
                               FileFindings& findings) {
  MapReader map(node, "`authorization`", findings);
  const YamlNode* type = map.text("type");
  const auto credentials = read_secret_at(map, node, "`authorization`",
                                          {"credentials", "credentials_file"}, folder, findings);
  map.refuse_unknown();
  return credentials ? fmt::format("{} {}", type ? type->scalar : "Bearer", *credentials) : "";
}

}  // namespace

LoadedHttpClient load_http_client(const fs::path& file) {
  LoadedHttpClient loaded;
  const Result<std::string> text = read_text_file(file, {.bytes = largest_file});
  if (!text) {
    loaded.errors.push_back(
        {file.string(), 1, 1, "the file can't be read: " + text.error().detail});
    return loaded;
  }
  FileFindings findings{file.string(), loaded.errors};
  YamlNode root = parse_yaml(*text, findings);
  refuse_emptiness(root, "the file", findings);
  MapReader map(root, "the file", findings);
  const fs::path folder = file.parent_path();
  const YamlNode* basic_auth = map.map("basic_auth");
  const YamlNode* authorization = map.map("authorization");
  if (basic_auth && authorization)
    findings.add(*authorization,
                 "`basic_auth` and `authorization` exclude each other: leave one off");
  if (basic_auth)
    loaded.client.authorization = read_basic_auth(*basic_auth, folder, findings);
  if (authorization)
    loaded.client.authorization = read_authorization(*authorization, folder, findings);
  if (const YamlNode* tls = map.map("tls_config")) {
    MapReader keys(*tls, "`tls_config`", findings);
    if (const YamlNode* ca_file = keys.text("ca_file"))
      loaded.client.ca_file = read_ca_file(*ca_file, folder, findings);
    keys.refuse_unknown();
  }
  map.refuse_unknown();
  std::ranges::stable_sort(loaded.errors);
  return loaded;
}

}  // namespace tenantscope
