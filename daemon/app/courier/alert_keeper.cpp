#include "app/courier/alert_keeper.hpp"

#include <utility>

namespace tenantscope {

AlertKeeper::AlertKeeper(boost::asio::any_io_executor loop, Sink& sink, SinkOutbox& outbox,
                         SinkStanding& standing, std::shared_ptr<Timeline> timeline)
    : sink_(sink),
      hold_(sink.hold().value()),
      outbox_(outbox),
      standing_(standing),
      timeline_(std::move(timeline)),
      news_(std::move(loop)) {}

boost::asio::awaitable<void> AlertKeeper::run(std::shared_ptr<AlertKeeper> self) {
  AlertKeeper& keeper = *self;
  while (!keeper.stopped_) {
    co_await keeper.show_alerts();
    if (keeper.stopped_)
      co_return;
    co_await keeper.timeline_->wait(keeper.news_, keeper.timeline_->now() + show_every);
  }
}

// After each wait the sink may have ended.
boost::asio::awaitable<void> AlertKeeper::show_alerts() {
  Result<std::vector<Alert>> alerts = co_await outbox_.alerts();
  if (stopped_ || !alerts || alerts->empty() || standing_.resting())
    co_return;
  const WallTime latest = timeline_->wall() + hold_;
  std::vector<std::uint64_t> shortened = shorten(*alerts, latest);
  if (!shortened.empty())
    co_await outbox_.shorten(std::move(shortened), latest);
  if (stopped_)
    co_return;
  const Delivery shown = co_await sink_.show(*alerts);
  if (stopped_)
    co_return;
  standing_.shown(shown);
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
