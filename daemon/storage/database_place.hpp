// Whether the ledger's files still lie where they were opened. SQLite goes on in a file that was
// moved away or removed, and nobody finds there what it has committed. On the ledger's thread.
#pragma once

#include <filesystem>
#include <vector>

#include "base/file_identity.hpp"
#include "base/result.hpp"
#include "storage/storage_lock.hpp"

namespace tenantscope::sqlite {

class DatabasePlace {
 public:
  // REQUIRES: the database is open, and was read. `lock`, if any, outlives it.
  DatabasePlace(const std::filesystem::path& database, StorageLock* lock);

  // Of the database and its log, and then of the lock, which is held anew where it was removed.
  // Error: io, with what is elsewhere and what to do. A few system calls.
  Result<void> check();

 private:
  struct Opened {
    std::filesystem::path path;
    FileIdentity identity;
  };

  std::vector<Opened> files_;
  StorageLock* lock_;
};

}  // namespace tenantscope::sqlite
