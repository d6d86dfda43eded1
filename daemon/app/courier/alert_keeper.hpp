// Shows a sink's alerts again and again while they fire, and as resolved for a while after: the
// receiver may forget them, and this process may end, at any time. Nothing without the duty to. On
// the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "app/courier/duty.hpp"
#include "app/courier/sink_outbox.hpp"
#include "app/courier/sink_standing.hpp"
#include "base/signal.hpp"
#include "base/timeline.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

class AlertKeeper {
 public:
  static constexpr Duration show_every = std::chrono::seconds(30);
  static constexpr Duration show_resolved_for = std::chrono::minutes(5);

  // `sink` has a hold. All live as long as the keeper, but for the sink, which may end once the
  // keeper is stopped.
  AlertKeeper(boost::asio::any_io_executor loop, Sink& sink, SinkOutbox& outbox,
              SinkStanding& standing, std::shared_ptr<Timeline> timeline,
              std::shared_ptr<Duty> duty);
  ~AlertKeeper();
  AlertKeeper(const AlertKeeper&) = delete;
  AlertKeeper& operator=(const AlertKeeper&) = delete;

  // Until the loop ends or stop() was called. `self` keeps the keeper, and all that it refers to,
  // alive that long.
  static boost::asio::awaitable<void> run(std::shared_ptr<AlertKeeper> self);
  void stop();

 private:
  boost::asio::awaitable<void> show_alerts(Duty::Term term);
  bool goes_on(Duty::Term term) const { return !stopped_ && duty_->term() == term; }
  static std::vector<std::uint64_t> shorten(std::vector<Alert>& alerts, WallTime latest);

  Sink& sink_;
  const Duration hold_;
  SinkOutbox& outbox_;
  SinkStanding& standing_;
  std::shared_ptr<Timeline> timeline_;
  std::shared_ptr<Duty> duty_;
  Signal news_;  // to be stopped, or the duty has changed
  bool stopped_ = false;
};

}  // namespace tenantscope
