#include "app/courier/sink_outbox.hpp"

#include <cstddef>
#include <utility>

#include "app/courier/family.hpp"

namespace tenantscope {
namespace {

std::vector<std::uint64_t> sequences_of(const std::vector<JournalEntry>& events) {
  std::vector<std::uint64_t> sequences;
  sequences.reserve(events.size());
  for (const JournalEntry& event : events)
    sequences.push_back(event.sequence);
  return sequences;
}

template <class T>
std::optional<Error> error_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error());
}

}  // namespace

SinkOutbox::SinkOutbox(std::string sink_name, bool families, std::optional<Duration> hold,
                       LedgerThread& ledger, Instruments& instruments, const Log& log,
                       std::shared_ptr<const Timeline> timeline)
    : sink_name_(std::move(sink_name)),
      families_(families),
      hold_(hold),
      ledger_(ledger),
      instruments_(instruments),
      log_(log),
      timeline_(std::move(timeline)) {}

// Those of one family aren't torn apart, unless they are very many.
boost::asio::awaitable<Result<SinkOutbox::Page>> SinkOutbox::read(std::uint64_t after) {
  for (std::size_t limit = window;; limit *= 2) {
    auto job = [name = sink_name_, after, limit](Ledger& ledger) {
      return ledger.undelivered(name, after, limit);
    };
    Result<Events> events = co_await ledger_.run(std::move(job));
    note_asked("read the outbox", error_of(events));
    if (!events)
      co_return events.error();
    const std::size_t read_now = events->size();
    const bool torn = families_ && read_now == limit;
    const std::size_t whole = torn ? whole_families(*events) : read_now;
    if (whole == 0 && torn && limit < most_of_family)
      continue;
    if (whole > 0)
      events->erase(events->begin() + std::ptrdiff_t(whole), events->end());
    Page page{.events = std::move(*events), .last = read_now < limit};
    co_return std::move(page);
  }
}

boost::asio::awaitable<Result<void>> SinkOutbox::settle(const Events& events) {
  std::optional<WallTime> until;
  if (hold_)
    until = timeline_->wall() + *hold_;
  auto job = [name = sink_name_, sequences = sequences_of(events), until](Ledger& ledger) {
    return until ? ledger.raise(name, sequences, *until) : ledger.acknowledge(name, sequences);
  };
  return ledger_.run(std::move(job));
}

boost::asio::awaitable<Result<std::vector<Alert>>> SinkOutbox::alerts() {
  auto job = [name = sink_name_](Ledger& ledger) { return ledger.alerts(name); };
  Result<std::vector<Alert>> alerts = co_await ledger_.run(std::move(job));
  note_asked("read the alerts", error_of(alerts));
  co_return std::move(alerts);
}

boost::asio::awaitable<void> SinkOutbox::shorten(std::vector<std::uint64_t> sequences,
                                                 WallTime until) {
  auto job = [name = sink_name_, sequences = std::move(sequences), until](Ledger& ledger) {
    return ledger.raise(name, sequences, until);
  };
  const Result<void> raised = co_await ledger_.run(std::move(job));
  note_asked("shorten alerts", error_of(raised));
}

boost::asio::awaitable<void> SinkOutbox::drop_alerts(WallTime ended_before) {
  auto job = [name = sink_name_, ended_before](Ledger& ledger) {
    return ledger.drop_alerts(name, ended_before);
  };
  const Result<void> dropped = co_await ledger_.run(std::move(job));
  note_asked("drop alerts that are over", error_of(dropped));
}

boost::asio::awaitable<Result<OutboxStatus>> SinkOutbox::count() {
  count_is_old_ = false;
  auto job = [name = sink_name_](Ledger& ledger) { return ledger.outbox(name); };
  const Result<OutboxStatus> status = co_await ledger_.run(std::move(job));
  note_asked("count the outbox", error_of(status));
  co_return status;
}

void SinkOutbox::show(const OutboxStatus& status) {
  instruments_.sink(sink_name_).outbox_events.Set(double(status.events));
  instruments_.set_outbox_oldest(sink_name_, status.oldest);
}

// `what` the ledger was asked to do. That it fails is logged once, and that it doesn't any more.
void SinkOutbox::note_asked(std::string_view what, const std::optional<Error>& error) {
  const bool news = error ? unanswered_.insert(what).second : unanswered_.erase(what) > 0;
  if (!news)
    return;
  instruments_.storage_up().Set(unanswered_.empty());
  if (error)
    log_.error("the storage fails; it is tried again",
               {{"sink", sink_name_}, {"to", what}, {"err", error->detail}});
  else
    log_.info("the storage doesn't fail any more", {{"sink", sink_name_}, {"to", what}});
}

}  // namespace tenantscope
