#include "domain/schedule/limiter.hpp"

#include <algorithm>

namespace tenantscope {
namespace {

using Seconds = std::chrono::duration<double>;
constexpr double slowest = 0.1;        // requests per second
constexpr Seconds longest_credit{10};  // an answer raises the rate by what these bring at most

}  // namespace

Limiter::Limiter(double ceiling, SteadyTime now)
    : ceiling_(ceiling),
      rate_(ceiling),
      refilled_(now),
      raised_(now),
      halved_(now - AnswerWindow::length),
      closed_until_(now) {}

double Limiter::rate() const { return probing_ ? std::min(rate_, probing_rate) : rate_; }

void Limiter::refill(SteadyTime now) {
  if (now <= refilled_)
    return;
  tokens_ = std::min(tokens_ + rate() * Seconds(now - refilled_).count(),
                     std::max(1.0, rate() * Seconds(bucket).count()));
  refilled_ = now;
}

// Asks next_permitted(), so that both round alike.
bool Limiter::acquire(SteadyTime now) {
  if (next_permitted(now) > now)
    return false;
  refill(now);
  tokens_ = std::max(0.0, tokens_ - 1);
  return true;
}

SteadyTime Limiter::next_permitted(SteadyTime now) const {
  const double missing = std::max(0.0, 1 - tokens_);
  const auto token = refilled_ + std::chrono::ceil<SteadyTime::duration>(Seconds(missing / rate()));
  return std::max({now, token, closed_until_});
}

bool Limiter::heard(RequestOutcome outcome, Duration retry_after, SteadyTime now) {
  switch (outcome) {
    case RequestOutcome::answered:
      answered(now);
      return false;
    case RequestOutcome::unavailable:
    case RequestOutcome::unavailable_again:
      return unavailable(now, outcome == RequestOutcome::unavailable_again);
    case RequestOutcome::throttled:
      throttled(now, retry_after);
      return true;
    case RequestOutcome::unreachable:
      unreachable(now);
      return false;
  }
  return false;
}

void Limiter::answered(SteadyTime now) {
  refill(now);
  unreachable_in_a_row_ = 0;
  if (closed(now))
    return;  // it was asked before it closed
  answers_.count(now, false);
  const Seconds credit =
      probing_ ? Seconds(0) : std::clamp(Seconds(now - raised_), Seconds(0), longest_credit);
  probing_ = false;
  raised_ = std::max(raised_, now);
  rate_ = std::min(ceiling_, rate_ + ceiling_ * (credit / Seconds(recovery)));
  refuses_ = refuses_ && slowed();
}

// Once a window: what it lowers the rate to is to be heard first.
void Limiter::halve(SteadyTime now) {
  if (now < halved_ + AnswerWindow::length)
    return;
  halved_ = now;
  rate_ = std::max(std::min(slowest, ceiling_), rate_ / 2);
  tokens_ = std::min(tokens_, 1.0);
}

bool Limiter::unavailable(SteadyTime now, bool again) {
  refill(now);
  unreachable_in_a_row_ = 0;
  refuses_ = refuses_ || probing_;
  if (closed(now))
    return refuses_;  // it was asked before it closed
  answers_.count(now, true);
  if (!again && answers_.refuses_many(now)) {
    refuses_ = true;
    halve(now);
  }
  return refuses_;
}

void Limiter::throttled(SteadyTime now, Duration retry_after) {
  refill(now);
  unreachable_in_a_row_ = 0;
  // Answers to requests that were under way when the first 429 came say nothing new.
  if (!closed(now))
    halve(now);
  closed_until_ =
      std::max(closed_until_, now + std::max(std::min(retry_after, longest_wait), Duration(1000)));
  probing_ = true;
  tokens_ = 1;
  refilled_ = closed_until_;
}

void Limiter::unreachable(SteadyTime now) {
  refill(now);
  if (++unreachable_in_a_row_ < open_after)
    return;
  probing_ = true;
  rate_ = std::min(rate_, probing_rate);  // what piles up meanwhile isn't sent at once afterwards
  tokens_ = std::min(tokens_, 1.0);
}

void Limiter::set_ceiling(double ceiling, SteadyTime now) {
  refill(now);
  rate_ = std::min(ceiling, rate_ * ceiling / ceiling_);
  ceiling_ = ceiling;
  tokens_ = std::min(tokens_, 1.0);
}

}  // namespace tenantscope
