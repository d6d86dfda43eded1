// Reads a `ca_file:` of the configuration: certificates to trust beside the system's. For
// config/cloud_list, config/sink_targets and config/http_client_file.
#pragma once

#include <filesystem>
#include <string>

#include "config/config_reader.hpp"

namespace tenantscope {

// Relative to `folder`. Empty: none is wanted.
std::string read_ca_file(const YamlNode& node, const std::filesystem::path& folder,
                         FileFindings& findings);

}  // namespace tenantscope
