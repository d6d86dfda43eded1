#include "app/courier.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "io/clock.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t batch_size = 100;
constexpr Duration shortest_pause{1000};
constexpr Duration longest_pause = std::chrono::minutes(5);

}  // namespace

Courier::Courier(const boost::asio::any_io_executor& loop, std::string sink_name, std::unique_ptr<Sink> sink, LedgerThread& ledger,
                 Instruments& instruments, const Log& log)
    : sink_name_(std::move(sink_name)),
      sink_(std::move(sink)),
      ledger_(ledger),
      instruments_(instruments),
      log_(log),
      timer_(loop) {}

boost::asio::awaitable<void> Courier::run(std::shared_ptr<Courier> self) {
  Courier& courier = *self;
  while (!courier.stopped_) {
    const bool delivered = co_await courier.deliver_some();
    co_await courier.show_outbox();
    if (delivered || courier.stopped_) continue;
    const auto pause = shortest_pause * (1 << std::clamp(courier.failures_in_a_row_ - 1, 0, 16));
    const SteadyTime until = courier.failures_in_a_row_ == 0 ? SteadyTime::max() : steady_now() + std::min(pause, longest_pause);
    co_await courier.wait(until);
  }
}

// True: there was something, and the sink took it.
boost::asio::awaitable<bool> Courier::deliver_some() {
  using Batch = Result<std::vector<JournalEntry>>;
  woken_ = false;
  std::function<Batch(Ledger&)> read = [name = sink_name_](Ledger& ledger) { return ledger.undelivered(name, 0, batch_size); };
  const Batch batch = co_await ledger_.run(std::move(read));
  if (stopped_) co_return false;
  if (!batch || batch->empty()) {
    failures_in_a_row_ = batch ? 0 : failures_in_a_row_ + 1;
    co_return false;
  }

  const Result<void> delivered = co_await sink_->deliver(*batch);
  if (!stopped_) note(delivered, batch->size());
  if (!delivered) co_return false;

  std::vector<std::uint64_t> taken;
  for (const JournalEntry& entry : *batch) taken.push_back(entry.sequence);
  std::function<Result<void>(Ledger&)> forget = [name = sink_name_, taken](Ledger& ledger) { return ledger.acknowledge(name, taken); };
  const Result<void> forgotten = co_await ledger_.run(std::move(forget));
  if (!forgotten) ++failures_in_a_row_;
  co_return bool(forgotten);
}

void Courier::note(const Result<void>& delivered, std::size_t events) {
  SinkInstruments& counted = instruments_.sink(sink_name_);
  if (delivered) {
    counted.deliveries.Increment(double(events));
    if (std::exchange(failures_in_a_row_, 0) > 0) log_.info("deliveries succeed again", {{"sink", sink_name_}});
  } else {
    counted.failures.at(delivered.error().kind)->Increment();
    if (failures_in_a_row_++ == 0) log_.warn("delivery failed; it is tried again", {{"sink", sink_name_}, {"err", delivered.error().detail}});
  }
}

boost::asio::awaitable<void> Courier::show_outbox() {
  std::function<Result<OutboxStatus>(Ledger&)> ask = [name = sink_name_](Ledger& ledger) { return ledger.outbox(name); };
  const Result<OutboxStatus> status = co_await ledger_.run(std::move(ask));
  if (!status || stopped_) co_return;
  instruments_.sink(sink_name_).outbox_events.Set(double(status->events));
  instruments_.set_outbox_oldest(sink_name_, status->oldest);
}

boost::asio::awaitable<void> Courier::wait(SteadyTime until) {
  if (woken_ && failures_in_a_row_ == 0) co_return;
  timer_.expires_at(until);
  boost::system::error_code cancelled;
  co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
}

void Courier::wake() {
  woken_ = true;
  if (failures_in_a_row_ == 0) timer_.cancel();
}

void Courier::reopen() { sink_->reopen(); }

// The sink ends here, with what it was writing: nothing may come back to a loop that is being taken down.
void Courier::stop() {
  stopped_ = true;
  sink_.reset();
  timer_.cancel();
}

}  // namespace tenantscope
