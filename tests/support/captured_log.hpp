// What a log wrote since testing::internal::CaptureStderr().
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/log.hpp"

namespace tenantscope {

inline std::string captured_log(const Log& log) {
  EXPECT_TRUE(log.flush(std::chrono::seconds(30)));
  return testing::internal::GetCapturedStderr();
}

}  // namespace tenantscope
