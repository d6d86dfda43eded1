// What a shared ledger holds, and whether it is as it was written: its rows and the journal's
// chain, as for SQLite. Reads all of it beside running daemons, as it is at one moment, and changes
// nothing; the pages are the server's to look after.
#pragma once

#include "storage/moving/storage_report.hpp"
#include "storage/postgres/pg_snapshot.hpp"
#include "storage/postgres/session/pg_settings.hpp"

namespace tenantscope {

// Throws FatalError: 1 where that may pass, else 78.
StorageReport check_postgres_storage(PgSettings settings);

// Throws PgFailure.
StorageReport check_pg_ledger(PgSnapshot& ledger);

}  // namespace tenantscope
