// Reads `clouds:` of the configuration: overrides of the built-in clouds, and clouds of one's own.
// For config/config_file.
#pragma once

#include <filesystem>

#include "config/config_reader.hpp"
#include "domain/cloud.hpp"

namespace tenantscope {

// Files are relative to `folder`. A cloud with findings is in `clouds` all the same, so that
// tenants may name it.
void read_clouds(const YamlNode& node, const std::filesystem::path& folder, Clouds& clouds,
                 FileFindings& findings, FileFindings& warnings);

}  // namespace tenantscope
