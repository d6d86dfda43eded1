// The whole journal as it stands in the database, also what is damaged, for those who check its
// chain. Read-only, in one look, beside a running daemon too.
#pragma once

#include <filesystem>
#include <optional>

#include "base/guid.hpp"
#include "formats/journal_chain.hpp"

namespace tenantscope {

// Takes each event, what retention took before them, and the largest sequence ever given. The
// ledger's id; nothing where that is damaged. Throws FatalError as open_sqlite_journal() does, and
// where the journal is of a version that made no chain.
std::optional<Guid> read_sqlite_chain(const std::filesystem::path& storage, JournalChain& chain);

namespace sqlite {

class Connection;

// Likewise. Throws Failure. REQUIRES: the version makes a chain; in a transaction it is one look.
std::optional<Guid> read_chain(const Connection& connection, JournalChain& chain);

}  // namespace sqlite
}  // namespace tenantscope
