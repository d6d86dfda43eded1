#include "app/courier.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstddef>

#include "app/family.hpp"

namespace tenantscope {
namespace {

constexpr Duration show_every = std::chrono::seconds(30);
constexpr Duration show_resolved_for = std::chrono::minutes(5);

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

Courier::Courier(boost::asio::any_io_executor loop, std::string sink_name,
                 std::unique_ptr<Sink> sink, LedgerThread& ledger, Instruments& instruments,
                 const Log& log, std::shared_ptr<Timeline> timeline)
    : loop_(std::move(loop)),
      sink_name_(std::move(sink_name)),
      sink_(std::move(sink)),
      batches_(sink_->takes_batches()),
      families_(sink_->takes_families() && !batches_),
      hold_(sink_->hold()),
      ledger_(ledger),
      instruments_(instruments),
      log_(log),
      timeline_(std::move(timeline)),
      more_(loop_),
      room_(loop_),
      stops_showing_(loop_),
      has_ended_(loop_) {}

boost::asio::awaitable<void> Courier::run(std::shared_ptr<Courier> self,
                                          std::shared_ptr<Courier> before) {
  Courier& courier = *self;
  if (before && !before->ended_)
    co_await before->has_ended_.wait();
  before.reset();
  if (courier.hold_)
    co_spawn(courier.loop_, keep_showing(self), boost::asio::detached);
  while (!courier.stopped_) {
    courier.woken_ = false;
    co_await courier.go_through_outbox();
    co_await courier.show_outbox();
    co_await courier.wait_for_more();
  }
  while (!courier.under_way_.empty())
    co_await courier.room_.wait();
  courier.ended_ = true;
  courier.has_ended_.notify_all();
}

// One round: from the outbox's oldest event until all were looked at, or until the sink has to be
// left alone. Deliveries go on after it.
boost::asio::awaitable<void> Courier::go_through_outbox() {
  // Until a round came through to the end, who was refused stays held: else the same ones would
  // keep all others out.
  const SteadyTime now = timeline_->now();
  if (!std::exchange(cut_short_, false))
    std::erase_if(held_, [&](const auto& held) { return held.second <= now; });
  refused_in_a_row_ = 0;
  passed_over_.clear();
  std::set<TenantKey> busy;  // since before their events were read: those may be old news
  std::uint64_t after = 0;
  for (;;) {
    busy.insert(under_way_.begin(), under_way_.end());
    Result<Page> page = co_await read_outbox(after);
    if (stopped_ || cut_short_)
      co_return;
    if (!page) {
      rest(backoff_.failed(0, {}));
      begin_anew();
      co_return;
    }
    if (page->events.empty())
      co_return;
    after = page->events.back().sequence;
    const bool last = !queue(std::move(page->events), busy) || page->last;
    begin_lanes();
    while (!stopped_ && !cut_short_ &&
           (!lanes_.empty() || (!last && under_way_.size() == most_lanes())))
      co_await room_.wait();
    lanes_.clear();
    if (stopped_ || cut_short_ || last)
      co_return;
    co_await show_outbox();
  }
}

// Those of one family aren't torn apart, unless they are very many.
boost::asio::awaitable<Result<Courier::Page>> Courier::read_outbox(std::uint64_t after) {
  for (std::size_t limit = window;; limit *= 2) {
    auto read = [name = sink_name_, after, limit](Ledger& ledger) {
      return ledger.undelivered(name, after, limit);
    };
    Result<Events> events = co_await ledger_.run(std::move(read));
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

// Where an event goes in its lane: with those that it is told with, or after all others.
Courier::Events& Courier::place_in(std::deque<Events>& deliveries,
                                   const JournalEntry& event) const {
  const std::size_t near = std::min<std::size_t>(deliveries.size(), 2);  // expectations' is between
  if (families_ && event.kind == EventKind::collaboration_changed)
    for (std::size_t back = 1; back <= near; ++back)
      if (Events& delivery = deliveries[deliveries.size() - back];
          family_of(delivery.front()) == family_of(event))
        return delivery;
  const bool joins = batches_ && !deliveries.empty() && deliveries.back().size() < batch_limit_;
  return joins ? deliveries.back() : deliveries.emplace_back();
}

// A lane for each tenant, or one of batches for a sink that takes them; without the tenants that
// are held or under way. The event that the ledger went back ends the round, as ids mean something
// else after it: false then.
bool Courier::queue(Events events, const std::set<TenantKey>& busy) {
  std::map<TenantKey, std::size_t> places;
  for (JournalEntry& event : events) {
    if (held_.contains(event.tenant))
      continue;
    const TenantKey whose = batches_ ? TenantKey() : event.tenant;
    const bool barrier = !batches_ && event.kind == EventKind::ledger_rewound;
    if (busy.contains(whose)) {
      passed_over_.insert(whose);
      woken_ = woken_ || !under_way_.contains(whose);
      if (barrier)
        return false;
      continue;
    }
    const auto [place, made] = places.try_emplace(whose, lanes_.size());
    if (made)
      lanes_.push_back({whose, {}});
    place_in(lanes_[place->second].deliveries, event).push_back(std::move(event));
    if (barrier) {
      passed_over_.insert(whose);  // the end of its lane looks again
      return false;
    }
  }
  return true;
}

// Batches go one after the other: what is behind the one under way would be read in vain.
std::size_t Courier::most_lanes() const { return batches_ ? 1 : in_flight; }

void Courier::begin_lanes() {
  while (!stopped_ && !cut_short_ && !lanes_.empty() && under_way_.size() < most_lanes()) {
    Lane lane = std::move(lanes_.front());
    lanes_.pop_front();
    const TenantKey whose = lane.whose;
    under_way_.insert(whose);
    co_spawn(loop_, bring_lane(shared_from_this(), std::move(lane)),
             [self = shared_from_this(), whose](std::exception_ptr bug) {
               if (bug)
                 std::rethrow_exception(bug);
               self->lane_ended(whose);
             });
  }
}

void Courier::lane_ended(const TenantKey& whose) {
  under_way_.erase(whose);
  taken_from_ = true;
  if (passed_over_.contains(whose))
    woken_ = true;
  begin_lanes();
  room_.notify_all();
  more_.notify_all();
}

boost::asio::awaitable<void> Courier::bring_lane(std::shared_ptr<Courier> self, Lane lane) {
  for (Events& events : lane.deliveries) {
    if (self->stopped_ || self->cut_short_)
      co_return;
    const bool taken = co_await self->bring_one(std::move(events));
    if (!taken)
      co_return;
  }
}

// True: the sink took them, and the outbox knows.
boost::asio::awaitable<bool> Courier::bring_one(Events events) {
  const Delivery delivered = co_await sink_->deliver(events);
  if (!stopped_)
    delivered ? note_taken(events) : note_refused(events, delivered.error());
  if (!delivered)
    co_return false;
  const Result<void> settled = co_await settle(events);
  if (!stopped_)
    note_settled(settled);
  co_return bool(settled);
}

boost::asio::awaitable<Result<void>> Courier::settle(const Events& events) {
  std::optional<WallTime> until;
  if (hold_)
    until = timeline_->wall() + *hold_;
  auto job = [name = sink_name_, sequences = sequences_of(events), until](Ledger& ledger) {
    return until ? ledger.raise(name, sequences, *until) : ledger.acknowledge(name, sequences);
  };
  return ledger_.run(std::move(job));
}

void Courier::note_taken(const Events& events) {
  instruments_.sink(sink_name_).deliveries.Increment(double(events.size()));
  refused_in_a_row_ = 0;
  batch_limit_ = std::min(window, 2 * batch_limit_);
  if (std::exchange(failing_, std::nullopt))
    log_.info("deliveries succeed again", {{"sink", sink_name_}});
}

void Courier::note_settled(const Result<void>& settled) {
  const bool first = !std::exchange(unsettled_, !settled);
  if (settled) {
    backoff_.succeeded();
    return;
  }
  if (first)
    log_.error("a delivery can't be written down; it will be repeated",
               {{"sink", sink_name_}, {"err", settled.error().detail}});
  if (!resting())
    rest(backoff_.failed(0, {}));
  begin_anew();
}

// `what` the ledger was asked to do. That it fails is logged once, and that it doesn't any more.
void Courier::note_asked(std::string_view what, const std::optional<Error>& error) {
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

void Courier::note_refused(const Events& events, const Refusal& refusal) {
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
      return begin_anew();
    case Refusal::Advice::later:
      if (news)
        log_.error("delivery refused; it is tried again slowly, or at a reload",
                   {{"sink", sink_name_}, {"sequence", events.front().sequence}, {"err", why}});
      return hold_back(events, refusal);
    case Refusal::Advice::never:
      if (!std::exchange(paused_, true))
        log_.error("the sink wants no more deliveries: paused until a reload or restart",
                   {{"sink", sink_name_}, {"err", why}});
      return begin_anew();
  }
}

// A batch is brought again in halves, until it is known which event isn't wanted; its tenant waits,
// and the others go on.
void Courier::hold_back(const Events& events, const Refusal& refusal) {
  if (batches_ && events.size() > 1) {
    batch_limit_ = events.size() / 2;
    return begin_anew();
  }
  held_[events.front().tenant] = timeline_->now() + slow_pause(refusal.retry_after);
  const bool everybody = ++refused_in_a_row_ >= most_refused;
  if (everybody)
    rest(slow_pause(refusal.retry_after));
  if (everybody || batches_)
    begin_anew();  // what comes next in a lane of batches may be of the same tenant
}

void Courier::rest(Duration pause) {
  rests_until_ = std::max(rests_until_, timeline_->now() + pause);
}

boost::asio::awaitable<void> Courier::wait_for_more() {
  while (!stopped_) {
    if (taken_from_)
      co_await show_outbox();
    SteadyTime until = paused_ ? SteadyTime::max() : rests_until_;
    if (!resting()) {
      if (woken_ || cut_short_)
        co_return;
      const auto earliest =
          std::ranges::min_element(held_, {}, [](const auto& held) { return held.second; });
      until = earliest == held_.end() ? SteadyTime::max() : earliest->second;
      if (until <= timeline_->now())
        co_return;
      if (!under_way_.empty())
        until = SteadyTime::max();  // the end of a lane looks again
    }
    co_await timeline_->wait(more_, until);
    if (!stopped_ && resting())
      co_await show_outbox();
  }
}

boost::asio::awaitable<void> Courier::show_outbox() {
  taken_from_ = false;
  auto ask = [name = sink_name_](Ledger& ledger) { return ledger.outbox(name); };
  const Result<OutboxStatus> status = co_await ledger_.run(std::move(ask));
  note_asked("count the outbox", error_of(status));
  if (!status || stopped_)
    co_return;
  instruments_.sink(sink_name_).outbox_events.Set(double(status->events));
  instruments_.set_outbox_oldest(sink_name_, status->oldest);
}

// An end that is further away than the hold was set by a clock that was ahead.
std::vector<std::uint64_t> Courier::shorten(std::vector<Alert>& alerts) const {
  const WallTime latest = timeline_->wall() + *hold_;
  std::vector<std::uint64_t> shortened;
  for (Alert& alert : alerts) {
    if (alert.until <= latest)
      continue;
    alert.until = latest;
    shortened.push_back(alert.event.sequence);
  }
  return shortened;
}

// Alerts live as long as they are shown: the receiver may forget them, and this process may end, at
// any time.
boost::asio::awaitable<void> Courier::keep_showing(std::shared_ptr<Courier> self) {
  Courier& courier = *self;
  while (!courier.stopped_) {
    auto read = [name = courier.sink_name_](Ledger& ledger) { return ledger.alerts(name); };
    Result<std::vector<Alert>> alerts = co_await courier.ledger_.run(std::move(read));
    courier.note_asked("read the alerts", error_of(alerts));
    if (courier.stopped_)
      co_return;
    if (alerts && !alerts->empty() && !courier.resting()) {
      const std::vector<std::uint64_t> shortened = courier.shorten(*alerts);
      if (!shortened.empty()) {
        auto raise = [name = courier.sink_name_, &shortened,
                      latest = courier.timeline_->wall() + *courier.hold_](Ledger& ledger) {
          return ledger.raise(name, shortened, latest);
        };
        const Result<void> raised = co_await courier.ledger_.run(std::move(raise));
        courier.note_asked("shorten alerts", error_of(raised));
        if (courier.stopped_)
          co_return;
      }
      const Delivery shown = co_await courier.sink_->show(*alerts);
      if (courier.stopped_)
        co_return;
      if (!shown)
        courier.instruments_.sink(courier.sink_name_)
            .failures.at(shown.error().error.kind)
            ->Increment();
      if (std::exchange(courier.show_failing_, !shown) != !shown) {
        shown ? courier.log_.info("alerts are shown again", {{"sink", courier.sink_name_}})
              : courier.log_.warn(
                    "alerts can't be shown; they are tried again",
                    {{"sink", courier.sink_name_}, {"err", shown.error().error.detail}});
      }
      auto drop = [name = courier.sink_name_,
                   before = courier.timeline_->wall() - show_resolved_for](Ledger& ledger) {
        return ledger.drop_alerts(name, before);
      };
      const Result<void> dropped = co_await courier.ledger_.run(std::move(drop));
      courier.note_asked("drop alerts that are over", error_of(dropped));
      if (courier.stopped_)
        co_return;
    }
    co_await courier.timeline_->wait(courier.stops_showing_, courier.timeline_->now() + show_every);
  }
}

void Courier::wake() {
  woken_ = true;
  more_.notify_all();
}

void Courier::reopen() {
  sink_->reopen();
  paused_ = false;
  rests_until_ = {};
  held_.clear();
  begin_anew();
  wake();
}

void Courier::stop() {
  stopped_ = true;
  more_.notify_all();
  stops_showing_.notify_all();
}

void Courier::close() { sink_.reset(); }

}  // namespace tenantscope
