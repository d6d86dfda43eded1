#include "app/housekeeping.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/clock.hpp"
#include "system/heap.hpp"

namespace tenantscope {
namespace {

constexpr Duration save_every = std::chrono::minutes(5);
constexpr int saves_per_expiry = 12;
constexpr Duration look_every = std::chrono::seconds(5);

// What a storage that answers says: that it doesn't is another matter.
struct Seen {
  Result<void> in_place;
  Guid ledger;
};

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

void Housekeeping::save(const std::function<void()>& done) {
  auto tell = [&instruments = instruments_, log = log_, done](const Result<void>& saved) {
    if (!saved) {
      instruments.storage_up().Set(0);
      log.error("when tenants were heard of isn't saved; it is tried again",
                {{"err", saved.error().detail}});
    }
    if (done)
      done();
  };
  ledger_.save(std::make_shared<const LedgerThread::Heard>(watcher_.last_successes()),
               std::move(tell));
}

asio::awaitable<void> Housekeeping::save_and_trim() {
  auto save_all = [this](Callback<bool> saved) { save([saved] { saved(true); }); };
  co_await await_callback<bool>(std::move(save_all));
  ledger_.post([](Ledger& ledger) {
    ledger.trim();
    trim_heap();  // once the times are gone too
  });
}

asio::awaitable<void> Housekeeping::run(std::optional<WallTime> believed) {
  doubt_.emplace(believed, wall_now(), steady_now());
  asio::steady_timer timer(loop_);
  for (int round = 0;; ++round) {
    if (round % saves_per_expiry == 0)
      co_await expire();
    timer.expires_after(save_every);
    co_await timer.async_wait(asio::use_awaitable);
    (void)clock_is_doubted();  // a step is seen before the next expiry
    co_await save_and_trim();
  }
}

asio::awaitable<void> Housekeeping::watch_storage(Guid known, std::function<void()> changed) {
  asio::steady_timer timer(loop_);
  for (bool was_in_place = true;;) {
    auto look = [](Ledger& ledger) {
      const Result<void> in_place = ledger.in_place();
      return Seen{.in_place = in_place, .ledger = ledger.id()};
    };
    const Result<Seen> seen = co_await ledger_.run(std::move(look));
    if (seen && seen->ledger != known)
      co_return changed();
    if (seen && bool(seen->in_place) != was_in_place) {
      was_in_place = bool(seen->in_place);
      instruments_.storage_up().Set(was_in_place);
      was_in_place ? log_.info("the storage is in its place again: changes are stored")
                   : log_.error("the storage isn't in its place: no change is stored or told",
                                {{"err", seen->in_place.error().detail}});
    }
    timer.expires_after(look_every);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

bool Housekeeping::clock_is_doubted() {
  const WallTime now = wall_now();
  const bool before = doubted_;
  doubted_ = doubt_->look(now, steady_now());
  if (doubted_ && !before)
    log_.warn(
        "nothing is deleted by its age for an hour: the clock is more than a day ahead of what "
        "was stored last, as after a long stop, or where it is wrong",
        {{"time", rfc3339(now)}});
  if (before && !doubted_)
    log_.info("the clock is believed again: retention goes on", {{"time", rfc3339(now)}});
  return doubted_;
}

// REQUIRES: the last successes are saved; at the start they are as they were read. While the clock
// is doubted, only what is beyond the number of events that are kept goes.
asio::awaitable<void> Housekeeping::expire() {
  const WallTime now = wall_now();
  const bool doubted = clock_is_doubted();
  const WallTime before = doubted ? WallTime::min() : now - retention_;
  auto job = [now, doubted, before, most = retention_events_,
              watched = watcher_.watched_keys()](Ledger& ledger) -> Result<Expired> {
    if (const auto here = ledger.in_place(); !here)
      return here.error();
    if (const auto noted = doubted ? Result<void>() : ledger.believe(now); !noted)
      return noted.error();
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
