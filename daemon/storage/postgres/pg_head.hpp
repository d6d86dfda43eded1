// The ledger's own row: where the journal ends, whose term it is, and what else it says of itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/guid.hpp"
#include "domain/event.hpp"
#include "storage/commit_rules.hpp"
#include "storage/postgres/session/pg_rows.hpp"
#include "storage/postgres/session/pg_statement.hpp"

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

}  // namespace tenantscope
