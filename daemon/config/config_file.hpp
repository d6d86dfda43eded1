// Reads the configuration strictly: every finding at once, with file, line and column; nothing is
// half accepted. Of each file 20 findings at most, and of all of them not many more than 200;
// reading ends early where there are more.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file_stamp.hpp"
#include "config/yaml_tree.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

// What is known already, and isn't read.
struct ConfigSources {
  std::optional<std::string> text;           // the configuration's own; nothing: it is in its file
  std::map<std::string, std::string> lists;  // by URL, what was fetched of `tenant_urls`
  // Asked while reading; once true, it has to stay so. What is read then has an error.
  Cancelled cancelled = {};
};

struct LoadedConfig {
  std::string text;                     // of the configuration itself
  std::optional<FileStamp> own_file;    // as it was before it was read; nothing: it wasn't
  std::vector<FileStamp> tenant_files;  // likewise
  bool files_changed = false;           // one of them was another after that
  std::vector<std::string> unmatched;   // the patterns of `tenant_files` that no file matches
  Settings settings;                    // meaningful only where `errors` is empty
  std::vector<ConfigFinding> errors;    // sorted by file, line, column
  std::vector<ConfigFinding>
      warnings;                      // what works but hardly as meant; none where there are errors
  std::vector<ConfigFinding> hints;  // what `config check` alone says; likewise
  std::map<std::string, std::vector<ConfigFinding>>
      refused_lists;  // by URL; `settings` are without them
};

// Reads `file` and the tenant_files it names (relative to its folder). An unreadable file is a
// finding at 1:1, and so is one that says nothing: it may be about to be written.
LoadedConfig load_config(const std::filesystem::path& file, const ConfigSources& sources = {});

}  // namespace tenantscope
