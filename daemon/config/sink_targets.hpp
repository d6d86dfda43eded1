// The keys that all sinks over HTTP have. Every secret is read and judged as well. For the kinds of
// sinks in config/sink.
#pragma once

#include <filesystem>
#include <string_view>

#include "config/config_reader.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

HttpSettings read_http(MapReader& map, const std::filesystem::path& folder, FileFindings& findings,
                       FileFindings& warnings);

// Where the secret that `node` names is. `key`: whose it is.
std::filesystem::path read_secret_file(const YamlNode& node, std::string_view key,
                                       const std::filesystem::path& folder, FileFindings& findings);

}  // namespace tenantscope
