// How fast one authority may be asked: a token bucket under the configured ceiling. Throttling
// halves the rate, once in ten seconds at most, and obeys Retry-After; an authority that throttles
// or can't be reached is asked once a second until it answers; from then on its rate rises
// steadily. A 503 is its tenant's failure; where many answers are 503, the rate is halved likewise.
// Pure: time is an argument.
#pragma once

#include "base/time.hpp"
#include "domain/schedule/answer_window.hpp"
#include "domain/schedule/request_outcome.hpp"

namespace tenantscope {

class Limiter {
 public:
  // REQUIRES: ceiling > 0, in requests per second.
  Limiter(double ceiling, SteadyTime now);

  // Takes a token if one is there.
  bool acquire(SteadyTime now);

  // The earliest time at which acquire() will succeed if nobody else asks.
  SteadyTime next_permitted(SteadyTime now) const;

  // The end of a request. True: the authority asks to be asked less.
  bool heard(RequestOutcome outcome, Duration retry_after, SteadyTime now);

  void answered(SteadyTime now);
  // `retry_after` zero: the answer named none.
  void throttled(SteadyTime now, Duration retry_after);
  void unreachable(SteadyTime now);
  // Speeds nothing up, and halves the rate where many are answered so. `again`: the tenant failed
  // before; those that fail are asked more often than others, so that their answers count among
  // many but don't halve. True: it is the authority's word, from when there are many until the rate
  // is back at the ceiling, and while nothing else came since it throttled or was out of reach.
  bool unavailable(SteadyTime now, bool again = false);

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
  void halve(SteadyTime now);

  double ceiling_;
  double rate_;
  bool probing_ = false;
  double tokens_ = 1;
  SteadyTime refilled_;
  SteadyTime raised_;
  SteadyTime halved_;
  SteadyTime closed_until_;
  int unreachable_in_a_row_ = 0;
  AnswerWindow answers_;
  bool refuses_ = false;  // 503 is the authority's word, no tenant's
};

}  // namespace tenantscope
