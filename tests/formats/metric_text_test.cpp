#include "formats/metric_text.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "formats/tenant_labels.hpp"

namespace tenantscope {
namespace {

TEST(MetricText, GrowsAndBeginsAnew) {
  MetricText text;
  EXPECT_EQ(text.text(), "");
  text.raw({}).raw("");
  EXPECT_EQ(text.text(), "");
  std::string expected;
  for (int i = 0; i < 10'000; ++i) {
    text.raw("line ").number(std::uint64_t(i)).raw("\n");
    expected += "line " + std::to_string(i) + "\n";
  }
  EXPECT_TRUE(text.text() == expected);
  text.clear();
  EXPECT_EQ(text.raw("a").text(), "a");
}

TEST(MetricText, EscapesForLabelsAndForHelp) {
  MetricText text;
  text.escaped("a\\b\"c\nd").raw("|").escaped("a\\b\"c\nd", false);
  EXPECT_EQ(text.text(), R"(a\\b\"c\nd|a\\b"c\nd)");
}

TEST(MetricText, WritesWholeNumbersOfAnySize) {
  MetricText text;
  text.number(std::numeric_limits<std::uint64_t>::max())
      .raw(" ")
      .number(true)
      .raw(" ")
      .number(false)
      .raw(" ")
      .number(-999999999999999.0);
  EXPECT_EQ(text.text(), "18446744073709551615 1 0 -999999999999999");
}

TEST(TenantLabels, AreByNumber) {
  TenantLabels labels;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(labels.size(), std::size_t(i));
    labels.add({.asked = "global", .name = "tenant" + std::to_string(i)});
  }
  for (const int i : {0, 1, 500, 999})
    EXPECT_EQ(labels.of(std::size_t(i)),
              "tenant=\"tenant" + std::to_string(i) + "\",asked=\"global\"");
}

}  // namespace
}  // namespace tenantscope
