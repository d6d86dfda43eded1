#include "core/limiter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

constexpr SteadyTime start = SteadyTime(1h);

// A client that always wants: asks as soon as it is permitted, until `end`. Gives the times at which it was let through.
std::vector<SteadyTime> drain(Limiter& limiter, SteadyTime from, SteadyTime end) {
  std::vector<SteadyTime> granted;
  for (SteadyTime now = limiter.next_permitted(from); now < end; now = limiter.next_permitted(now))
    if (limiter.acquire(now)) granted.push_back(now);
  return granted;
}

// The most requests above `rate` that any window held.
double worst_burst(const std::vector<SteadyTime>& granted, double rate) {
  double worst = 0, fewest_before = 0;
  for (std::size_t i = 0; i < granted.size(); ++i) {
    const double allowed = rate * Seconds(granted[i] - granted[0]).count();
    fewest_before = std::min(fewest_before, double(i) - allowed);
    worst = std::max(worst, double(i) + 1 - allowed - fewest_before);
  }
  return worst;
}

double permitted_burst(double rate) { return std::max(1.0, rate * 0.05) + 1e-6; }

TEST(Limiter, ABusyClientGetsTheCeilingAndNoBurst) {
  for (const double ceiling : {0.05, 0.5, 1.0, 3.0, 7.0, 20.0, 33.3, 250.0, 1000.0}) {
    Limiter limiter(ceiling, start);
    const auto length = std::chrono::duration_cast<SteadyTime::duration>(Seconds(2000 / ceiling));
    const auto granted = drain(limiter, start, start + length);
    EXPECT_NEAR(double(granted.size()), 2000, 3) << ceiling;
    EXPECT_LE(worst_burst(granted, ceiling), permitted_burst(ceiling)) << ceiling;
  }
}

TEST(Limiter, IdleTimeBuysNoBurst) {
  for (const double ceiling : {1.0, 20.0, 200.0, 1000.0}) {
    std::mt19937_64 random(20);
    Limiter limiter(ceiling, start);
    std::vector<SteadyTime> granted;
    SteadyTime now = start;
    for (int i = 0; i < 200; ++i) {
      now += std::chrono::microseconds(random() % 20'000'000);
      for (int asked = 0; asked < 500; ++asked, now += std::chrono::microseconds(random() % 2000))
        if (limiter.acquire(now)) granted.push_back(now);
    }
    EXPECT_GT(granted.size(), 100u) << ceiling;
    EXPECT_LE(worst_burst(granted, ceiling), permitted_burst(ceiling)) << ceiling;
  }
}

