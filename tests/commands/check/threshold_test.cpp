#include "commands/check/threshold.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tenantscope {
namespace {

TEST(Range, AlertsAsTheGuidelinesTableSays) {
  const struct {
    const char* text;
    std::vector<double> alerts, quiet;
  } table[] = {
      {"10", {-0.1, 10.1}, {0, 5, 10}},
      {"10:", {-1, 9.9}, {10, 1e9}},
      {"~:10", {10.1, 1e9}, {-1e9, 0, 10}},
      {"~:", {}, {-1e9, 0, 1e9}},
      {"10:20", {9.9, 20.1}, {10, 15, 20}},
      {"@10:20", {10, 15, 20}, {9.9, 20.1}},
      {"@10", {0, 10}, {-0.1, 10.1}},
      {"@~:10", {-1e9, 10}, {10.1}},
      {"0.25:.5", {0.2, 0.6}, {0.25, 0.5}},
      {"-5:-1", {-6, 0}, {-5, -1}},
      {"5:5", {4.9, 5.1}, {5}},
      {"0", {-0.1, 0.1}, {0}},
  };
  for (const auto& row : table) {
    const auto range = parse_range(row.text);
    ASSERT_TRUE(range) << row.text;
    EXPECT_EQ(range->text, row.text);
    for (const double value : row.alerts)
      EXPECT_TRUE(range->alerts(value)) << row.text << " " << value;
    for (const double value : row.quiet)
      EXPECT_FALSE(range->alerts(value)) << row.text << " " << value;
  }
}

TEST(Range, IsRefusedInAnyOtherSyntax) {
  for (const char* text : {"",    "@",     "~",     ":",   ":10", "10:~",   "20:10", "-1",   "a",
                           "10s", "10;20", "1:2:3", "@@1", "1e3", "inf",    "nan",   "0x10", " 10",
                           "10 ", "+5",    "1,5",   "--1", "1-1", "~10:20", "10|x=1"})
    EXPECT_FALSE(parse_range(text)) << text;
}

}  // namespace
}  // namespace tenantscope
