// Backups of a storage, and the way back. A backup is one file: states, journal, outboxes and
// alerts as they were at one moment.
#pragma once

#include <filesystem>
#include <optional>

#include "base/guid.hpp"
#include "base/time.hpp"
#include "storage/sqlite/sqlite_check.hpp"
#include "storage/sqlite/sqlite_copy.hpp"

namespace tenantscope {

struct Backup {
  std::filesystem::path file;
  StorageReport report;
};

// Makes folder/tenantscope-TIME.db, and the folder where it is missing, beside a running daemon
// too. It is on the disk, and its pages were found sound, when it gets that name; what else isn't
// as it was written, the report says. Throws FatalError: 1 where that may pass, or isn't done in
// time; else 78.
Backup back_up_sqlite_storage(const std::filesystem::path& storage,
                              const std::filesystem::path& folder, WallTime now,
                              const CopyLimits& limits = {});

// Where a backup of now shall be; makes the folder where it is missing.
std::filesystem::path new_backup_in(const std::filesystem::path& folder, WallTime now);

struct Restored {
  std::filesystem::path from;
  StorageReport report;  // of the backup
  Guid journal;          // the ledger's new id
  std::uint64_t next = 0;
  std::optional<std::filesystem::path> replaced;  // where what was there is now
};

// Puts a backup, or the newest one of a folder, in place of what a storage has, which is moved to a
// folder in it. Indexes that contradict their rows are made anew. The ledger went back then:
// storage/sqlite/sqlite_rewind. Killed at any moment, it leaves
// one of the two in place, or a storage that no daemon opens. Throws FatalError as above, and with
// 78 where the storage is in use, or the backup's pages aren't sound.
Restored restore_sqlite_storage(const std::filesystem::path& storage,
                                const std::filesystem::path& backup, WallTime now);

}  // namespace tenantscope
