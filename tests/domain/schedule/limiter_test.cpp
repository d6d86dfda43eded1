#include "domain/schedule/limiter.hpp"

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

// A client that always wants: asks as soon as it is permitted, until `end`. Gives the times at
// which it was let through.
std::vector<SteadyTime> drain(Limiter& limiter, SteadyTime from, SteadyTime end) {
  std::vector<SteadyTime> granted;
  for (SteadyTime now = limiter.next_permitted(from); now < end; now = limiter.next_permitted(now))
    if (limiter.acquire(now))
      granted.push_back(now);
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

double permitted_burst(double rate) {
  return std::max(1.0, rate * Seconds(Limiter::bucket).count()) + 1e-6;
}

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
        if (limiter.acquire(now))
          granted.push_back(now);
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
      switch (random() % 13) {
        case 0:
          limiter.throttled(now, Duration(random() % 5000));
          break;
        case 1:
        case 2:
          limiter.answered(now);
          break;
        case 3:
        case 4:
          limiter.unreachable(now);
          break;
        case 5:
          for (std::uint64_t i = random() % 30; i > 0; --i)
            limiter.unavailable(now);
          break;
        case 6:
          limiter.set_ceiling(ceilings[random() % std::size(ceilings)], now);
          break;
        default:
          limiter.acquire(now);
      }
      const SteadyTime permitted = limiter.next_permitted(now);
      ASSERT_GE(permitted, now);
      Limiter on_time = limiter, early = limiter;
      ASSERT_TRUE(on_time.acquire(permitted))
          << "run " << run << ", step " << step << ", at " << limiter.rate() << "/s";
      if (permitted == now)
        continue;
      ++waited;
      ASSERT_FALSE(early.acquire(permitted - 1ns))
          << "run " << run << ", step " << step << ", at " << limiter.rate() << "/s";
    }
  }
  EXPECT_GT(waited, 10'000);
}

TEST(Limiter, ObeysRetryAfterWithinADay) {
  struct Case {
    Duration retry_after, waits;
  };
  for (const Case& c : {Case{0ms, 1s},
                        {1ms, 1s},
                        {1s, 1s},
                        {60s, 60s},
                        {1h, 1h},
                        {24h, 24h},
                        {25h, 24h},
                        {std::chrono::days(36500), 24h}}) {
    Limiter limiter(20, start);
    limiter.throttled(start, c.retry_after);
    EXPECT_FALSE(limiter.acquire(start));
    EXPECT_FALSE(limiter.acquire(start + c.waits - 1ns)) << to_string(c.retry_after);
    EXPECT_EQ(limiter.next_permitted(start), start + c.waits);
  }
}

// Each request is answered 200 ms later; gives the times at which they were let through.
std::vector<SteadyTime> ask_and_hear(Limiter& limiter, SteadyTime from, SteadyTime end) {
  std::vector<SteadyTime> granted;
  std::size_t heard = 0;
  for (SteadyTime now = from; now < end; now += 1ms) {
    while (heard < granted.size() && granted[heard] + 200ms <= now)
      limiter.answered(now), ++heard;
    while (limiter.acquire(now))
      granted.push_back(now);
  }
  return granted;
}

TEST(Limiter, TheEndOfAThrottleIsNoHerd) {
  for (const double ceiling : {1.0, 20.0, 1000.0}) {
    Limiter limiter(ceiling, start);
    limiter.throttled(start, 5s);
    const auto silent = drain(limiter, start, start + 15s);
    EXPECT_EQ(silent.size(), std::min(10.0, ceiling / 2 * 10))
        << "one a second as long as none is answered";
    EXPECT_LE(worst_burst(silent, 1), permitted_burst(1));

    limiter.throttled(start + 15s, 5s);
    const auto granted = ask_and_hear(limiter, start + 15s, start + 25s);
    ASSERT_GE(granted.size(), 2u);
    EXPECT_EQ(granted[0], start + 20s);
    EXPECT_GE(granted[1], start + 20s + 200ms) << "the first answer decides";
    EXPECT_LE(worst_burst(granted, limiter.rate()), permitted_burst(limiter.rate()));
    EXPECT_LT(limiter.rate(), ceiling * 0.3) << "a quarter, and a little won back";
  }
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
  for (int i = 1; i <= 16; ++i)
    limiter.answered(start + std::chrono::milliseconds(i * 10));
  limiter.unreachable(start + 1s);
  EXPECT_EQ(limiter.next_permitted(start + 1s), start + 60s);
  EXPECT_EQ(limiter.rate(), 1) << "and say nothing about its end";
  limiter.answered(start + 60s);
  EXPECT_EQ(limiter.rate(), 10);
}

// What the rate is once there is an answer again.
double rate_after_answer(Limiter limiter, SteadyTime now) {
  limiter.answered(now);
  return limiter.rate();
}

TEST(Limiter, AStormHalvesTheRateOnce) {
  Limiter limiter(20, start);
  for (int i = 0; i < 16; ++i)
    limiter.throttled(start + std::chrono::milliseconds(i * 50), 5s);
  EXPECT_EQ(rate_after_answer(limiter, start + 10s), 10);
  limiter.throttled(start + 10s, 5s);
  EXPECT_EQ(rate_after_answer(limiter, start + 20s), 5);
  for (int storm = 2; storm < 50; ++storm)
    limiter.throttled(start + storm * 10s, 1s);
  EXPECT_EQ(rate_after_answer(limiter, start + 1h), 0.1)
      << "never slower than one request in ten seconds";

  Limiter slow(0.05, start);
  slow.throttled(start, 1s);
  EXPECT_EQ(slow.rate(), 0.05) << "never above its ceiling either";
}

