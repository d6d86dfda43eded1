#include "domain/watch.hpp"

#include <gtest/gtest.h>

#include "support/watch_settings.hpp"

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

// What is confirmed was seen last when it was seen, not when a change was that isn't confirmed yet.
TEST(ConfirmedSeen, IsNotMovedByAPendingChange) {
  const Finding usg{.found = true, .cloud = "usgov", .tenant_id = {}, .region_scope = "USG"};
  Finding usgov = usg, other = usg;
  usgov.region_scope = "USGov";
  other.region_scope = "XX";
  TenantState state;
  EXPECT_FALSE(state.confirmed_seen());
  WallTime time = now;
  const auto sees = [&](Result<Finding> finding, bool committed = true) {
    time += 1min;
    const Advance advanced =
        advance(state, {.finding = std::move(finding), .evidence = {}, .time = time}, {});
    if (committed)
      state = advanced.state;
    else
      hold(state, *advanced.transition);
    return (*state.confirmed_seen() - now) / 1min;
  };
  EXPECT_EQ(sees(usg), 1);
  EXPECT_EQ(sees(usg), 2);
  EXPECT_EQ(sees(usgov), 2);
  EXPECT_EQ(sees(Error{ErrorKind::timeout, ""}), 2);
  EXPECT_EQ(sees(other), 2);
  EXPECT_EQ(sees(usg), 6);
  EXPECT_EQ(sees(usgov), 6);
  EXPECT_EQ(sees(usgov, false), 6) << "its commit failed";
  EXPECT_EQ(sees(usgov), 9);
}

}  // namespace
}  // namespace tenantscope
