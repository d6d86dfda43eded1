// A whole file as text. Any thread.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace tenantscope {

// Error: why it can't be read, without its name.
Result<std::string> read_text_file(const std::filesystem::path& path);

}  // namespace tenantscope
