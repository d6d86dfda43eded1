// --http.config.file: how a command asks a daemon, in the form of Prometheus' programs. Secrets may
// stand in it as they are.
#pragma once

#include <filesystem>
#include <vector>

#include "config/yaml_tree.hpp"
#include "domain/http/http_client_settings.hpp"

namespace tenantscope {

struct LoadedHttpClient {
  HttpClientSettings client;
  std::vector<ConfigFinding> errors;    // not empty: the client is worth nothing
  std::vector<ConfigFinding> warnings;  // what works but hardly as meant
};

// Files that it names are relative to it.
LoadedHttpClient load_http_client(const std::filesystem::path& file);

}  // namespace tenantscope
