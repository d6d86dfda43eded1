#include "storage/postgres/pg_turn.hpp"

#include <array>

namespace tenantscope {
namespace {

constexpr auto not_permitted = "42501";

// Whoever only reads locks nothing that anybody waits for.
constexpr auto ended =
    "SELECT count(*) FILTER (WHERE pg_terminate_backend(held.pid)) FROM pg_stat_activity held "
    "WHERE held.datname = current_database() AND held.application_name = 'tenantscope' "
    "AND held.state = 'active' AND held.wait_event = 'ClientRead' "
    "AND clock_timestamp() - held.xact_start > $1 * interval '1 millisecond' "
    "AND EXISTS (SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
    "WHERE l.pid = held.pid AND l.granted AND l.mode <> 'AccessShareLock' "
    "AND c.relnamespace = to_regnamespace($2))";

}  // namespace

void pg_break_turn(PgSession& session, Duration longest, SteadyTime deadline) {
  const std::array statement{PgStatement(ended, std::int64_t(longest.count()), session.schema())};
  try {
    const std::vector<PgRows> answer = session.run(statement, deadline);
    session.seen().broke(answer.front().row(0).number(0));
  } catch (const PgFailure& failure) {
    if (failure.state != not_permitted)
      throw;
    session.seen().was_refused();
  }
}

}  // namespace tenantscope
