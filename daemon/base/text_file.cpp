#include "base/text_file.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace tenantscope {

Result<std::string> read_text_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return Error{ErrorKind::io, "it is a folder"};
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    return Error{ErrorKind::io, std::generic_category().message(errno)};
  std::ostringstream text;
  text << stream.rdbuf();
  if (stream.bad())
    return Error{ErrorKind::io, "reading failed"};
  return std::move(text).str();
}

}  // namespace tenantscope
