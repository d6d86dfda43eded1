#include "config/http/http_secret.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/secret_file.hpp"

namespace tenantscope {
namespace {

// It becomes a part of a header.
std::string read_secret_text(const YamlNode& node, std::string_view key, const HttpPlace& place) {
  const bool good = !node.scalar.empty() && std::ranges::none_of(node.scalar, [](char c) {
    return (c >= 0 && c < ' ') || c == '\x7f';
  });
  if (!good)
    place.findings.add(
        node,
        fmt::format("`{}` has to be one line without control characters, and not empty", key));
  return good ? node.scalar : "";
}

}  // namespace

std::filesystem::path read_secret_path(const YamlNode& node, std::string_view key,
                                       const HttpPlace& place) {
  if (node.scalar.empty()) {
    place.findings.add(node, fmt::format("`{}` can't be empty", key));
    return {};
  }
  std::filesystem::path path = secret_path(place.folder, node.scalar);
  if (const auto refused = refuse_secret_name(path))
    place.findings.add(node, fmt::format("`{}`: {}", key, *refused));
  else if (const auto secret = read_secret(path, secret_patience, place.findings.cancelled);
           !secret)
    place.findings.add(node, fmt::format("`{}`: {}", key, secret.error().detail));
  return path;
}

SecretSource read_secret_source(MapReader& map, const YamlNode& node, std::string_view what,
                                SecretKeys keys, const HttpPlace& place) {
  if (!place.texts) {
    map.refuse(keys.text, fmt::format("write it to a file of its own, and that file's name at `{}`",
                                      keys.file));
    const YamlNode* file = map.required_text(keys.file);
    return {.file = file ? read_secret_path(*file, keys.file, place) : ""};
  }
  const YamlNode* here = map.text(keys.text);
  const YamlNode* elsewhere = map.text(keys.file);
  if (map.has(keys.text) == map.has(keys.file)) {
    place.findings.add(
        node, fmt::format("{} needs {} `{}` and `{}`", what,
                          map.has(keys.text) ? "only one of" : "one of", keys.text, keys.file));
    return {};
  }
  if (here)
    return {.text = read_secret_text(*here, keys.text, place)};
  return {.file = elsewhere ? read_secret_path(*elsewhere, keys.file, place) : ""};
}

}  // namespace tenantscope
