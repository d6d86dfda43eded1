#include <gtest/gtest.h>

#include "domain/schedule/simulated_day.hpp"

namespace tenantscope {
namespace {

class AgendaDay : public ::testing::TestWithParam<unsigned> {};

TEST_P(AgendaDay, OfStormsAndOutagesKeepsEveryPromise) {
  // A plan that needs most of the ceiling, and one that is far below it.
  SimulatedDay day({.seed = GetParam(), .ceiling = GetParam() % 2 == 1 ? 8.0 : 60.0});
  day.run();
  const auto& counts = day.counts();
  EXPECT_GT(counts.probes, 400'000u);
  EXPECT_GT(counts.confirmations, 1000u);
  EXPECT_GT(counts.visits, 8'000u);
  EXPECT_GT(counts.given_up, 5u);
  EXPECT_GT(counts.throttled, 20u);
  EXPECT_GT(counts.unreachable, 1000u);
  EXPECT_GT(counts.unavailable, 1000u);
  EXPECT_GE(counts.openings, 10u);
  EXPECT_LT(counts.late_though_calm, counts.calm_lags / 100)
      << "a tick and a little more for the limiter, for 99 of 100";
}

// Under a ceiling of 1,667 requests a second, with the connections that this needs: released
// together, a tick at a time.
TEST(AgendaMinutes, OfFortyThousandTenantsWakeOnceATick) {
  SimulatedDay day({.seed = 5,
                    .length = 2min,
                    .tenants = 20'000,
                    .ceiling = 1667,
                    .connections = 500,
                    .interval = 20s,
                    .visits_per_second = 1,
                    .troubles = false});
  day.run();
  const auto& counts = day.counts();
  EXPECT_GT(counts.probes, 250'000u);
  EXPECT_LE(counts.wakes, std::uint64_t(2min / Agenda::tick + 1));
  EXPECT_GT(counts.calm_lags, counts.probes / 2);
  EXPECT_LT(counts.late_though_calm, counts.calm_lags / 100);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AgendaDay, ::testing::Values(1u, 3u, 6u));

}  // namespace
}  // namespace tenantscope
