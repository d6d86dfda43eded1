// What becomes of a tenant's state where the ledger has another one.
#include <gtest/gtest.h>

#include "domain/documents.hpp"
#include "domain/history.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

constexpr WallTime ten_o_clock = WallTime(10h);

// Confirmed in China, while others are seen instead, who aren't yet.
TenantState waiting_state(std::uint64_t generation, WallTime heard) {
  TenantState state{.generation = generation,
                    .found = true,
                    .known = documents::found("china", "AS"),
                    .last_success = heard};
  state.pending = Pending{documents::found("usgov", "USG"), 1, heard, {}};
  state.pin_pending = Pending{documents::found("usgov", "USGov"), 1, heard, {}};
  return state;
}

TEST(Adopt, TakesTheLedgersStateAndNothingThatIsPendingOnEitherSide) {
  TenantState state = waiting_state(3, ten_o_clock);
  TenantState stored = waiting_state(5, ten_o_clock - 1h);
  stored.known = documents::found("global", "EU");
  adopt(state, stored);
  EXPECT_EQ(state.generation, 5u);
  EXPECT_EQ(state.confirmed().value().region_scope.text(), "EU");
  EXPECT_FALSE(state.pending);
  EXPECT_FALSE(state.pin_pending);
  EXPECT_EQ(state.last_success, ten_o_clock) << "it was heard of here";
}

TEST(Adopt, TakesWhenItWasHeardOfWhereItNeverWasHere) {
  TenantState state;
  adopt(state, waiting_state(5, ten_o_clock));
  EXPECT_EQ(state.last_success, ten_o_clock);
}

}  // namespace
}  // namespace tenantscope
