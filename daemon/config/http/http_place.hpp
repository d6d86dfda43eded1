// Where the settings of an HTTP client stand, and what may be written there. For config/http.
#pragma once

#include <filesystem>

#include "config/config_reader.hpp"

namespace tenantscope {

struct HttpPlace {
  const std::filesystem::path& folder;  // that files are relative to
  FileFindings& findings;
  FileFindings& warnings;
  bool texts = false;     // secrets may be written as they are: in a command's own file
  bool old_keys = false;  // `ca_file` and `bearer_token_file` are read as well, with a warning
};

}  // namespace tenantscope
