#include "core/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include <fmt/format.h>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

const TenantKey contoso{"global", "contoso.com"};

SteadyTime at(SteadyTime::duration since_boot) { return SteadyTime(since_boot); }

TEST(Phase, IsTheSameInEveryProcess) {
  const std::pair<TenantKey, Duration> cases[] = {
      {contoso, 900'000ms}, {{"usgov", "contoso.com"}, 900'000ms}, {{"global", "agency.onmicrosoft.us"}, 900'000ms}, {contoso, 30'000ms},
          {contoso, 1ms}};
  const Duration expected[] = {131806ms, 630857ms, 873774ms, 11806ms, 0ms};
  for (std::size_t i = 0; i < std::size(cases); ++i) EXPECT_EQ(phase_of(cases[i].first, cases[i].second), expected[i])
      << to_string(cases[i].first);
}

TEST(Phase, SpreadsTenantsEvenly) {
  struct Case {
    const char* name;
    std::string (*tenant)(int);
  };
  const Case cases[] = {
      {"numbered", [](int i) { return fmt::format("tenant-{:05}.onmicrosoft.com", i); }},
      {"numbered in front", [](int i) { return fmt::format("{}.example", i); }},
      {"GUIDs in order", [](int i) { return fmt::format("00000000-0000-0000-0000-{:012x}", i); }},
  };
  constexpr int tenants = 10'000, buckets = 100;
  for (const Case& c : cases)
    for (const Duration interval : {Duration(1s), Duration(30s), Duration(15min), Duration(24h)}) {
      std::vector<int> count(buckets);
      for (int i = 0; i < tenants; ++i) {
        const Duration phase = phase_of({"global", c.tenant(i)}, interval);
        ASSERT_GE(phase, 0ms);
        ASSERT_LT(phase, interval);
        ++count[std::size_t(phase * buckets / interval)];
      }
      const auto [least, most] = std::ranges::minmax(count);
      EXPECT_GT(least, 55) << c.name << " over " << to_string(interval);
      EXPECT_LT(most, 145) << c.name << " over " << to_string(interval);
    }
}

TEST(NextDue, IsTheNextOwnSlotHalfAnIntervalAway) {
  std::mt19937_64 random(15);
  for (int i = 0; i < 20'000; ++i) {
    const TenantKey key{"global", fmt::format("t{}.example", random() % 1000)};
    ProbeSettings probe;
    probe.interval = Duration(1 + random() % (i % 2 ? 2'000 : 100'000'000));
    const SteadyTime now = at(std::chrono::nanoseconds(random() % 1'000'000'000'000'000));
    const SteadyTime due = next_due(now, key, probe, false, 0);
    ASSERT_EQ((due - at(phase_of(key, probe.interval)).time_since_epoch()).time_since_epoch() % probe.interval, 0ns);
    ASSERT_GE(due, now + probe.interval / 2);
    const SteadyTime earliest = at(std::chrono::ceil<Duration>((now + probe.interval / 2).time_since_epoch()));
    ASSERT_LT(due - probe.interval, earliest) << "not the first such slot";
  }
}

TEST(NextDue, KeepsToTheSlotsHoweverLongProbesTake) {
  ProbeSettings probe;
  probe.interval = 15min;
  SteadyTime due = next_due(at(100h), contoso, probe, false, 0);
  for (const Duration took : {0ms, 1ms, 200ms, 10'000ms, 449'999ms}) {
    const SteadyTime next = next_due(due + took, contoso, probe, false, 0);
    EXPECT_EQ(next, due + probe.interval) << to_string(took);
    due = next;
  }
  EXPECT_EQ(next_due(due + 8min, contoso, probe, false, 0), due + 2 * probe.interval) << "too late for the next slot";
  EXPECT_EQ(next_due(due - 8min, contoso, probe, false, 0), due) << "too early, and far enough from the slot";
  EXPECT_EQ(next_due(due - 7min, contoso, probe, false, 0), due + probe.interval) << "too early, and too near to the slot";
}

TEST(NextDue, RightAfterBootIsAFirstSlot) {
  ProbeSettings probe;
  probe.interval = 24h;
  const SteadyTime first = at(phase_of(contoso, probe.interval));
  EXPECT_EQ(next_due(at(0s), contoso, probe, false, 0), first.time_since_epoch() >= 12h ? first : first + 24h);
}

TEST(NextDue, APendingChangeIsConfirmedSoon) {
  ProbeSettings probe;
  probe.confirm_interval = 30s;
  for (const std::uint64_t failures : {0, 1, 10, 1000}) EXPECT_EQ(next_due(at(1h), contoso, probe, true, failures), at(1h + 30s))
      << failures;
}

TEST(NextDue, FailuresBackOffUpToTheInterval) {
  struct Case {
    Duration confirm_interval, interval;
    std::uint64_t failures;
    Duration wait;
  };
  const Case cases[] = {
      {30s, 15min, 1, 30s},
      {30s, 15min, 2, 1min},
      {30s, 15min, 3, 2min},
      {30s, 15min, 4, 4min},
      {30s, 15min, 5, 8min},
      {30s, 15min, 6, 15min},
      {30s, 15min, 7, 15min},
      {30s, 15min, 20, 15min},
      {30s, 15min, 21, 15min},
      {30s, 15min, 64, 15min},
      {30s, 15min, ~std::uint64_t(0), 15min},
      {15min, 15min, 1, 15min},
      {1h, 15min, 1, 15min},
      {1h, 15min, 5, 15min},
      {1ms, 1h, 11, 1024ms},
      {1ms, 1h, 1000, Duration(1 << 20)},
      {std::chrono::days(36500), std::chrono::days(36500), 1000, std::chrono::days(36500)},
  };
  for (const Case& c : cases) {
    ProbeSettings probe;
    probe.confirm_interval = c.confirm_interval;
    probe.interval = c.interval;
    EXPECT_EQ(next_due(at(5s), contoso, probe, false, c.failures), at(5s) + c.wait) << c.failures << " failures";
  }
}

TEST(DueHeap, GivesTheEarliestFirst) {
  std::mt19937_64 random(7);
  DueHeap heap;
  for (std::uint64_t i = 0; i < 1000; ++i) heap.push({at(std::chrono::seconds(random() % 500)), i});
  std::vector<bool> seen(1000);
  for (SteadyTime last{}; !heap.empty(); heap.pop()) {
    EXPECT_GE(heap.top().time, last);
    last = heap.top().time;
    EXPECT_FALSE(seen[heap.top().tenant]);
    seen[heap.top().tenant] = true;
  }
  EXPECT_TRUE(std::ranges::all_of(seen, std::identity()));
}

}  // namespace
}  // namespace tenantscope
