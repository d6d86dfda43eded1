#include "storage/postgres/pg_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.hpp"

namespace tenantscope {
namespace {

enum Column : int { id, head, head_hash, term, settled, tenants, rewound_from, rewound_last };
constexpr auto columns = "id, head, head_hash, term, settled, tenants, rewound_from, rewound_last";

}  // namespace

PgStatement pg_head_question(const std::string& schema) {
  return PgStatement(fmt::format("SELECT {} FROM {}.ledger", columns, schema));
}

PgHead pg_head_in(const PgRows& rows) {
  if (rows.empty())
    throw PgFailure("the ledger's own row is gone: bring it back from a backup",
                    PgFailure::unusable);
  const PgRow row = rows.row(0);
  PgHead found{.id = row.guid(id),
               .journal = {.sequence = row.number(head), .hash = hex_of(row.view(head_hash))},
               .term = row.number(term),
               .settled = row.number(settled),
               .tenants = row.number(tenants),
               .rewound = {}};
  if (!row.null(rewound_from))
    found.rewound = Rewind{.journal = found.id,
                           .previous_journal = row.guid(rewound_from),
                           .last = row.number(rewound_last)};
  return found;
}

// Numbers may be left out: what counts is the newest event up to that one.
bool pg_went_back(PgConnection& connection, const std::string& schema, const PgHead& head,
                  const JournalHead& seen, SteadyTime deadline) {
  if (head.journal.sequence <= seen.sequence)
    return head.journal.sequence < seen.sequence || head.journal.hash != seen.hash;
  const std::array question{
      PgStatement(fmt::format("SELECT (SELECT hash FROM {0}.journal WHERE sequence <= $1 "
                              "ORDER BY sequence DESC LIMIT 1), taken IS NOT NULL FROM {0}.ledger",
                              schema),
                  seen.sequence)};
  const std::vector<PgRows> answer = connection.run(question, deadline);
  const PgRow row = answer.front().row(0);
  if (row.null(0))
    return !seen.hash.empty() && !row.truth(1);
  return hex_of(row.view(0)) != seen.hash;
}

void pg_rewind(PgSession& session, PgConnection& connection, const PgHead& head,
               const JournalHead& seen, std::uint64_t term, SteadyTime deadline) {
  const std::uint64_t raised = std::max(head.journal.sequence, seen.sequence) + pg_rewind_gap;
  std::vector<PgStatement> statements;
  statements.emplace_back(
      fmt::format("WITH raised AS (UPDATE {}.ledger SET id = $1, head = $2, term = $3, "
                  "settled = settled + 1, rewound_from = coalesce(rewound_from, id), "
                  "rewound_last = coalesce(rewound_last, head) "
                  "WHERE id = $4 AND head = $5 AND term <= $3 RETURNING 1) "
                  "SELECT 1 / count(*) FROM raised",
                  session.schema()),
      random_guid(), raised, term, head.id, head.journal.sequence);
  (void)connection.run(session.transaction(std::move(statements)), deadline);
}

}  // namespace tenantscope
