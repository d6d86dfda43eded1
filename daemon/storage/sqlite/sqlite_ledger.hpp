// The ledger in one SQLite file, <storage>/tenantscope.db: WAL, synchronous=FULL, one writer.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "storage/damage.hpp"
#include "storage/ledger.hpp"
#include "storage/sqlite/sqlite_upgrade.hpp"
#include "storage/storage_lock.hpp"

namespace tenantscope {

// Creates the folder and the file where they are missing. Throws FatalError(78), naming the path
// and touching nothing, where the storage isn't tenantscope's, is damaged, is of a newer version,
// or can't be opened; FatalError(1) where that may pass (base/exit_code). `lock`, which outlives
// the ledger, is held anew where its file was removed.
std::unique_ptr<Ledger> open_sqlite_ledger(const std::filesystem::path& storage,
                                           DamageObserver damage = {}, StorageLock* lock = nullptr,
                                           const UpgradeObserver& upgrade = {});

// The states alone, read-only, beside a running daemon too, without those that are damaged. Throws
// FatalError as open_sqlite_journal does.
std::vector<StoredTenant> read_sqlite_states(const std::filesystem::path& storage);

// A read-only view, usable beside a running daemon and on another thread. Throws FatalError as
// above, and with 78 where nothing is stored. What an older version wrote is read as it is.
std::unique_ptr<Journal> open_sqlite_journal(const std::filesystem::path& storage,
                                             DamageObserver damage = {});

// Likewise, in the process that has the ledger open. The file isn't judged again: reading it but by
// SQLite would drop the locks that this process has on it, and the next program that opens and
// closes the database would take its log away.
std::unique_ptr<Journal> open_own_sqlite_journal(const std::filesystem::path& storage,
                                                 DamageObserver damage = {});

}  // namespace tenantscope
