#include "domain/watch.hpp"

#include <gtest/gtest.h>

#include "domain/watch_settings.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

const WallTime now = *parse_rfc3339("2026-11-30T10:00:00Z");

bool stale_after(Duration age) {
  Watch watch;
  settings_of(watch).probe.stale_after = 1h;
  watch.state.last_success = now - age;
  return stale(watch, now);
}

TEST(Stale, IsWhatWasNotHeardOfForLonger) {
  EXPECT_FALSE(stale_after(0h));
  EXPECT_FALSE(stale_after(1h));
  EXPECT_TRUE(stale_after(1h + 1ms));
}

TEST(Stale, IsWhatWasHeardOfByAClockThatWasAhead) {
  EXPECT_FALSE(stale_after(-24h)) << "set right by a little";
  EXPECT_TRUE(stale_after(-24h - 1ms));
  EXPECT_TRUE(stale_after(-24h * 3652));
}

}  // namespace
}  // namespace tenantscope
