// The ways of a whole ledger between SQLite and PostgreSQL: moved (storage/moving/ledger_move), or
// copied as a backup. Throws FatalError: 1 where that may pass, else 78.
#pragma once

#include <filesystem>
#include <variant>

#include "base/time.hpp"
#include "storage/moving/ledger_copy.hpp"
#include "storage/postgres/session/pg_settings.hpp"
#include "storage/sqlite/sqlite_backup.hpp"

namespace tenantscope {

// A folder of SQLite's, or where a shared ledger is.
using LedgerPlace = std::variant<std::filesystem::path, PgSettings>;

std::string to_string(const LedgerPlace& place);

LedgerSum move_ledger(
    const LedgerPlace& from, const LedgerPlace& to, const CopyStep& after_step = [] {});

// As back_up_sqlite_storage(), of a shared ledger: as it is at one moment, beside running daemons
// too. The backup is a SQLite database, which `storage restore` takes. One whose rows aren't as
// they were written is refused.
Backup back_up_postgres_storage(const PgSettings& settings, const std::filesystem::path& folder,
                                WallTime now);

}  // namespace tenantscope
