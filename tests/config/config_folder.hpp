// A folder for one test with a configuration, "c", and the files it refers to.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "config/config_file.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {

class ConfigFolder {
 public:
  explicit ConfigFolder(const std::string& config = "") { write("c", config); }

  void write(const std::filesystem::path& name, const std::string& text) const {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    std::ofstream(folder_.path() / name, std::ios::binary) << text;
  }
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
  LoadedConfig load(const std::string& name = "c") const { return load_config(path(name)); }

  // "FILE:LINE:COLUMN: message" with names as seen from the folder.
  std::vector<std::string> shown(const std::vector<ConfigFinding>& findings) const {
    std::vector<std::string> lines;
    const std::string prefix = folder_.path().native() + "/";
    for (const ConfigFinding& finding : findings) {
      std::string line = to_string(finding);
      for (auto at = line.find(prefix); at != std::string::npos; at = line.find(prefix))
        line.erase(at, prefix.size());
      lines.push_back(std::move(line));
    }
    return lines;
  }
  std::vector<std::string> errors() const { return shown(load().errors); }

 private:
  TemporaryFolder folder_;
};

}  // namespace tenantscope
