#include "app/courier/sink_standing.hpp"

#include <algorithm>
#include <utility>

namespace tenantscope {

SinkStanding::SinkStanding(std::string sink_name, std::size_t most_together,
                           Instruments& instruments, const Log& log,
                           std::shared_ptr<const Timeline> timeline)
    : sink_name_(std::move(sink_name)),
      most_together_(most_together),
      instruments_(instruments),
      log_(log),
      timeline_(std::move(timeline)),
      batch_limit_(most_together) {}

void SinkStanding::begin_round(bool last_came_through) {
  const SteadyTime now = timeline_->now();
  if (last_came_through)
    std::erase_if(held_, [&](const auto& held) { return held.second <= now; });
  refused_in_a_row_ = 0;
}

void SinkStanding::taken(const Events& events) {
  instruments_.sink(sink_name_).deliveries.Increment(double(events.size()));
  refused_in_a_row_ = 0;
  batch_limit_ = std::min(most_together_, 2 * batch_limit_);
  if (std::exchange(failing_, std::nullopt))
    log_.info("deliveries succeed again", {{"sink", sink_name_}});
}

SinkStanding::Verdict SinkStanding::refused(const Events& events, const Refusal& refusal) {
  instruments_.sink(sink_name_).failures.at(refusal.error.kind)->Increment();
  const bool news = std::exchange(failing_, refusal.advice) != refusal.advice;
  const std::string& why = refusal.error.detail;
  switch (refusal.advice) {
    case Refusal::Advice::soon:
      if (news)
        log_.warn("delivery failed; it is tried again", {{"sink", sink_name_}, {"err", why}});
      // Those that fail side by side are one failure; each may say when it wants to be asked again.
      rest(resting()
               ? Backoff::obeyed(refusal.retry_after)
               : backoff_.failed(std::uniform_real_distribution()(random_), refusal.retry_after));
      break;
    case Refusal::Advice::later:
      if (news)
        log_.error("delivery refused; it is tried again slowly, or at a reload",
                   {{"sink", sink_name_}, {"sequence", events.front().sequence}, {"err", why}});
      return hold_back(events, refusal);
    case Refusal::Advice::never:
      if (!std::exchange(paused_, true))
        log_.error("the sink wants no more deliveries: paused until a reload or restart",
                   {{"sink", sink_name_}, {"err", why}});
      break;
  }
  return Verdict::begin_anew;
}

// A batch is brought again in halves, until it is known which event isn't wanted; its tenant waits,
// and the others go on.
SinkStanding::Verdict SinkStanding::hold_back(const Events& events, const Refusal& refusal) {
  const bool batches = most_together_ > 1;
  if (batches && events.size() > 1) {
    batch_limit_ = events.size() / 2;
    return Verdict::begin_anew;
  }
  held_[events.front().tenant] = timeline_->now() + slow_pause(refusal.retry_after);
  const bool everybody = ++refused_in_a_row_ >= most_refused;
  if (everybody)
    rest(slow_pause(refusal.retry_after));
  // What comes next in a lane of batches may be of the same tenant.
  return everybody || batches ? Verdict::begin_anew : Verdict::go_on;
}

SinkStanding::Verdict SinkStanding::settled(const Result<void>& settled) {
  const bool first = !std::exchange(unsettled_, !settled);
  if (settled) {
    backoff_.succeeded();
    return Verdict::go_on;
  }
  if (first)
    log_.error("a delivery can't be written down; it will be repeated",
               {{"sink", sink_name_}, {"err", settled.error().detail}});
  return outbox_unread();
}

SinkStanding::Verdict SinkStanding::outbox_unread() {
  if (!resting())
    rest(backoff_.failed(0, {}));
  return Verdict::begin_anew;
}

void SinkStanding::shown(const Delivery& shown) {
  if (!shown)
    instruments_.sink(sink_name_).failures.at(shown.error().error.kind)->Increment();
  if (std::exchange(show_failing_, !shown) == !shown)
    return;
  if (shown)
    log_.info("alerts are shown again", {{"sink", sink_name_}});
  else
    log_.warn("alerts can't be shown; they are tried again",
              {{"sink", sink_name_}, {"err", shown.error().error.detail}});
}

void SinkStanding::reopen() {
  paused_ = false;
  rests_until_ = {};
  held_.clear();
}

SteadyTime SinkStanding::first_hold_ends() const {
  const auto first =
      std::ranges::min_element(held_, {}, [](const auto& held) { return held.second; });
  return first == held_.end() ? SteadyTime::max() : first->second;
}

void SinkStanding::rest(Duration pause) {
  rests_until_ = std::max(rests_until_, timeline_->now() + pause);
}

}  // namespace tenantscope
