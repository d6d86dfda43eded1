// Secrets, which are in files of their own and nowhere else. Any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/cancelled.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace tenantscope {

// Where a secret that the configuration calls `written` is: relative to `folder`, the
// configuration's; where nothing is there, in $CREDENTIALS_DIRECTORY, as a supervisor hands secrets
// over.
std::filesystem::path secret_path(const std::filesystem::path& folder,
                                  const std::filesystem::path& written);

// Why a name that was never good can't be a secret's: nothing is there. The name isn't said, as
// people write the secret itself there. Nothing: it can.
std::optional<std::string> refuse_secret_name(const std::filesystem::path& path);

// How long the writer of a pipe may take: where a configuration is read, and at a delivery, which
// holds the loop up meanwhile.
inline constexpr Duration secret_patience = std::chrono::seconds(3);
inline constexpr Duration delivery_patience = std::chrono::milliseconds(100);

// A token or password: the file's text without the line's end, 64 KiB at most. Error (io): "PATH:
// what is wrong", never what is in it.
Result<std::string> read_secret(const std::filesystem::path& path,
                                Duration patience = secret_patience,
                                const Cancelled& cancelled = {});

// A secret of Standard Webhooks, "whsec_" and base64 (the prefix may be missing): its bytes.
Result<std::string> read_signing_key(const std::filesystem::path& path,
                                     Duration patience = secret_patience,
                                     const Cancelled& cancelled = {});

}  // namespace tenantscope
