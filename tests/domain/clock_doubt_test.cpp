#include "domain/clock_doubt.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

constexpr auto ten_years = 24h * 3652;

// A machine's two clocks; the wall's can be set.
class Clocks {
 public:
  void pass(Duration time) { steady_ += time, wall_ += time; }
  void set_wall(Duration by) { wall_ += by; }
  WallTime wall() const { return wall_; }
  bool doubted() { return doubt_.look(wall_, steady_); }
  void start(std::optional<WallTime> believed) { doubt_ = ClockDoubt(believed, wall_, steady_); }

 private:
  WallTime wall_ = *parse_rfc3339("2026-11-30T10:00:00Z");
  SteadyTime steady_{24h};
  ClockDoubt doubt_{{}, wall_, steady_};
};

TEST(ClockDoubt, IsNoneWhereNothingIsKnown) {
  Clocks clocks;
  clocks.start({});
  EXPECT_FALSE(clocks.doubted());
}

TEST(ClockDoubt, IsNoneWithinADayOfWhatWasBelieved) {
  Clocks clocks;
  clocks.start(clocks.wall() - 24h);
  EXPECT_FALSE(clocks.doubted());
}

TEST(ClockDoubt, LastsForAnHourAfterAStartThatIsFurtherAhead) {
  Clocks clocks;
  clocks.start(clocks.wall() - 24h - 1s);
  EXPECT_TRUE(clocks.doubted());
  clocks.pass(1h - 1ms);
  EXPECT_TRUE(clocks.doubted());
  clocks.pass(1ms);
  EXPECT_FALSE(clocks.doubted());
}

TEST(ClockDoubt, IsMeasuredBySteadyTime) {
  Clocks clocks;
  clocks.start(clocks.wall() - ten_years);
  EXPECT_TRUE(clocks.doubted());
  clocks.set_wall(3h);
  clocks.pass(59min);
  EXPECT_TRUE(clocks.doubted());
}

TEST(ClockDoubt, IsNoneWhereTheWallIsBehind) {
  Clocks clocks;
  clocks.start(clocks.wall() + ten_years);
  EXPECT_FALSE(clocks.doubted());
  clocks.pass(90 * 24h);
  EXPECT_FALSE(clocks.doubted()) << "it hasn't stepped";
}

TEST(ClockDoubt, LastsForAnHourAfterAStepAhead) {
  Clocks clocks;
  clocks.start(clocks.wall());
  EXPECT_FALSE(clocks.doubted());
  clocks.pass(5min);
  clocks.set_wall(ten_years);
  EXPECT_TRUE(clocks.doubted());
  for (int minute = 5; minute < 60; minute += 5) {
    clocks.pass(5min);
    EXPECT_TRUE(clocks.doubted()) << minute;
  }
  clocks.pass(5min);
  EXPECT_FALSE(clocks.doubted());
}

TEST(ClockDoubt, BeginsAnewWithEachStep) {
  Clocks clocks;
  clocks.set_wall(ten_years);
  EXPECT_TRUE(clocks.doubted());
  clocks.set_wall(-ten_years);
  clocks.pass(30min);
  EXPECT_TRUE(clocks.doubted());
  clocks.set_wall(25h);
  clocks.pass(45min);
  EXPECT_TRUE(clocks.doubted());
  clocks.pass(1h);
  EXPECT_FALSE(clocks.doubted());
}

TEST(ClockDoubt, IsNoneAfterALongTimeWithoutALook) {
  Clocks clocks;
  clocks.start(clocks.wall());
  clocks.pass(30 * 24h);
  EXPECT_FALSE(clocks.doubted());
  clocks.set_wall(23h);
  EXPECT_FALSE(clocks.doubted()) << "nobody sets a clock right by so little";
}

}  // namespace
}  // namespace tenantscope
