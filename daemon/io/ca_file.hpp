// Reads a `ca_file:` of the configuration: certificates to trust beside the system's. For io/cloud_list, io/http_settings and io/http_client_file.
#pragma once

#include <filesystem>
#include <string>

#include "io/config_reader.hpp"

namespace tenantscope {

// Relative to `folder`. Empty: none is wanted.
std::string read_ca_file(const YamlNode& node, const std::filesystem::path& folder, FileFindings& findings);

}  // namespace tenantscope
