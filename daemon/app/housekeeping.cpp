#include "app/housekeeping.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/clock.hpp"
#include "system/heap.hpp"

namespace tenantscope {
namespace {

constexpr Duration save_every = std::chrono::minutes(5);
constexpr int saves_per_expiry = 12;

}  // namespace

namespace asio = boost::asio;

Housekeeping::Housekeeping(asio::any_io_executor loop, LedgerThread& ledger, Watcher& watcher,
                           const Dispatch& dispatch, Instruments& instruments, const Log& log)
    : loop_(loop),
      ledger_(ledger),
      watcher_(watcher),
      dispatch_(dispatch),
      instruments_(instruments),
      log_(log) {}

void Housekeeping::configure(const EventSettings& events) {
  retention_ = events.retention;
  retention_events_ = events.retention_events;
}

void Housekeeping::save() {
  ledger_.post(
      [times = watcher_.last_successes(), &instruments = instruments_, log = log_](Ledger& ledger) {
        const Result<void> saved = ledger.save_last_success(times);
        if (saved)
          return;
        instruments.storage_up().Set(0);
        log.error("when tenants were heard of isn't saved; it is tried again",
                  {{"err", saved.error().detail}});
      });
  ledger_.post([](Ledger&) { trim_heap(); });  // once the times are gone too
}

asio::awaitable<void> Housekeeping::run() {
  asio::steady_timer timer(loop_);
  for (int round = 0;; ++round) {
    if (round % saves_per_expiry == 0)
      co_await expire();
    timer.expires_after(save_every);
    co_await timer.async_wait(asio::use_awaitable);
    save();
  }
}

asio::awaitable<void> Housekeeping::expire() {
  const WallTime before = wall_now() - retention_;
  const std::uint64_t most = retention_events_;
  auto job = [before, most, times = watcher_.last_successes(),
              watched = watcher_.watched_keys()](Ledger& ledger) -> Result<Expired> {
    if (const auto saved = ledger.save_last_success(times); !saved)
      return saved.error();
    return ledger.expire(before, most, watched);
  };
  const Result<Expired> expired = co_await ledger_.run(std::move(job));
  if (!expired) {
    instruments_.storage_up().Set(0);
    log_.error("retention not applied; it is tried again", {{"err", expired.error().detail}});
    co_return;
  }
  watcher_.forget(expired->tenants);
  for (const auto& [sink, count] : expired->undelivered) {
    if (dispatch_.has(sink))
      instruments_.sink(sink).dropped.Increment(double(count));
    log_.warn("events dropped undelivered by retention", {{"sink", sink}, {"events", count}});
  }
}

}  // namespace tenantscope
