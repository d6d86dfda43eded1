#include <gtest/gtest.h>

#include "core/simulated_day.hpp"

namespace tenantscope {
namespace {

class AgendaDay : public ::testing::TestWithParam<unsigned> {};

TEST_P(AgendaDay, OfStormsAndOutagesKeepsEveryPromise) {
  SimulatedDay day({.seed = GetParam()});
  day.run();
  const auto& counts = day.counts();
  EXPECT_GT(counts.probes, 400'000u);
  EXPECT_GT(counts.confirmations, 1000u);
  EXPECT_GT(counts.visits, 8'000u);
  EXPECT_GT(counts.given_up, 5u);
  EXPECT_GT(counts.throttled, 20u);
  EXPECT_GT(counts.unreachable, 1000u);
  EXPECT_GE(counts.openings, 10u);
  EXPECT_LT(double(counts.calm_lags_over_250ms), 0.01 * double(counts.calm_lags)) << "p99";
}

INSTANTIATE_TEST_SUITE_P(Seeds, AgendaDay, ::testing::Values(1u, 2u, 3u));

}  // namespace
}  // namespace tenantscope
