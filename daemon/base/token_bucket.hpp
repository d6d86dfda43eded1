// A token bucket: `burst` tokens at most, one more each `interval`. Pure: time is an argument.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.hpp"

namespace tenantscope {

class TokenBucket {
 public:
  // Full at first. REQUIRES: interval > 0, burst > 0; their product is under 200 years.
  TokenBucket(std::chrono::nanoseconds interval, int burst)
      : interval_(interval), room_(interval * (burst - 1)) {}

  // Takes a token if one is there.
  bool take(SteadyTime now) {
    if (until_next(now) > std::chrono::nanoseconds::zero())
      return false;
    full_at_ = std::max(full_at_, now) + interval_;
    return true;
  }

  // REQUIRES: it was taken.
  void give_back() { full_at_ -= interval_; }

  // How long until take() succeeds, if nobody else takes.
  std::chrono::nanoseconds until_next(SteadyTime now) const {
    return std::max(full_at_ - now - room_, std::chrono::nanoseconds::zero());
  }

  bool full(SteadyTime now) const { return full_at_ <= now; }

 private:
  std::chrono::nanoseconds interval_;
  std::chrono::nanoseconds room_;
  SteadyTime full_at_{};
};

}  // namespace tenantscope