TEST(Limiter, NextPermittedIsExact) {
  std::mt19937_64 random(1000);
  const double ceilings[] = {0.05, 0.3, 1, 3, 7, 20, 33.3, 60, 1000};
  int waited = 0;
  for (int run = 0; run < 2'000; ++run) {
    SteadyTime now = start;
    Limiter limiter(ceilings[random() % std::size(ceilings)], now);
    for (int step = 0; step < 50; ++step) {
      now += std::chrono::nanoseconds(random() % (random() % 2 ? 100'000'000 : 5'000'000'000));
      switch (random() % 12) {
        case 0: limiter.throttled(now, Duration(random() % 5000)); break;
        case 1: case 2: limiter.answered(now); break;
        case 3: case 4: limiter.unreachable(now); break;
        case 5: limiter.set_ceiling(ceilings[random() % std::size(ceilings)], now); break;
        default: limiter.acquire(now);
      }
      const SteadyTime permitted = limiter.next_permitted(now);
      ASSERT_GE(permitted, now);
      Limiter on_time = limiter, early = limiter;
      ASSERT_TRUE(on_time.acquire(permitted)) << "run " << run << ", step " << step << ", at " << limiter.rate() << "/s";
      if (permitted == now) continue;
      ++waited;
      ASSERT_FALSE(early.acquire(permitted - 1ns)) << "run " << run << ", step " << step << ", at " << limiter.rate() << "/s";
    }
  }
  EXPECT_GT(waited, 10'000);
}

TEST(Limiter, ObeysRetryAfterWithinADay) {
  struct Case {
    Duration retry_after, waits;
  };
  for (const Case& c : {Case{0ms, 1s}, {1ms, 1s}, {1s, 1s}, {60s, 60s}, {1h, 1h}, {24h, 24h}, {25h, 24h},
                        {std::chrono::days(36500), 24h}}) {
    Limiter limiter(20, start);
    limiter.throttled(start, c.retry_after);
    EXPECT_FALSE(limiter.acquire(start));
    EXPECT_FALSE(limiter.acquire(start + c.waits - 1ns)) << to_string(c.retry_after);
    EXPECT_GE(limiter.next_permitted(start), start + c.waits + 100ms) << "a token at half the rate";
    EXPECT_LE(limiter.next_permitted(start), start + c.waits + 100ms + 1ns);
    EXPECT_LE(worst_burst(drain(limiter, start, start + c.waits + 10s), limiter.rate()), permitted_burst(limiter.rate()));
  }
}

TEST(Limiter, TheEndOfAThrottleIsNoBurst) {
  Limiter limiter(1000, start);
  const SteadyTime rested = start + 10s;
  ASSERT_TRUE(limiter.acquire(rested));
  limiter.throttled(rested, 5s);
  const auto granted = drain(limiter, rested, rested + 8s);
  EXPECT_NEAR(double(granted.size()), 1500, 2);
  EXPECT_LE(worst_burst(granted, 500), 1 + 1e-6);
}

TEST(Limiter, AShorterRetryAfterDoesntShortenALongerOne) {
  Limiter limiter(20, start);
  limiter.throttled(start, 60s);
  limiter.throttled(start + 1s, 2s);
  EXPECT_GE(limiter.next_permitted(start + 1s), start + 60s);
  limiter.throttled(start + 2s, 90s);
  EXPECT_GE(limiter.next_permitted(start + 2s), start + 92s);
}

TEST(Limiter, AnswersUnderWayDontShortenAThrottle) {
  Limiter limiter(20, start);
  limiter.throttled(start, 60s);
  for (int i = 1; i <= 16; ++i) limiter.answered(start + std::chrono::milliseconds(i * 10));
  limiter.unreachable(start + 1s);
  EXPECT_GT(limiter.next_permitted(start + 1s), start + 60s + 50ms);
  EXPECT_LE(limiter.next_permitted(start + 1s), start + 60s + 100ms);
  EXPECT_EQ(limiter.next_permitted(start + 59s), limiter.next_permitted(start + 1s));
}

TEST(Limiter, AStormHalvesTheRateOnce) {
  Limiter limiter(20, start);
  for (int i = 0; i < 16; ++i) limiter.throttled(start + std::chrono::milliseconds(i * 50), 5s);
  EXPECT_EQ(limiter.rate(), 10);
  limiter.throttled(start + 10s, 5s);
  EXPECT_EQ(limiter.rate(), 5);
  for (int storm = 2; storm < 50; ++storm) limiter.throttled(start + storm * 10s, 1s);
  EXPECT_EQ(limiter.rate(), 0.1) << "never slower than one request in ten seconds";

  Limiter slow(0.05, start);
  slow.throttled(start, 1s);
  EXPECT_EQ(slow.rate(), 0.05) << "never above its ceiling either";
}

TEST(Limiter, AnswersWinTheRateBackStepByStep) {
  Limiter limiter(20, start);
  limiter.throttled(start, 1s);
  SteadyTime now = start + 1s;
  double rate = limiter.rate();
  int answers = 0;
  while (limiter.rate() < 20) {
    limiter.answered(now += 100ms);
    EXPECT_GT(limiter.rate(), rate);
    EXPECT_LE(limiter.rate(), rate + 0.4 + 1e-9) << "at most a fiftieth of the ceiling by one answer";
    rate = limiter.rate();
    ASSERT_LT(++answers, 1000);
  }
  EXPECT_GE(answers, 25);
  limiter.answered(now);
  EXPECT_EQ(limiter.rate(), 20);
}

TEST(Limiter, AnAuthorityOutOfReachIsAskedOnceASecond) {
  Limiter limiter(20, start);
  for (int i = 1; i < Limiter::open_after; ++i) {
    limiter.unreachable(start);
    EXPECT_FALSE(limiter.open()) << i;
    EXPECT_EQ(limiter.rate(), 20) << i;
  }
  limiter.unreachable(start);
  EXPECT_TRUE(limiter.open());
  EXPECT_EQ(limiter.rate(), 1);

  const auto granted = drain(limiter, start, start + 60s);
  EXPECT_LE(granted.size(), 61u);
  EXPECT_GE(granted.size(), 59u);
  EXPECT_LE(worst_burst(granted, 1), permitted_burst(1));

  limiter.answered(start + 60s);
  EXPECT_FALSE(limiter.open());
  EXPECT_EQ(limiter.rate(), 20) << "it wasn't throttled";
}

TEST(Limiter, SavedTokensDontOutliveTheOpeningOfTheCircuit) {
  Limiter limiter(1000, start);
  const SteadyTime now = start + 10s;
  EXPECT_TRUE(limiter.acquire(now)) << "and there are more tokens left";
  for (int i = 0; i < Limiter::open_after; ++i) limiter.unreachable(now);
  int granted = 0;
  for (int i = 0; i < 100; ++i) granted += limiter.acquire(now);
  EXPECT_LE(granted, 1);
}

TEST(Limiter, AnyAnswerEndsARowOfFailures) {
  struct Case {
    const char* name;
    void (*answer)(Limiter&);
  };
  for (const Case& c : {Case{"answered", [](Limiter& limiter) { limiter.answered(start); }},
                        Case{"throttled", [](Limiter& limiter) { limiter.throttled(start, 0ms); }}}) {
    Limiter limiter(20, start);
    for (int round = 0; round < 3; ++round) {
      for (int i = 1; i < Limiter::open_after; ++i) limiter.unreachable(start);
      c.answer(limiter);
    }
    EXPECT_FALSE(limiter.open()) << c.name;
    for (int i = 0; i < Limiter::open_after; ++i) limiter.unreachable(start);
    EXPECT_TRUE(limiter.open()) << c.name;
    c.answer(limiter);
    EXPECT_FALSE(limiter.open()) << c.name;
  }
}

TEST(Limiter, ASlowRateIsntRaisedByAnOpenCircuit) {
  Limiter limiter(0.2, start);
  for (int i = 0; i < Limiter::open_after; ++i) limiter.unreachable(start);
  EXPECT_TRUE(limiter.open());
  EXPECT_EQ(limiter.rate(), 0.2);
}

TEST(Limiter, ANewCeilingKeepsTheShare) {
  struct Case {
    double before;
    bool throttled;
    double after, rate;
  };
  for (const Case& c : {Case{20, false, 40, 40}, {20, false, 5, 5}, {20, true, 40, 20}, {20, true, 10, 5}}) {
    Limiter limiter(c.before, start);
    if (c.throttled) limiter.throttled(start, 0ms);
    limiter.set_ceiling(c.after, start + 10s);
    EXPECT_DOUBLE_EQ(limiter.rate(), c.rate);
  }
}

TEST(Limiter, ALowerCeilingHoldsAtOnce) {
  Limiter limiter(1000, start);
  const SteadyTime now = start + 10s;
  EXPECT_TRUE(limiter.acquire(now)) << "and there are more tokens left";
  limiter.set_ceiling(1, now);
  int granted = 0;
  for (int i = 0; i < 100; ++i) granted += limiter.acquire(now);
  EXPECT_LE(granted, 1);
}

TEST(Limiter, ATimeInThePastGivesNothing) {
  Limiter limiter(20, start);
  ASSERT_TRUE(limiter.acquire(start));
  EXPECT_FALSE(limiter.acquire(start - 10s));
  EXPECT_FALSE(limiter.acquire(start));
  EXPECT_TRUE(limiter.acquire(start + 50ms));
}

}  // namespace
}  // namespace tenantscope
