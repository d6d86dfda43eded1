// What time it is: the wall's for what people read, steady_clock itself for schedules, and that of
// the machine since it booted for leases, which end while it sleeps, too.
#pragma once

#include <ctime>

#include "base/time.hpp"

namespace tenantscope {

inline WallTime wall_now() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

inline SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

// Since the machine booted, its sleep included.
inline std::chrono::nanoseconds boot_now() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace tenantscope
