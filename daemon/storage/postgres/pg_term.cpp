#include "storage/postgres/pg_term.hpp"

#include <fmt/format.h>

namespace tenantscope {

std::uint64_t pg_begin_term(PgSession& session, const std::string& replica) {
  std::vector<PgStatement> statements;
  statements.emplace_back(fmt::format("UPDATE {}.ledger SET term = term + 1, active = $1 "
                                      "RETURNING term",
                                      session.schema()),
                          replica);
  const std::vector<PgRows> begun = session.write(std::move(statements), session.deadline());
  if (begun.front().empty())
    throw PgFailure("the ledger's own row is gone: bring it back from a backup",
                    PgFailure::unusable);
  return begun.front().row(0).number(0);
}

PgRows pg_write_in_term(PgSession& session, std::uint64_t term, PgStatement statement) {
  std::vector<PgStatement> statements;
  statements.emplace_back(fmt::format("SELECT 1 / count(*) FROM "
                                      "(SELECT 1 FROM {}.ledger WHERE term = $1 FOR SHARE) AS held",
                                      session.schema()),
                          term);
  statements.push_back(std::move(statement));
  try {
    std::vector<PgRows> given = session.write(std::move(statements), session.deadline());
    return std::move(given.back());
  } catch (const PgFailure& failure) {
    if (failure.state == PgFailure::condition)
      throw pg_deposed(term);
    throw;
  }
}

PgFailure pg_deposed(std::uint64_t term) {
  return PgFailure(fmt::format("another replica writes to the ledger since: term {} is over", term),
                   pg_fenced);
}

}  // namespace tenantscope
