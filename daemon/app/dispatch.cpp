#include "app/dispatch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <set>

#include "base/clock.hpp"

namespace tenantscope {

namespace asio = boost::asio;

Dispatch::Dispatch(asio::any_io_executor loop, SinkNeeds needs, LedgerThread& ledger,
                   Instruments& instruments, const Log& log, std::shared_ptr<Duty> duty)
    : loop_(loop),
      needs_(std::move(needs)),
      ledger_(ledger),
      instruments_(instruments),
      log_(log),
      duty_(std::move(duty)),
      all_ended_(loop) {}

void Dispatch::configure(const std::vector<SinkSettings>& sinks) {
  decltype(couriers_) kept;
  std::set<std::string> names;
  for (const SinkSettings& sink : sinks) {
    names.insert(sink.name);
    instruments_.sink(sink.name);
    if (auto known = couriers_.extract(sink.name); known && known.mapped().first == sink) {
      kept.insert(std::move(known));
      continue;
    } else if (known) {
      known.mapped().second->stop();
    }
    auto courier =
        std::make_shared<Courier>(loop_, sink.name, make_sink(sink.target, needs_), ledger_,
                                  instruments_, log_, std::make_shared<Timeline>(), duty_);
    ++running_;
    auto& serving = serving_[sink.name];
    const auto before = serving.lock();
    serving = courier;
    co_spawn(loop_, Courier::run(courier, before), [this](std::exception_ptr bug) {
      if (bug)
        std::rethrow_exception(bug);
      if (--running_ == 0)
        all_ended_.notify_all();
    });
    kept.emplace(sink.name, std::pair(sink, std::move(courier)));
  }
  for (const auto& [name, gone] : couriers_)
    gone.second->stop();
  couriers_ = std::move(kept);
  instruments_.keep_sinks(names);
}

void Dispatch::wake() {
  for (const auto& [name, courier] : couriers_)
    courier.second->wake();
}

void Dispatch::reopen() {
  for (const auto& [name, courier] : couriers_)
    courier.second->reopen();
}

void Dispatch::stop() {
  for (const auto& [name, courier] : couriers_)
    courier.second->stop();
}

asio::awaitable<void> Dispatch::ended(Duration patience) {
  if (running_ > 0)
    co_await all_ended_.wait(steady_now() + patience);
}

void Dispatch::close() {
  for (const auto& [name, courier] : serving_)
    if (const auto last = courier.lock())
      last->close();
}

}  // namespace tenantscope
