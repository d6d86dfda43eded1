#include "base/token_bucket.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

TEST(TokenBucket, HoldsItsBurstAndRefillsOneByOne) {
  SteadyTime now = SteadyTime{} + 1h;
  TokenBucket bucket(100ms, 3);
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
  EXPECT_EQ(bucket.until_next(now), 100ms);
  now += 99ms;
  EXPECT_FALSE(bucket.take(now));
  now += 1ms;
  EXPECT_TRUE(bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
  now += 250ms;
  EXPECT_TRUE(bucket.take(now));
  EXPECT_TRUE(bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
  EXPECT_EQ(bucket.until_next(now), 50ms);
}

TEST(TokenBucket, HoldsNoMoreThanItsBurst) {
  SteadyTime now = SteadyTime{} + 1h;
  TokenBucket bucket(100ms, 2);
  EXPECT_TRUE(bucket.full(now));
  EXPECT_TRUE(bucket.take(now));
  EXPECT_FALSE(bucket.full(now));
  EXPECT_TRUE(bucket.full(now + 100ms));
  now += 24h;
  EXPECT_TRUE(bucket.take(now));
  EXPECT_TRUE(bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
}

TEST(TokenBucket, TakesBackWhatWasTaken) {
  const SteadyTime now = SteadyTime{} + 1h;
  TokenBucket bucket(100ms, 1);
  EXPECT_TRUE(bucket.take(now));
  bucket.give_back();
  EXPECT_TRUE(bucket.full(now));
  EXPECT_TRUE(bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
}

TEST(TokenBucket, BearsTheLargestLimits) {
  const SteadyTime now = SteadyTime{} + 24h * 365;
  TokenBucket bucket(24h, 100'000);
  for (int i = 0; i < 100'000; ++i)
    ASSERT_TRUE(bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
  EXPECT_EQ(bucket.until_next(now), 24h);
}

}  // namespace
}  // namespace tenantscope
