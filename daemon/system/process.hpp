// What the kernel says of this process, for the process_* metrics: what it doesn't say is absent,
// not 0. Any thread.
#pragma once

#include <filesystem>

#include "formats/exposition.hpp"

namespace tenantscope {

// `proc`: where /proc is mounted.
ProcessStats read_process_stats(const std::filesystem::path& proc = "/proc");

}  // namespace tenantscope
