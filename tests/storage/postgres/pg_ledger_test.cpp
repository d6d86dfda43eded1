#include "storage/postgres/pg_ledger.hpp"

#include "storage/ledger_conformance.hpp"
#include "storage/ledger_deliveries.hpp"
#include "storage/ledger_moved_on.hpp"
#include "storage/postgres/pg_term.hpp"
#include "storage/postgres/postgres_storage.hpp"

namespace tenantscope {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, LedgerConformance, PostgresStorage);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, LedgerDeliveries, PostgresStorage);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, LedgerMovedOn, PostgresStorage);

TEST(PostgresFence, TellsWhatItRefuses) {
  PostgresStorage storage;
  int fenced = 0;
  const std::uint64_t term = begin_postgres_term(storage.settings, "north");
  const auto ledger = open_postgres_ledger(storage.settings, term, {}, [&fenced] { ++fenced; });
  const auto commit = [&](int number) {
    const std::vector<Step> steps{step_to(tenant(number), {}, document("USG"), minute(number))};
    return bool(ledger->commit(steps, "tenantscope").front());
  };
  EXPECT_TRUE(commit(1));
  EXPECT_EQ(fenced, 0);
  (void)begin_postgres_term(storage.settings, "south");
  EXPECT_FALSE(commit(2));
  EXPECT_EQ(fenced, 1);
  EXPECT_FALSE(ledger->acknowledge("soc", std::vector<std::uint64_t>{1}));
  EXPECT_EQ(fenced, 2);
  EXPECT_TRUE(ledger->last());
  EXPECT_EQ(fenced, 2) << "reading is nobody's turn";
}

// Whoever stands still between the look at the term and what he writes holds the next term up,
// until his session is terminated (PgMemberTest.TakesTheTurnFromWhoStandsStill).
TEST(PostgresFence, HoldsUntilAllIsWritten) {
  const PostgresStorage storage;
  const std::uint64_t term = begin_postgres_term(storage.settings, "north");
  PgSession session(storage.settings);
  const PgRows locks = pg_write_in_term(
      session, term,
      PgStatement("SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
                  "WHERE l.pid = pg_backend_pid() AND c.relname = 'ledger' AND l.granted AND "
                  "l.mode = 'RowShareLock'"));
  EXPECT_EQ(locks.row(0).number(0), 1u);
}

}  // namespace
}  // namespace tenantscope
