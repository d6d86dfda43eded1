#include "storage/postgres/pg_head.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "storage/postgres/session/pg_failure.hpp"

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

}  // namespace tenantscope
