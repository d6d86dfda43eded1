// How fast one authority may be asked: a token bucket under the configured ceiling. Throttling
// halves the rate and obeys Retry-After; an authority that throttles or can't be reached is asked
// once a second until it answers; from then on its rate rises steadily. Pure: time is an argument.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

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
  bool slowed() const { return probing_ || rate_ < ceiling_; }
  bool open() const { return unreachable_in_a_row_ >= open_after; }
  bool closed(SteadyTime now) const { return now < closed_until_; }

  static constexpr int open_after = 5;       // failures in a row that open the circuit
  static constexpr double probing_rate = 1;  // requests per second until there is an answer again
  static constexpr Duration longest_wait = std::chrono::hours(24);
  static constexpr Duration bucket{
      100};  // the bucket holds what these bring, and at least one token
  static constexpr Duration recovery =
      std::chrono::minutes(5);  // from nothing to the ceiling, while answers come

 private:
  void refill(SteadyTime now);

  double ceiling_;
  double rate_;
  bool probing_ = false;
  double tokens_ = 1;
  SteadyTime refilled_;
  SteadyTime raised_;
  SteadyTime closed_until_;
  int unreachable_in_a_row_ = 0;
};

}  // namespace tenantscope
