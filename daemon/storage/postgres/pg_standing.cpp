#include "storage/postgres/pg_standing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "storage/postgres/pg_term.hpp"

namespace tenantscope {

void PgStanding::require_term() const {
  if (head_->term != term_)
    throw pg_deposed(term_);
}

const PgHead& PgStanding::refresh() {
  const SteadyTime deadline = session_.deadline();
  PgConnection& connection = session_.connection(deadline);
  refresh(connection, deadline);
  return *head_;
}

void PgStanding::wrote(const PgHead& head) {
  head_ = head;
  session_.seen().saw(head);
}

// Where nobody has noted yet that it went back, what was seen before stays known, for who may.
void PgStanding::refresh(PgConnection& connection, SteadyTime deadline) {
  head_ = read(connection, deadline);
  const std::optional<PgHead> before = session_.seen().head_before(head_->id);
  if (before && went_back(connection, *before, *head_, deadline)) {
    const Guid went = head_->id;
    if (term_ != 0)
      rewind(connection, *before, *head_, deadline);
    head_ = read(connection, deadline);
    if (head_->id == went)
      return;
  }
  session_.seen().saw(*head_);
}

PgHead PgStanding::read(PgConnection& connection, SteadyTime deadline) const {
  const std::array question{pg_head_question(session_.schema())};
  return pg_head_in(connection.run(question, deadline).front());
}

// Numbers may be left out: what counts is the newest event up to that one. Where the ledger has
// another id, and its numbers go on above, another one has noticed it before.
bool PgStanding::went_back(PgConnection& connection, const PgHead& before, const PgHead& found,
                           SteadyTime deadline) const {
  const JournalHead& seen = before.journal;
  if (found.journal.sequence <= seen.sequence)
    return found.journal.sequence < seen.sequence || found.journal.hash != seen.hash;
  if (found.id != before.id)
    return false;
  const std::array question{
      PgStatement(fmt::format("SELECT (SELECT hash FROM {0}.journal WHERE sequence <= $1 "
                              "ORDER BY sequence DESC LIMIT 1), taken IS NOT NULL FROM {0}.ledger",
                              session_.schema()),
                  seen.sequence)};
  const std::vector<PgRows> answer = connection.run(question, deadline);
  const PgRow row = answer.front().row(0);
  if (row.null(0))
    return !seen.hash.empty() && !row.truth(1);
  return hex_of(row.view(0)) != seen.hash;
}

// Where it went back before, and that wasn't told, it went from there: nothing was committed since.
// Where another one was quicker, or has a later term, it is his to do.
void PgStanding::rewind(PgConnection& connection, const PgHead& before, const PgHead& found,
                        SteadyTime deadline) const {
  const std::uint64_t raised =
      std::max(found.journal.sequence, before.journal.sequence) + pg_rewind_gap;
  std::vector<PgStatement> statements;
  statements.emplace_back(
      fmt::format("UPDATE {}.ledger SET id = $1, head = $2, term = $3, "
                  "settled = settled + 1, rewound_from = coalesce(rewound_from, id), "
                  "rewound_last = coalesce(rewound_last, head) "
                  "WHERE id = $4 AND head = $5 AND term <= $3",
                  session_.schema()),
      random_guid(), raised, term_, found.id, found.journal.sequence);
  (void)connection.run(session_.transaction(std::move(statements)), deadline);
}

}  // namespace tenantscope
