#include "system/stop_deadline.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <iostream>
#include <optional>

namespace tenantscope {
namespace {

TEST(StopDeadlineDeathTest, EndsAProcessThatDoesNotEnd) {
  EXPECT_EXIT(
      {
        StopDeadline deadline;
        deadline.begin(Duration(10), [] { std::cerr << "last words\n"; });
        for (;;)
          ::pause();
      },
      testing::ExitedWithCode(0), "last words");
}

TEST(StopDeadline, LetsAProcessEndThatDoes) {
  std::optional<StopDeadline> deadline(std::in_place);
  deadline->begin(std::chrono::hours(1), [] { ADD_FAILURE() << "it was in time"; });
  deadline.reset();
}

}  // namespace
}  // namespace tenantscope
