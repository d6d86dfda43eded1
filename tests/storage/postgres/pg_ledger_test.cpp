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

}  // namespace
}  // namespace tenantscope
