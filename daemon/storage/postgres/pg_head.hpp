// The ledger's own row: where the journal ends, whose term it is, and what else it says of itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/guid.hpp"
#include "domain/event.hpp"
#include "storage/commit_rules.hpp"
#include "storage/postgres/pg_session.hpp"

namespace tenantscope {

struct PgHead {
  Guid id;
  JournalHead journal;
  std::uint64_t term = 0;
  // Raised by who settles a commit whose end it doesn't know: that one can't happen any more.
  std::uint64_t settled = 0;
  std::uint64_t tenants = 0;  // rows
  std::optional<Rewind> rewound;
};

// The question, and what it gives. Throws PgFailure where the row is gone.
PgStatement pg_head_question(const std::string& schema);
PgHead pg_head_in(const PgRows& rows);

// How many numbers may have been given and lost, at most.
inline constexpr std::uint64_t pg_rewind_gap = 1'000'000;

// That the ledger's server went back behind `seen`, which this process has seen there: it isn't in
// the journal any more, and retention didn't take it.
bool pg_went_back(PgConnection& connection, const std::string& schema, const PgHead& head,
                  const JournalHead& seen, SteadyTime deadline);

// Gives the ledger another id, raises its head above all that was given, and keeps that it went
// back until that is told; all in one transaction, in which the ledger is still as in `head`.
// Throws PgFailure.
void pg_rewind(PgSession& session, PgConnection& connection, const PgHead& head,
               const JournalHead& seen, std::uint64_t term, SteadyTime deadline);

}  // namespace tenantscope
