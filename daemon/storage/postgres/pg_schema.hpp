// The shared ledger's tables. They are made once, by whoever may (`tenantscope storage init`); the
// daemon's own login needs no more than SELECT, INSERT, UPDATE and DELETE, and no UPDATE on
// `journal`.
#pragma once

#include <cstdint>
#include <string>

#include "storage/postgres/session/pg_connection.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

// The statements that make them, for people who run them themselves. `schema`: its plain name.
std::string pg_schema_text(const std::string& schema);

// Makes them, and a ledger of its own id without events, in one transaction. Throws PgFailure, also
// where there are some.
void create_pg_schema(PgSession& session);

// The SQLSTATE of a ledger that was moved to another place.
inline constexpr const char* pg_moved = "TSMOV";

// What the ledger's row says of the tables: their version, and what programs have to know to take
// part (min_reader); and what `storage copy` keeps there: where it took the ledger, and of what it
// is a copy that isn't complete. Empty: nothing.
struct PgMark {
  std::int32_t version = 0, min_reader = 0;
  std::string moved_to, copied_from;

  // Why this program takes no part any more; empty: it does.
  std::string outdated() const;
};

// Throws PgFailure where there are no tables, or the database's texts aren't UTF-8.
PgMark pg_mark_of(PgConnection& connection, const std::string& schema, SteadyTime deadline);
// And where they lack columns that this program needs. An outdated one can still read them.
PgMark prove_pg_columns(PgConnection& connection, const std::string& schema, SteadyTime deadline);
// And where it is outdated.
PgMark prove_pg_tables(PgConnection& connection, const std::string& schema, SteadyTime deadline);
// Throws PgFailure where the ledger has more than this program knows, which a copy would lack.
void prove_pg_whole(const PgMark& mark);
// Throws PgFailure where no daemon may use the ledger.
void prove_pg_usable(const PgMark& mark);
// Both prove the tables and that a daemon may use them: the first for a replica that takes part,
// the second for one that only reads.
void prove_pg_schema(PgConnection& connection, const std::string& schema, SteadyTime deadline);
void prove_pg_readable(PgConnection& connection, const std::string& schema, SteadyTime deadline);

}  // namespace tenantscope
