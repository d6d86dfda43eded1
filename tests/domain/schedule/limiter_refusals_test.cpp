// What 503 does to a limiter: nothing where it is some tenants' failure, a halving a window where
// it is the answer to many.
#include <gtest/gtest.h>

#include "domain/schedule/limiter.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime start = SteadyTime(1h);

// `refusals` of `answers`, the first ones, spread evenly over `length`.
void hear(Limiter& limiter, int answers, int refusals, Duration length, SteadyTime from = start) {
  for (int i = 0; i < answers; ++i) {
    const SteadyTime now = from + length * i / answers;
    i < answers - refusals ? limiter.answered(now) : void(limiter.unavailable(now));
  }
}

TEST(LimiterRefusals, SlowWhereTheyAreAFifthOfTwentyAnswersWithinTenSeconds) {
  struct Case {
    int answers, refusals;
    Duration length;
    bool slows;
  };
  for (const Case& c : {Case{1, 1, 1s, false},
                        {19, 19, 1s, false},
                        {20, 20, 1s, true},
                        {20, 4, 1s, true},
                        {20, 3, 1s, false},
                        {200, 40, 9s, true},
                        {200, 39, 9s, false},
                        {20, 20, 9s, true},
                        {20, 20, 20s, false},
                        {1500, 30, 75s, false},
                        {100'000, 2'000, 9s, false}}) {
    Limiter limiter(20, start);
    hear(limiter, c.answers, c.refusals, c.length);
    EXPECT_EQ(limiter.rate(), c.slows ? 10 : 20) << c.refusals << " of " << c.answers;
    EXPECT_EQ(limiter.slowed(), c.slows);
    EXPECT_FALSE(limiter.closed(start + c.length)) << "nobody asked to be left alone";
  }
}

TEST(LimiterRefusals, HalveTheRateOnceAWindow) {
  Limiter limiter(20, start);
  SteadyTime halved = start - 1h;
  int halvings = 0;
  for (SteadyTime now = start; now < start + 60s; now += 100ms) {
    const double before = limiter.rate();
    limiter.unavailable(now);
    if (limiter.rate() == before)
      continue;
    EXPECT_EQ(limiter.rate(), before / 2);
    EXPECT_GE(now - halved, 10s);
    halved = now;
    ++halvings;
  }
  EXPECT_EQ(halvings, 6);
}

TEST(LimiterRefusals, OfAnotherKindHalveOnceAWindowTogether) {
  Limiter limiter(16, start);
  for (SteadyTime now = start; now < start + 40s; now += 1s) {
    limiter.throttled(now, 0s);  // closes for a second, which is over at the next one
    limiter.unavailable(now + 500ms);
  }
  limiter.answered(start + 1h);
  EXPECT_EQ(limiter.rate(), 1) << "halved at 0, 10, 20 and 30 s";
}

TEST(LimiterRefusals, UnderWayWhenItClosedSayNothingNew) {
  Limiter limiter(20, start);
  limiter.throttled(start, 60s);
  for (int i = 0; i < 200; ++i)
    limiter.unavailable(start + 200ms * i);
  EXPECT_EQ(limiter.next_permitted(start + 40s), start + 60s);
  limiter.unavailable(start + 60s);
  limiter.answered(start + 61s);
  EXPECT_EQ(limiter.rate(), 10);
}

TEST(LimiterRefusals, NeitherRaiseTheRateNorEndTheWaitForAnAnswer) {
  Limiter limiter(20, start);
  limiter.throttled(start, 1s);
  for (int i = 1; i < 100; ++i)
    EXPECT_TRUE(limiter.unavailable(start + 1s * i)) << "still the authority's word";
  EXPECT_EQ(limiter.rate(), Limiter::probing_rate);
  limiter.answered(start + 100s);
  EXPECT_EQ(limiter.rate(), 10);

  for (int i = 0; i < 9; ++i)
    limiter.unavailable(start + 110s + 1s * i);
  EXPECT_EQ(limiter.rate(), 10);
}

TEST(LimiterRefusals, OfTenantsThatFailedBeforeCountAndDoNotHalve) {
  Limiter limiter(20, start);
  for (int i = 0; i < 200; ++i)
    EXPECT_FALSE(limiter.unavailable(start, true));
  EXPECT_EQ(limiter.rate(), 20);
  EXPECT_TRUE(limiter.unavailable(start));
  EXPECT_EQ(limiter.rate(), 10);
  EXPECT_TRUE(limiter.unavailable(start + 20s, true)) << "the authority's word";
}

TEST(LimiterRefusals, EndARowOfFailures) {
  Limiter limiter(20, start);
  for (int i = 0; i < Limiter::open_after; ++i)
    limiter.unreachable(start);
  ASSERT_TRUE(limiter.open());
  limiter.unavailable(start);
  EXPECT_FALSE(limiter.open());
  EXPECT_EQ(limiter.rate(), Limiter::probing_rate);
}

TEST(LimiterRefusals, AreTheAuthoritysFromWhenTheyAreManyUntilTheFullRate) {
  Limiter limiter(20, start);
  for (int i = 1; i < 20; ++i)
    EXPECT_FALSE(limiter.unavailable(start)) << i;
  EXPECT_TRUE(limiter.unavailable(start));
  SteadyTime now = start + 1min;
  EXPECT_TRUE(limiter.unavailable(now)) << "its rate is still lowered for them";
  for (; limiter.slowed(); now += 1s)
    limiter.answered(now);
  EXPECT_LT(now, start + 1min + Limiter::recovery);
  EXPECT_FALSE(limiter.unavailable(now));
}

}  // namespace
}  // namespace tenantscope
