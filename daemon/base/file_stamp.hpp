// What shows that a file has changed, without reading it. Any thread.
#pragma once

#include <sys/stat.h>

#include <compare>
#include <cstdint>
#include <filesystem>

namespace tenantscope {

struct FileTime {
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  auto operator<=>(const FileTime&) const = default;
};

// Which file is there (a link's target), how large, and when it was changed last; all 0 where there
// is none. A pipe has neither size nor times: reading it would change them.
struct FileStamp {
  std::filesystem::path path;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  FileTime changed = {};   // its bytes, name or rights; some file systems have no such time
  FileTime modified = {};  // its bytes

  auto operator<=>(const FileStamp&) const = default;
};

inline FileStamp stamp_of(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return {path};
  FileStamp stamp{.path = path, .device = status.st_dev, .inode = status.st_ino};
  if (S_ISFIFO(status.st_mode))
    return stamp;
  stamp.size = status.st_size;
  stamp.changed = {status.st_ctim.tv_sec, status.st_ctim.tv_nsec};
  stamp.modified = {status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  return stamp;
}

}  // namespace tenantscope
