// What shows that a file has changed, without reading it. Any thread.
#pragma once

#include <sys/stat.h>

#include <compare>
#include <cstdint>
#include <filesystem>

namespace tenantscope {

// Which file is there (a link's target), how large, and when it was changed last; all 0 where there
// is none.
struct FileStamp {
  std::filesystem::path path;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  auto operator<=>(const FileStamp&) const = default;
};

inline FileStamp stamp_of(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return {path};
  return {path,           status.st_dev,         status.st_ino,
          status.st_size, status.st_ctim.tv_sec, status.st_ctim.tv_nsec};
}

}  // namespace tenantscope
