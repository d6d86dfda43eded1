// Reads a `ca_file:`: certificates to trust beside the system's. For config/http.
#pragma once

#include <filesystem>
#include <string>

#include "config/config_reader.hpp"

namespace tenantscope {

// Relative to `folder`. Empty: none is wanted.
std::string read_ca_file(const YamlNode& node, const std::filesystem::path& folder,
                         FileFindings& findings);

}  // namespace tenantscope
