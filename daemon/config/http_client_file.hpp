// --http.config.file: how a client shows itself to an HTTP server and whom it trusts, in the format
// of Prometheus' programs (basic_auth, authorization, tls_config.ca_file).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/yaml_tree.hpp"

namespace tenantscope {

struct HttpClient {
  std::string authorization;  // the header's value; empty: none is sent
  std::string ca_file;        // extra trust; empty: the system's alone
};

struct LoadedHttpClient {
  HttpClient client;
  std::vector<ConfigFinding> errors;  // not empty: the client is worth nothing
};

// Files that it names are relative to it; secrets are read once.
LoadedHttpClient load_http_client(const std::filesystem::path& file);

}  // namespace tenantscope
