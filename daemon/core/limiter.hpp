// How fast one authority may be asked: a token bucket under the configured ceiling. Throttling halves the rate and obeys
// Retry-After; successes win it back slowly; an authority that can't be reached is asked once a second. Pure: time is an argument.
#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

namespace tenantscope {

class Limiter {
 public:
  // REQUIRES: ceiling > 0, in requests per second.
  Limiter(double ceiling, SteadyTime now);

  // Takes a token if one is there.
  bool acquire(SteadyTime now);

  // The earliest time at which acquire() will succeed if nobody else asks.
  SteadyTime next_permitted(SteadyTime now) const;

  // Any answer but 429 and 503.
  void answered(SteadyTime now);
  // 429 or 503. `retry_after` zero: the answer named none.
  void throttled(SteadyTime now, Duration retry_after);
  // The authority wasn't reached: dns, connect, tls or timeout.
  void unreachable(SteadyTime now);

  void set_ceiling(double ceiling, SteadyTime now);

  double rate() const;
  bool open() const { return unreachable_in_a_row_ >= open_after; }

  static constexpr int open_after = 5;              // failures in a row that open the circuit
  static constexpr double probing_rate = 1;         // requests per second while it is open
  static constexpr Duration longest_wait = std::chrono::hours(24);

 private:
  void refill(SteadyTime now);

  double ceiling_;
  double rate_;
  double tokens_ = 1;
  SteadyTime refilled_;
  SteadyTime closed_until_;
  int unreachable_in_a_row_ = 0;
};

}  // namespace tenantscope
