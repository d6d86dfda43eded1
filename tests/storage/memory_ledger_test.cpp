#include "storage/memory_ledger.hpp"

#include "storage/ledger_conformance.hpp"
#include "storage/ledger_deliveries.hpp"
#include "storage/ledger_moved_on.hpp"

namespace tenantscope {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, LedgerConformance, MemoryStorage);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, LedgerDeliveries, MemoryStorage);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, LedgerMovedOn, MemoryStorage);

}  // namespace
}  // namespace tenantscope
