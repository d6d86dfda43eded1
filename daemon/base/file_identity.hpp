// Which file a path leads to, and which one is open: whether what is written into that one is still
// found where it is looked for. Any thread.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>

namespace tenantscope {

struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileIdentity&) const = default;
};

// Of what a path leads to, links followed. Nothing: there is none, or errno says why it can't be
// examined.
inline std::optional<FileIdentity> file_at(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

// Of an open file. Nothing: errno says why it can't be examined.
inline std::optional<FileIdentity> file_of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0)
    return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

}  // namespace tenantscope
