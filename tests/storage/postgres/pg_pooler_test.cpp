// The same through a pooler that gives each transaction whatever connection is free.
#include "storage/ledger_conformance.hpp"
#include "storage/ledger_deliveries.hpp"
#include "storage/ledger_moved_on.hpp"
#include "storage/ledger_shared.hpp"
#include "storage/postgres/postgres_storage.hpp"

namespace tenantscope {
namespace {

std::uint16_t pooler() {
  static const Pgbouncer pooler(shared_server());
  return pooler.port();
}

struct PooledStorage : PostgresStorage {
  PooledStorage() : PostgresStorage(pooler()) {}
};

INSTANTIATE_TYPED_TEST_SUITE_P(Pooler, LedgerConformance, PooledStorage);
INSTANTIATE_TYPED_TEST_SUITE_P(Pooler, LedgerDeliveries, PooledStorage);
INSTANTIATE_TYPED_TEST_SUITE_P(Pooler, LedgerMovedOn, PooledStorage);
INSTANTIATE_TYPED_TEST_SUITE_P(Pooler, LedgerShared, PooledStorage);

}  // namespace
}  // namespace tenantscope