TEST(Limiter, AnswersWinTheRateBackSteadily) {
  for (const double ceiling : {0.2, 20.0, 1000.0})
    for (const Duration gap : {Duration(1), Duration(100), Duration(5s)}) {
      Limiter limiter(ceiling, start);
      limiter.throttled(start, 1s);
      SteadyTime now = start + 1h;
      limiter.answered(now);
      EXPECT_EQ(limiter.rate(), ceiling / 2)
          << "the time until the first answer counts for nothing";
      EXPECT_TRUE(limiter.slowed());
      const SteadyTime from = now;
      while (limiter.slowed()) {
        const double before = limiter.rate();
        limiter.answered(now += gap);
        ASSERT_GT(limiter.rate(), before);
        ASSERT_LE(limiter.rate(),
                  before + ceiling * (Seconds(gap) / Seconds(Limiter::recovery)) * (1 + 1e-9));
        ASSERT_LT(now, from + Limiter::recovery);
      }
      EXPECT_NEAR(Seconds(now - from).count(), Seconds(Limiter::recovery / 2).count(), 5)
          << "half the way in half the time";
      limiter.answered(now += 1h);
      EXPECT_EQ(limiter.rate(), ceiling);
    }
}

TEST(Limiter, SilenceWinsNothingBack) {
  Limiter limiter(20, start);
  limiter.throttled(start, 1s);
  limiter.answered(start + 1s);
  EXPECT_EQ(limiter.rate(), 10);
  limiter.answered(start + 10h);
  EXPECT_LT(limiter.rate(), 11);
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
  EXPECT_EQ(limiter.rate(), 1) << "what piled up isn't sent at once";
  for (SteadyTime now = start + 60s; now <= start + 60s + Limiter::recovery; now += 200ms) {
    limiter.answered(now);
    ASSERT_LE(limiter.rate(),
              1 + 20 * (Seconds(now - start - 60s) / Seconds(Limiter::recovery)) + 1e-9);
  }
  EXPECT_EQ(limiter.rate(), 20);
}

TEST(Limiter, SavedTokensDontOutliveTheOpeningOfTheCircuit) {
  Limiter limiter(1000, start);
  const SteadyTime now = start + 10s;
  EXPECT_TRUE(limiter.acquire(now)) << "and there are more tokens left";
  for (int i = 0; i < Limiter::open_after; ++i)
    limiter.unreachable(now);
  int granted = 0;
  for (int i = 0; i < 100; ++i)
    granted += limiter.acquire(now);
  EXPECT_LE(granted, 1);
}

TEST(Limiter, AnyAnswerEndsARowOfFailures) {
  struct Case {
    const char* name;
    void (*answer)(Limiter&);
  };
  for (const Case& c :
       {Case{"answered", [](Limiter& limiter) { limiter.answered(start); }},
        Case{"throttled", [](Limiter& limiter) { limiter.throttled(start, 0ms); }}}) {
    Limiter limiter(20, start);
    for (int round = 0; round < 3; ++round) {
      for (int i = 1; i < Limiter::open_after; ++i)
        limiter.unreachable(start);
      c.answer(limiter);
    }
    EXPECT_FALSE(limiter.open()) << c.name;
    for (int i = 0; i < Limiter::open_after; ++i)
      limiter.unreachable(start);
    EXPECT_TRUE(limiter.open()) << c.name;
    EXPECT_TRUE(limiter.slowed()) << c.name;
    c.answer(limiter);
    EXPECT_FALSE(limiter.open()) << c.name;
  }
}

TEST(Limiter, ASlowRateIsntRaisedByAnOpenCircuit) {
  Limiter limiter(0.2, start);
  for (int i = 0; i < Limiter::open_after; ++i)
    limiter.unreachable(start);
  EXPECT_TRUE(limiter.open());
  EXPECT_EQ(limiter.rate(), 0.2);
}

TEST(Limiter, ANewCeilingKeepsTheShare) {
  struct Case {
    double before;
    bool throttled;
    double after, rate;
  };
  for (const Case& c :
       {Case{20, false, 40, 40}, {20, false, 5, 5}, {20, true, 40, 20}, {20, true, 10, 5}}) {
    Limiter limiter(c.before, start);
    if (c.throttled)
      limiter.throttled(start, 0ms);
    limiter.set_ceiling(c.after, start + 10s);
    EXPECT_DOUBLE_EQ(rate_after_answer(limiter, start + 10s), c.rate);
  }
}

TEST(Limiter, ALowerCeilingHoldsAtOnce) {
  Limiter limiter(1000, start);
  const SteadyTime now = start + 10s;
  EXPECT_TRUE(limiter.acquire(now)) << "and there are more tokens left";
  limiter.set_ceiling(1, now);
  int granted = 0;
  for (int i = 0; i < 100; ++i)
    granted += limiter.acquire(now);
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
