// Reads a secret of an HTTP client's settings: it is judged where it is, and never said. For
// config/http.
#pragma once

#include <string_view>

#include "config/http/http_place.hpp"
#include "domain/http/http_client_settings.hpp"

namespace tenantscope {

// REQUIRES: both are literals.
struct SecretKeys {
  std::string_view text;
  std::string_view file;
};

// Of the map `node`, which `what` names, one of the keys; `map` reads it.
SecretSource read_secret_source(MapReader& map, const YamlNode& node, std::string_view what,
                                SecretKeys keys, const HttpPlace& place);

// A secret's file, which the key `key` names at `node`: empty where there are findings.
std::filesystem::path read_secret_path(const YamlNode& node, std::string_view key,
                                       const HttpPlace& place);

}  // namespace tenantscope
