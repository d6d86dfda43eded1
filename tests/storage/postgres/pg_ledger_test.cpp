#include "storage/postgres/pg_ledger.hpp"

#include "storage/ledger_conformance.hpp"
#include "storage/ledger_deliveries.hpp"
#include "storage/ledger_moved_on.hpp"
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

}  // namespace
}  // namespace tenantscope
