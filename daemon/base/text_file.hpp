// A whole file as text: a regular file, or a pipe with an end. A device, a socket, a pipe without a
// writer and one without an end are errors, after a bounded time and with bounded memory. Any
// thread; it waits for nothing but the writer of a pipe.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/bytes.hpp"
#include "base/cancelled.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace tenantscope {

struct FileLimits {
  std::size_t bytes = 64 * mib;                 // of a pipe `largest_pipe` at most
  Duration patience = std::chrono::seconds(3);  // for the writer of a pipe to end
  Cancelled cancelled = {};                     // asked while waiting for that
};

// The size of a regular file is known before anything is read; a pipe is read up to here.
inline constexpr std::size_t largest_pipe = 24 * mib;

// Error (io): why it can't be read, without its name.
Result<std::string> read_text_file(const std::filesystem::path& path,
                                   const FileLimits& limits = {});

// Up to its end, however long somebody types; bounded as the others are.
Result<std::string> read_standard_input();

}  // namespace tenantscope
