// Reads the configuration strictly: every finding at once, with file, line and column; nothing is half accepted.
#pragma once

#include <filesystem>
#include <vector>

#include "core/settings.hpp"
#include "io/yaml_tree.hpp"

namespace tenantscope {

struct LoadedConfig {
  Settings settings;                    // meaningful only where `errors` is empty
  std::vector<ConfigFinding> errors;    // sorted by file, line, column
  std::vector<ConfigFinding> warnings;  // what works but hardly as meant; none where there are errors
};

// Reads `file` and the tenant_files it names (relative to its folder). An unreadable file is a finding at 1:1.
LoadedConfig load_config(const std::filesystem::path& file);

}  // namespace tenantscope
