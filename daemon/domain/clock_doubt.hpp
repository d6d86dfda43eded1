// Whether the wall clock is doubted when something is to be deleted by its age. A machine may start
// ten years ahead, and a clock that is set right may have been right before: what is deleted then
// doesn't come back. Pure.
#pragma once

#include <optional>

#include "base/time.hpp"

namespace tenantscope {

class ClockDoubt {
 public:
  static constexpr Duration most_ahead = std::chrono::hours(24);
  static constexpr Duration patience = std::chrono::hours(1);

  // `believed`: the wall's newest time that was right, before this process; nothing: none is known.
  ClockDoubt(std::optional<WallTime> believed, WallTime wall, SteadyTime steady)
      : wall_(believed.value_or(wall)), steady_(steady) {}

  // Looks at both clocks, often. True: the wall's has come to be more than most_ahead ahead of what
  // was believed before, or of itself as the steady one counts on, and `patience` isn't over since.
  bool look(WallTime wall, SteadyTime steady) {
    const auto passed = std::chrono::duration_cast<Duration>(steady - steady_);
    if (wall - wall_ > most_ahead + passed)
      doubted_until_ = steady + patience;
    wall_ = wall;
    steady_ = steady;
    return doubted_until_ && steady < *doubted_until_;
  }

 private:
  WallTime wall_;  // as both were when they were looked at last
  SteadyTime steady_;
  std::optional<SteadyTime> doubted_until_;
};

}  // namespace tenantscope
