// How long to wait before a failed delivery is tried again: doubling from 1 s to 5 min, with
// jitter, and at least as long as the receiver asked for. Pure: chance is an argument.
#pragma once

#include <optional>

#include "base/time.hpp"

namespace tenantscope {

class Backoff {
 public:
  static constexpr Duration shortest = std::chrono::seconds(1);
  static constexpr Duration longest = std::chrono::minutes(5);
  static constexpr Duration longest_retry_after = std::chrono::hours(24);

  void succeeded() { failures_ = 0; }
  // What a receiver asked for, a day at most; zero where it didn't.
  static Duration obeyed(std::optional<Duration> retry_after);
  // The pause after one more failure. `chance` is from 0 to 1.
  Duration failed(double chance, std::optional<Duration> retry_after);

 private:
  int failures_ = 0;
};

// The pause where somebody has to set something right first.
Duration slow_pause(std::optional<Duration> retry_after);

}  // namespace tenantscope
