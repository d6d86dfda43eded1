// What time it is: the wall's for what people read, steady_clock itself for schedules.
#pragma once

#include "base/time.hpp"

namespace tenantscope {

inline WallTime wall_now() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

inline SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace tenantscope
