#include "app/courier/alert_keeper.hpp"

#include <utility>

namespace tenantscope {

AlertKeeper::AlertKeeper(boost::asio::any_io_executor loop, Sink& sink, SinkOutbox& outbox,
                         SinkStanding& standing, std::shared_ptr<Timeline> timeline,
                         std::shared_ptr<Duty> duty)
    : sink_(sink),
      hold_(sink.hold().value()),
      outbox_(outbox),
      standing_(standing),
      timeline_(std::move(timeline)),
      duty_(std::move(duty)),
      news_(std::move(loop)) {
  duty_->tell(news_);
}

AlertKeeper::~AlertKeeper() { duty_->forget(news_); }

boost::asio::awaitable<void> AlertKeeper::run(std::shared_ptr<AlertKeeper> self) {
  AlertKeeper& keeper = *self;
  while (!keeper.stopped_) {
    const Duty::Term term = keeper.duty_->term();
    SteadyTime until = SteadyTime::max();  // the duty's change ends the wait
    if (term != Duty::none) {
      co_await keeper.show_alerts(term);
      if (keeper.stopped_)
        co_return;
      if (keeper.duty_->term() != term)
        continue;
      until = keeper.timeline_->now() + show_every;
    }
    co_await keeper.timeline_->wait(keeper.news_, until);
  }
}

// After each wait the sink or the term may have ended.
boost::asio::awaitable<void> AlertKeeper::show_alerts(Duty::Term term) {
  Result<std::vector<Alert>> alerts = co_await outbox_.alerts();
  if (!goes_on(term) || !alerts || alerts->empty() || standing_.resting())
    co_return;
  const WallTime latest = timeline_->wall() + hold_;
  std::vector<std::uint64_t> shortened = shorten(*alerts, latest);
  if (!shortened.empty())
    co_await outbox_.shorten(std::move(shortened), latest);
  if (!goes_on(term))
    co_return;
  const Delivery shown = co_await sink_.show(*alerts);
  if (stopped_)
    co_return;
  standing_.shown(shown);
  if (!goes_on(term))
    co_return;
  co_await outbox_.drop_alerts(timeline_->wall() - show_resolved_for);
}

// An end that is further away than the hold was set by a clock that was ahead.
std::vector<std::uint64_t> AlertKeeper::shorten(std::vector<Alert>& alerts, WallTime latest) {
  std::vector<std::uint64_t> shortened;
  for (Alert& alert : alerts) {
    if (alert.until <= latest)
      continue;
    alert.until = latest;
    shortened.push_back(alert.event.sequence);
  }
  return shortened;
}

void AlertKeeper::stop() {
  stopped_ = true;
  news_.notify_all();
}

}  // namespace tenantscope
