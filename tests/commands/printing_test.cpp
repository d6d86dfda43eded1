#include "commands/printing.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

TEST(Printing, LetsNothingOutThatATerminalObeys) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  for (const std::string& text : every_character()) {
    print(text);
    complain(text);
  }
  const std::string printed = testing::internal::GetCapturedStdout();
  EXPECT_EQ(raw_in(printed), "");
  EXPECT_GT(printed.size(), 4'000'000u);
  EXPECT_TRUE(testing::internal::GetCapturedStderr() == printed);
}

TEST(Printing, LeavesLinesAsTheyAre) {
  testing::internal::CaptureStdout();
  print("one\ntwo\x1b[2J\n");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "one\ntwo\\u001b[2J\n");
}

}  // namespace
}  // namespace tenantscope
