#include "core/limiter.hpp"

#include <algorithm>

namespace tenantscope {
namespace {

using Seconds = std::chrono::duration<double>;
constexpr double slowest = 0.1;               // requests per second
constexpr double recovery_per_answer = 0.02; // of the ceiling

}  // namespace

Limiter::Limiter(double ceiling, SteadyTime now) : ceiling_(ceiling), rate_(ceiling), refilled_(now), closed_until_(now) {}

double Limiter::rate() const { return open() ? std::min(rate_, probing_rate) : rate_; }

// At most one token, or what 50 ms bring where that is more: no burst above the rate.
void Limiter::refill(SteadyTime now) {
  if (now <= refilled_) return;
  tokens_ = std::min(tokens_ + rate() * Seconds(now - refilled_).count(), std::max(1.0, rate() * 0.05));
  refilled_ = now;
}

// Asks next_permitted(), so that both round alike.
bool Limiter::acquire(SteadyTime now) {
  if (next_permitted(now) > now) return false;
  refill(now);
  tokens_ = std::max(0.0, tokens_ - 1);
  return true;
}

SteadyTime Limiter::next_permitted(SteadyTime now) const {
  const double missing = std::max(0.0, 1 - tokens_);
  const auto token = refilled_ + std::chrono::ceil<SteadyTime::duration>(Seconds(missing / rate()));
  return std::max({now, token, closed_until_});
}

void Limiter::answered(SteadyTime now) {
  refill(now);
  unreachable_in_a_row_ = 0;
  rate_ = std::min(ceiling_, rate_ + ceiling_ * recovery_per_answer);
}

void Limiter::throttled(SteadyTime now, Duration retry_after) {
  refill(now);
  unreachable_in_a_row_ = 0;
  // Answers to requests that were under way when the first 429 came say nothing new.
  if (now >= closed_until_) rate_ = std::max(std::min(slowest, ceiling_), rate_ / 2);
  tokens_ = 0;
  closed_until_ = std::max(closed_until_, now + std::max(std::min(retry_after, longest_wait), Duration(1000)));
  refilled_ = closed_until_;
}

void Limiter::unreachable(SteadyTime now) {
  refill(now);
  ++unreachable_in_a_row_;
  if (open()) tokens_ = std::min(tokens_, 1.0);
}

void Limiter::set_ceiling(double ceiling, SteadyTime now) {
  refill(now);
  rate_ = std::min(ceiling, rate_ * ceiling / ceiling_);
  ceiling_ = ceiling;
  tokens_ = std::min(tokens_, 1.0);
}

}  // namespace tenantscope
