#include "storage/postgres/pg_snapshot.hpp"

#include <array>

namespace tenantscope {

PgSnapshot::PgSnapshot(PgSettings settings)
    : session_(std::move(settings),
               [this](PgConnection& made, SteadyTime deadline) { begin(made, deadline); }) {
  (void)session_.connection(session_.deadline());
}

void PgSnapshot::begin(PgConnection& made, SteadyTime deadline) {
  if (begun_)
    throw PgFailure(made.name() + ": the connection was lost while the ledger was read: try again");
  mark_ = prove_pg_tables(made, session_.schema(), deadline);
  const std::array begun{PgStatement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
                         PgStatement("SELECT set_config('search_path', '', true)")};
  (void)made.run(begun, deadline);
  begun_ = true;
}

}  // namespace tenantscope
