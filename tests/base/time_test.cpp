#include "base/time.hpp"

#include <gtest/gtest.h>

#include <random>

namespace tenantscope {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

WallTime wall(year_month_day date, milliseconds time_of_day = 0ms) {
  return sys_days(date) + time_of_day;
}

TEST(Rfc3339, IsWrittenInUtcWithMilliseconds) {
  struct Case {
    WallTime time;
    const char* text;
  };
  const Case cases[] = {
      {WallTime{}, "1970-01-01T00:00:00.000Z"},
      {wall(2026y / 11 / 23, 10h), "2026-11-23T10:00:00.000Z"},
      {wall(2024y / 2 / 29, 23h + 59min + 59s + 7ms), "2024-02-29T23:59:59.007Z"},
      {wall(2000y / 1 / 1, 1ms), "2000-01-01T00:00:00.001Z"},
      {WallTime(-1ms), "1969-12-31T23:59:59.999Z"},
      {wall(9999y / 12 / 31, 24h - 1ms), "9999-12-31T23:59:59.999Z"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(rfc3339(c.time), c.text);
}

TEST(Rfc3339, IsReadWithZoneAndFraction) {
  const WallTime ten = wall(2026y / 11 / 23, 10h);
  struct Case {
    const char* text;
    WallTime time;
  };
  const Case cases[] = {
      {"2026-11-23T10:00:00Z", ten},
      {"2026-11-23t10:00:00z", ten},
      {"2026-11-23T10:00:00.5Z", ten + 500ms},
      {"2026-11-23T10:00:00.050Z", ten + 50ms},
      {"2026-11-23T10:00:00.123999999999Z", ten + 123ms},
      {"2026-11-23T11:30:00+01:30", ten},
      {"2026-11-23T02:00:00-08:00", ten},
      {"2026-11-24T00:30:00.25+14:30", ten + 250ms},
      {"2026-11-23T10:00:00+00:00", ten},
      {"2026-11-23T10:00:00-00:00", ten},
      {"2024-02-29T00:00:00Z", wall(2024y / 2 / 29)},
      {"2016-12-31T23:59:60Z", wall(2017y / 1 / 1)},
      {"1969-12-31T23:59:59.999Z", WallTime(-1ms)},
  };
  for (const Case& c : cases) {
    const auto time = parse_rfc3339(c.text);
    ASSERT_TRUE(time) << c.text;
    EXPECT_EQ(*time, c.time) << c.text;
  }
}

TEST(Rfc3339, RefusesEverythingElse) {
  for (const char* text : {"",
                           "2026",
                           "2026-11-23",
                           "2026-11-23T10:00Z",
                           "2026-11-23T10:00:00",
                           "2026-11-23T10:00:00.Z",
                           "2026-11-23T10:00:00,5Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "2026-11-00T00:00:00Z",
                           "2026-11-23T24:00:00Z",
                           "2026-11-23T10:60:00Z",
                           "2026-11-23T10:00:61Z",
                           "2026-11-23T10:00:00Z ",
                           " 2026-11-23T10:00:00Z",
                           "2026-11-23T10:00:00+1:00",
                           "2026-11-23T10:00:00+0100",
                           "2026-11-23T10:00:00+24:00",
                           "2026-11-23T10:00:00+01:60",
                           "2026-11-23T10:00:00+01:00Z",
                           "26-11-23T10:00:00Z",
                           "+2026-11-23T10:00:00Z",
                           "-026-11-23T10:00:00Z",
                           "2026/11/23T10:00:00Z",
                           "2026-11-23X10:00:00Z",
                           "2026-11-23T1a:00:00Z",
                           "2026-11-23T10:00:00UTC"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Rfc3339, ReadsBackWhatItWrites) {
  std::mt19937_64 random(3339);
  std::uniform_int_distribution<std::int64_t> any(wall(1y / 1 / 2).time_since_epoch().count(),
                                                  wall(9999y / 12 / 31).time_since_epoch().count());
  for (int i = 0; i < 20'000; ++i) {
    const WallTime time{milliseconds(any(random))};
    ASSERT_EQ(parse_rfc3339(rfc3339(time)), time) << rfc3339(time);
  }
}

TEST(DurationText, IsRead) {
  struct Case {
    const char* text;
    Duration duration;
  };
  const Case cases[] = {
      {"200ms", 200ms},   {"30s", 30s}, {"15m", 15min},
      {"1h30m", 90min},   {"7d", 168h}, {"1d2h3m4s5ms", 26h + 3min + 4s + 5ms},
      {"1m5ms", 60005ms}, {"0s", 0ms},  {"0ms", 0ms},
      {"90m", 90min},     {"007s", 7s}, {"36500d", days(36500)},
  };
  for (const Case& c : cases) {
    const auto duration = parse_duration(c.text);
    ASSERT_TRUE(duration) << c.text;
    EXPECT_EQ(*duration, c.duration) << c.text;
  }
}

TEST(DurationText, RefusesEverythingElse) {
  for (const char* text : {"",
                           "5",
                           "s",
                           "ms",
                           "1.5h",
                           "-5s",
                           "+5s",
                           " 5s",
                           "5s ",
                           "5 s",
                           "1h 30m",
                           "30m1h",
                           "5s5s",
                           "1ms1s",
                           "1M",
                           "1S",
                           "1w",
                           "1y",
                           "5sec",
                           "1h30",
                           "1e3s",
                           "36501d",
                           "36500d1ms",
                           "9223372036854775807ms",
                           "9223372036854775808ms",
                           "99999999999999999999d",
                           "5\xC2\xB5s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(DurationText, IsWritten) {
  struct Case {
    Duration duration;
    const char* text;
  };
  const Case cases[] = {
      {0ms, "0s"},      {1ms, "1ms"}, {999ms, "999ms"},
      {1s, "1s"},       {60s, "1m"},  {90s, "1m30s"},
      {90min, "1h30m"}, {24h, "1d"},  {168h + 1ms, "7d1ms"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(to_string(c.duration), c.text);
}

TEST(DurationText, ReadsBackWhatItWrites) {
  std::mt19937_64 random(60);
  for (int i = 0; i < 20'000; ++i) {
    std::uniform_int_distribution<std::int64_t> any(
        0, Duration(days(36500)).count() >> (random() % 40));
    const Duration duration(any(random));
    ASSERT_EQ(parse_duration(to_string(duration)), duration) << to_string(duration);
  }
}

TEST(UnixSeconds, KeepMilliseconds) {
  EXPECT_EQ(unix_seconds(WallTime{}), 0);
  EXPECT_EQ(unix_seconds(wall(2026y / 11 / 23, 10h + 250ms)), 1795428000.25);
}

}  // namespace
}  // namespace tenantscope
