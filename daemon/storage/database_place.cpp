#include "storage/database_place.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>

namespace tenantscope::sqlite {
namespace {

// What became of a file that isn't the opened one.
std::string fate_of(const std::optional<FileIdentity>& there, int error) {
  if (there)
    return "another file is there now";
  if (error == ENOENT || error == ENOTDIR)
    return "it was moved or removed";
  return "it can't be examined: " + std::generic_category().message(error);
}

}  // namespace

DatabasePlace::DatabasePlace(const std::filesystem::path& database, StorageLock* lock)
    : lock_(lock) {
  for (const char* suffix : {"", "-wal"}) {
    std::filesystem::path path = database;
    path += suffix;
    if (const auto identity = file_at(path))
      files_.push_back({std::move(path), *identity});
  }
}

Result<void> DatabasePlace::check() {
  for (const Opened& file : files_) {
    const auto there = file_at(file.path);
    const int error = errno;
    if (there != file.identity)
      return Error{
          ErrorKind::io,
          fmt::format("{}: {}; bring it back, or restart tenantscope to go on with what is "
                      "there: until then nothing is stored or told",
                      file.path.native(), fate_of(there, error))};
  }
  return lock_ ? lock_->hold() : Result<void>();
}

}  // namespace tenantscope::sqlite
