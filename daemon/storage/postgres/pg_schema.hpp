// The shared ledger's tables. They are made once, by whoever may (`tenantscope storage init`); the
// daemon's own login needs no more than SELECT, INSERT, UPDATE and DELETE, and no UPDATE on
// `journal`.
#pragma once

#include <cstdint>
#include <string>

#include "storage/postgres/pg_connection.hpp"
#include "storage/postgres/pg_session.hpp"

namespace tenantscope {

// Raised where tables change; `min_reader` in the ledger's row only where older programs can't go
// on with them.
inline constexpr std::int32_t pg_schema_version = 1;

// The statements that make them, for people who run them themselves. `schema`: its plain name.
std::string pg_schema_text(const std::string& schema);

// Makes them, and a ledger of its own id without events, in one transaction. Throws PgFailure, also
// where there are some.
void create_pg_schema(PgSession& session);

// What `storage copy` keeps in the ledger's row: where it took the ledger, and of what it is a copy
// that isn't complete. Empty: nothing.
struct PgMark {
  std::string moved_to, copied_from;
};

// Throws PgFailure where there are none, they are of a version that this program can't use, or the
// database's texts aren't UTF-8.
PgMark prove_pg_tables(PgConnection& connection, const std::string& schema, SteadyTime deadline);
// Throws PgFailure where no daemon may use the ledger.
void prove_pg_usable(const PgMark& mark);
// Both of it.
void prove_pg_schema(PgConnection& connection, const std::string& schema, SteadyTime deadline);

}  // namespace tenantscope
