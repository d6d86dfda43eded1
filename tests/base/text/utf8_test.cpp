#include "base/text/utf8.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tenantscope {
namespace {

TEST(Utf8, KnowsTheFirstCharactersLength) {
  const std::vector<std::pair<std::string, std::size_t>> cases{
      {"", 0},
      {"a", 1},
      {std::string(1, '\0'), 1},
      {"\x7f", 1},
      {"\x80", 0},      // a continuation alone
      {"\xc0\x80", 0},  // overlong
      {"\xc1\xbf", 0},  // overlong
      {"\xc2\x80", 2},  // U+0080
      {"\xdf\xbf", 2},  // U+07FF
      {"\xc3", 0},      // cut
      {"\xc3z", 0},
      {"\xc3\xc3", 0},
      {"\xe0\x9f\xbf", 0},  // overlong
      {"\xe0\xa0\x80", 3},  // U+0800
      {"\xed\x9f\xbf", 3},  // U+D7FF
      {"\xed\xa0\x80", 0},  // a surrogate
      {"\xee\x80\x80", 3},  // U+E000
      {"\xef\xbf\xbf", 3},  // U+FFFF
      {"\xe2\x82", 0},      // cut
      {"\xe2\x82z", 0},
      {"\xf0\x8f\xbf\xbf", 0},  // overlong
      {"\xf0\x90\x80\x80", 4},  // U+10000
      {"\xf4\x8f\xbf\xbf", 4},  // U+10FFFF
      {"\xf4\x90\x80\x80", 0},  // beyond
      {"\xf5\x80\x80\x80", 0},
      {"\xf0\x9f\x98", 0},  // cut
      {"\xf0\x9f\x98z", 0},
      {"\xff", 0},
  };
  for (const auto& [text, length] : cases)
    EXPECT_EQ(utf8_length(text), length) << testing::PrintToString(text);
}

TEST(Utf8, JudgesWholeTexts) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("agency.example münchen €😀"));
  EXPECT_FALSE(is_utf8("m\xfcnchen"));
  EXPECT_FALSE(is_utf8("€\xe2\x82"));
}

}  // namespace
}  // namespace tenantscope
