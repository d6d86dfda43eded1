// Secrets, which are in files of their own and nowhere else. Any thread.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace tenantscope {

// Where a secret that the configuration calls `written` is: relative to `folder`, the
// configuration's; where nothing is there, in $CREDENTIALS_DIRECTORY, as a supervisor hands secrets
// over.
std::filesystem::path secret_path(const std::filesystem::path& folder,
                                  const std::filesystem::path& written);

// A token or password: the file's text without the line's end. Error (io): "PATH: what is wrong",
// never what is in it.
Result<std::string> read_secret(const std::filesystem::path& path);

// A secret of Standard Webhooks, "whsec_" and base64 (the prefix may be missing): its bytes.
Result<std::string> read_signing_key(const std::filesystem::path& path);

}  // namespace tenantscope
