#include "domain/schedule/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>

#include <fmt/format.h>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

const TenantKey contoso{"global", "contoso.com"};

SteadyTime at(SteadyTime::duration since_boot) { return SteadyTime(since_boot); }

TEST(Phase, IsTheSameInEveryProcess) {
  const std::pair<TenantKey, Duration> cases[] = {{contoso, 900'000ms},
                                                  {{"usgov", "contoso.com"}, 900'000ms},
                                                  {{"global", "agency.onmicrosoft.us"}, 900'000ms},
                                                  {contoso, 30'000ms},
                                                  {contoso, 1ms}};
  const Duration expected[] = {131806ms, 630857ms, 873774ms, 11806ms, 0ms};
  for (std::size_t i = 0; i < std::size(cases); ++i)
    EXPECT_EQ(phase_of(cases[i].first, cases[i].second), expected[i]) << to_string(cases[i].first);
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

TEST(NextDue, IsTheNextOwnSlotHalfAnIntervalAfterItBegan) {
  std::mt19937_64 random(15);
  for (int i = 0; i < 20'000; ++i) {
    const TenantKey key{"global", fmt::format("t{}.example", random() % 1000)};
    ProbeSettings probe;
    probe.interval = Duration(1 + random() % (i % 2 ? 2'000 : 100'000'000));
    const SteadyTime began = at(std::chrono::nanoseconds(random() % 1'000'000'000'000'000));
    const SteadyTime due = next_due(began, began, key, probe, false, 0);
    ASSERT_EQ((due - at(phase_of(key, probe.interval)).time_since_epoch()).time_since_epoch() %
                  probe.interval,
              0ns);
    ASSERT_GE(due, began + probe.interval / 2);
    const SteadyTime earliest =
        at(std::chrono::ceil<Duration>((began + probe.interval / 2).time_since_epoch()));
    ASSERT_LT(due - probe.interval, earliest) << "not the first such slot";
    const SteadyTime ended = began + std::chrono::nanoseconds(random() % 1'000'000'000'000);
    ASSERT_EQ(next_due(began, ended, key, probe, false, 0), std::max(due, ended));
  }
}

TEST(NextDue, KeepsToTheSlotsHoweverLateAProbeBeganAndHoweverLongItTook) {
  for (const Duration interval : {Duration(1s), Duration(1min), Duration(15min)}) {
    ProbeSettings probe;
    probe.interval = interval;
    SteadyTime due = next_due(at(100h), at(100h), contoso, probe, false, 0);
    for (const Duration late :
         {Duration(0), Duration(1), Duration(50), interval / 2 - Duration(1), interval / 2})
      for (const Duration took : {Duration(0), Duration(1), Duration(200), interval - late}) {
        const SteadyTime next = next_due(due + late, due + late + took, contoso, probe, false, 0);
        EXPECT_EQ(next, due + std::max(interval, late + took))
            << to_string(interval) << " " << to_string(late) << " " << to_string(took);
        due = SteadyTime(due + interval);
      }
    EXPECT_EQ(
        next_due(due + interval / 2 + 1ms, due + interval / 2 + 1ms, contoso, probe, false, 0),
        due + 2 * interval)
        << "began too late for the next slot";
    EXPECT_EQ(next_due(due - interval * 8 / 15, due, contoso, probe, false, 0), due)
        << "began too early, and far enough from the slot";
    EXPECT_EQ(next_due(due - interval * 7 / 15, due, contoso, probe, false, 0), due + interval)
        << "too near to the slot";
  }
}

TEST(NextDue, ATenantSlowerThanItsIntervalIsAskedAsOftenAsItAnswers) {
  ProbeSettings probe;
  probe.interval = 1s;
  const SteadyTime began = at(100h);
  EXPECT_EQ(next_due(began, began + 9s, contoso, probe, false, 0), began + 9s);
}

TEST(NextDue, RightAfterBootIsAFirstSlot) {
  ProbeSettings probe;
  probe.interval = 24h;
  const SteadyTime first = at(phase_of(contoso, probe.interval));
  EXPECT_EQ(next_due(at(0s), at(0s), contoso, probe, false, 0),
            first.time_since_epoch() >= 12h ? first : first + 24h);
}

TEST(NextDue, APendingChangeIsConfirmedSoonAfterItWasAskedFor) {
  ProbeSettings probe;
  probe.confirm_interval = 30s;
  for (const Duration took : {0s, 1s, 30s})
    EXPECT_EQ(next_due(at(1h), at(1h) + took, contoso, probe, true, 0), at(1h + 30s))
        << to_string(took);
  EXPECT_EQ(next_due(at(1h), at(1h + 31s), contoso, probe, true, 0), at(1h + 31s));
}

TEST(NextDue, APendingChangeOfATenantThatFailsBacksOffToo) {
  ProbeSettings probe;
  for (const std::uint64_t failures : {1, 2, 5, 1000})
    EXPECT_EQ(next_due(at(1h), at(2h), contoso, probe, true, failures),
              next_due(at(1h), at(2h), contoso, probe, false, failures))
        << failures;
}

TEST(NextDue, FailuresBackOffAndThenKeepToTheSlots) {
  struct Case {
    Duration confirm_interval, interval;
    std::uint64_t failures;
    std::optional<Duration> wait;  // none: until its slot
  };
  const Case cases[] = {
      {30s, 15min, 1, 30s},
      {30s, 15min, 2, 1min},
      {30s, 15min, 3, 2min},
      {30s, 15min, 4, 4min},
      {30s, 15min, 5, 8min},
      {30s, 15min, 6, {}},
      {30s, 15min, 7, {}},
      {30s, 15min, 20, {}},
      {30s, 15min, 21, {}},
      {30s, 15min, 64, {}},
      {30s, 15min, ~std::uint64_t(0), {}},
      {15min, 15min, 1, {}},
      {1h, 15min, 1, {}},
      {1h, 15min, 5, {}},
      {1ms, 1h, 11, 1024ms},
      {1ms, 1h, 1000, Duration(1 << 20)},
      {std::chrono::days(36500), std::chrono::days(36500), 1000, {}},
  };
  for (const Case& c : cases) {
    ProbeSettings probe;
    probe.confirm_interval = c.confirm_interval;
    probe.interval = c.interval;
    const SteadyTime slot = next_due(at(1s), at(5s), contoso, probe, false, 0);
    EXPECT_EQ(next_due(at(1s), at(5s), contoso, probe, false, c.failures),
              c.wait ? at(5s) + *c.wait : slot)
        << c.failures << " failures";
  }
}

}  // namespace
}  // namespace tenantscope
