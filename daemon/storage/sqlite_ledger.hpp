// The ledger in one SQLite file, <storage>/tenantscope.db: WAL, synchronous=FULL, one writer.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "storage/damage.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

// Creates the folder and the file where they are missing. Throws FatalError(78), naming the path
// and touching nothing, where the storage can't be opened, isn't tenantscope's, is damaged, or is
// of a newer version.
std::unique_ptr<Ledger> open_sqlite_ledger(const std::filesystem::path& storage,
                                           DamageObserver damage = {});

// The states alone, read-only, beside a running daemon too, without those that are damaged. Throws
// FatalError as open_sqlite_journal does.
std::vector<StoredTenant> read_sqlite_states(const std::filesystem::path& storage);

// A read-only view, usable beside a running daemon and on another thread. Throws FatalError(78) as
// above, and where nothing is stored. What an older version wrote is read as it is.
std::unique_ptr<Journal> open_sqlite_journal(const std::filesystem::path& storage,
                                             DamageObserver damage = {});

}  // namespace tenantscope
