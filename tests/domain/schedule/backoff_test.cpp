#include "domain/schedule/backoff.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesFromOneSecondToFiveMinutes) {
  Backoff latest;
  Backoff earliest;
  for (const Duration whole :
       std::vector<Duration>{1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s, 300s, 300s}) {
    EXPECT_EQ(latest.failed(1, {}), whole);
    EXPECT_EQ(earliest.failed(0, {}), std::max<Duration>(1s, whole / 2));
  }
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(latest.failed(1, {}), 300s);
  latest.succeeded();
  EXPECT_EQ(latest.failed(1, {}), 1s);
}

TEST(Backoff, ObeysRetryAfterUpToADay) {
  Backoff backoff;
  EXPECT_EQ(backoff.failed(1, 0s), 1s);
  EXPECT_EQ(backoff.failed(1, 1h), 1h);
  EXPECT_EQ(backoff.failed(1, 1s), 4s);
  EXPECT_EQ(backoff.failed(1, 24h * 365), 24h);
  EXPECT_EQ(slow_pause({}), 5min);
  EXPECT_EQ(slow_pause(1s), 5min);
  EXPECT_EQ(slow_pause(1h), 1h);
}

}  // namespace
}  // namespace tenantscope
