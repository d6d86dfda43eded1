#include "app/damage_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "support/captured_log.hpp"

namespace tenantscope {
namespace {

TEST(DamageLog, TellsOfEachRowOnceAndOfManyTheirNumber) {
  testing::internal::CaptureStderr();
  const Log log(LogLevel::info, LogFormat::logfmt);
  Instruments instruments;
  DamageLog damage(instruments, log);
  for (int round = 0; round < 2; ++round)
    for (int row = 0; row < 50; ++row)
      damage.found(fmt::format("event {}", row));
  EXPECT_EQ(instruments.storage_damaged_rows().Value(), 50);
  const std::string said = captured_log(log);
  EXPECT_EQ(std::ranges::count(said, '\n'), 21) << said;
  EXPECT_NE(said.find(R"(row="event 19")"), std::string::npos) << said;
  EXPECT_EQ(said.find(R"(row="event 20")"), std::string::npos) << said;
  EXPECT_NE(said.find("tenantscope_storage_damaged_rows_total"), std::string::npos) << said;
}

}  // namespace
}  // namespace tenantscope
