#include "storage/ledger_shared.hpp"
#include "storage/postgres/postgres_storage.hpp"

namespace tenantscope {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, LedgerShared, PostgresStorage);

}  // namespace
}  // namespace tenantscope
