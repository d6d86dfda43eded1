// Reads --web.config.file, in the exporter-toolkit's format, strictly: every finding at once, with
// file, line and column. `{}` is plain HTTP for everybody; a file that says nothing is refused. Any
// thread.
#pragma once

#include <filesystem>
#include <vector>

#include "base/file_stamp.hpp"
#include "config/yaml_tree.hpp"
#include "web/config/web_config.hpp"

namespace tenantscope {

struct LoadedWebConfig {
  WebConfig config;                   // meaningful only where `errors` is empty
  std::vector<ConfigFinding> errors;  // sorted by line, column
  std::vector<ConfigFinding>
      warnings;  // what works but hardly as meant; none where there are errors
  // What was read, or looked for, as it was just before: the file itself, certificates, keys.
  std::vector<FileStamp> files;
};

LoadedWebConfig load_web_config(const std::filesystem::path& file);

}  // namespace tenantscope
