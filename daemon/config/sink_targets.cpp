#include "config/sink_targets.hpp"

#include <fmt/format.h>

#include "config/http/http_client.hpp"
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

HttpSettings read_http(MapReader& map, const fs::path& folder, FileFindings& findings,
                       FileFindings& warnings) {
  HttpSettings http;
  http.client = read_http_client(
      map, {.folder = folder, .findings = findings, .warnings = warnings, .old_keys = true});
  map.duration("timeout", http.timeout);
  return http;
}

}  // namespace tenantscope
