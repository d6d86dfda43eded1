#include "base/text/ascii.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

TEST(Ascii, ChangesItsOwnLettersAlone) {
  EXPECT_EQ(lower("Az[@]09 B\u00fc\u00dc"), "az[@]09 b\u00fc\u00dc");
  EXPECT_TRUE(equal_ignoring_case("Retry-After", "retry-after"));
  EXPECT_FALSE(equal_ignoring_case("retry", "retry-after"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
}

TEST(Ascii, TrimsBlanksAtTheEndsAlone) {
  EXPECT_EQ(trimmed(" \t\r\n\v\f a b\n"), "a b");
  EXPECT_EQ(trimmed("\va\v", " \t"), "\va\v");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed(""), "");
}

}  // namespace
}  // namespace tenantscope
