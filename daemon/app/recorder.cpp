#include "app/recorder.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include <fmt/format.h>

#include "app/pairs.hpp"
#include "base/clock.hpp"
#include "domain/match.hpp"
#include "formats/event_text.hpp"

namespace tenantscope {
namespace {

constexpr Duration retry_rewind = std::chrono::seconds(5);

}  // namespace

Recorder::Recorder(boost::asio::any_io_executor loop, LedgerThread& ledger,
                   Instruments& instruments, Table& table, const ChangeLog& change_log,
                   const Log& log, Announce announce)
    : loop_(loop),
      ledger_(ledger),
      instruments_(instruments),
      table_(table),
      change_log_(change_log),
      log_(log),
      announce_(std::move(announce)),
      pair_commits_(loop) {}

boost::asio::awaitable<void> Recorder::record(std::size_t tenant, Advance advanced,
                                              SteadyTime deadline) {
  Watch& watch = table_.watches[tenant];
  const std::shared_ptr<const TenantSettings> settings = watch.settings;
  // Two changes of one pair, each judged by what was before the other, would both miss what they
  // come to together.
  const bool alone = !advanced.transition->baseline() && in_a_pair(table_, settings->key);
  if (alone)
    co_await pair_commits_.lock();
  if (stopping_)
    co_return;

  Step step = step_of(settings->key, *watch.settings, std::move(advanced));
  LedgerThread::Committed committed = co_await ledger_.commit(std::move(step), deadline);
  if (stopping_)
    co_return;
  settle(watch, settings->key, std::move(committed));

  if (alone)
    pair_commits_.unlock();
}

Step Recorder::step_of(const TenantKey& key, const TenantSettings& settings,
                       Advance advanced) const {
  Step step{
      .tenant = key,
      .state = std::move(advanced.state),
      .events = make_events(key, std::move(*advanced.transition), settings.expect, event_policy())};
  for (ChangeEvent& event :
       pair_events(table_, key, step.events.front().transition, event_policy()))
    step.events.push_back(std::move(event));
  for (ChangeEvent& event : step.events)
    address(event, settings.labels);
  return step;
}

void Recorder::settle(Watch& watch, const TenantKey& key, LedgerThread::Committed committed) {
  const std::vector<ChangeEvent>& events = committed.step.events;
  const Transition& transition = events.front().transition;
  if (!committed.sequence) {
    log_.error(
        "change not committed; it is tried again",
        {{"tenant", key.name}, {"asked", key.asked}, {"err", committed.sequence.error().detail}});
    const std::lock_guard lock(table_.mutex);
    hold(watch.state, transition);
    return;
  }
  change_log_.committed(key, transition, events, settings_->rules, *committed.sequence);
  {
    const std::lock_guard lock(table_.mutex);
    for (const ChangeEvent& event : events)
      instruments_.events(event.kind).Increment();
    for (const Change& change : transition.changes)
      instruments_.changes(change.field).Increment();
    table_.last_event = *committed.sequence + events.size() - 1;
    watch.state = std::move(*committed.step.state);
  }
  announce();
}

// Behind the other results that have come by now.
void Recorder::announce() {
  if (std::exchange(announcing_, true))
    return;
  boost::asio::post(loop_, [this] {
    announcing_ = false;
    if (!stopping_)
      announce_();
  });
}

// Says whose it is and which sinks want it.
void Recorder::address(ChangeEvent& event, const Labels& labels) const {
  event.labels = labels;
  const EventTraits traits = traits_of(event);
  for (const SinkSettings& sink : settings_->events.sinks)
    if (sink.match.wants(traits, labels))
      event.sinks.push_back(sink.name);
}

EventPolicy Recorder::event_policy() const {
  return {.rules = settings_->rules, .severities = settings_->events.severities};
}

Result<ChangeEvent> Recorder::drill_event(const TenantKey& tenant, const std::string& to) const {
  const Watch* known = table_.find(tenant);
  if (!known || !known->watched)
    return Error{
        ErrorKind::other,
        fmt::format("`{}` isn't watched: a drill needs a configured tenant", to_string(tenant))};
  ChangeEvent event = make_drill(tenant, known->state, to, wall_now(), event_policy());
  address(event, known->settings->labels);
  return event;
}

boost::asio::awaitable<Result<std::uint64_t>> Recorder::drill(TenantKey tenant, std::string to) {
  Result<ChangeEvent> event = drill_event(tenant, to);
  if (!event)
    co_return event.error();
  Step step{.tenant = tenant, .state = {}, .events = {std::move(*event)}};
  const SteadyTime now = steady_now();
  const LedgerThread::Committed committed = co_await ledger_.commit(std::move(step), now);
  if (stopping_ || !committed.sequence)
    co_return committed.sequence;
  log_.info("drill", {{"tenant", tenant.name},
                      {"asked", tenant.asked},
                      {"to", to},
                      {"sequence", *committed.sequence}});
  {
    const std::lock_guard lock(table_.mutex);
    instruments_.events(EventKind::drill).Increment();
    table_.last_event = *committed.sequence;
  }
  announce();
  co_return committed.sequence;
}

boost::asio::awaitable<void> Recorder::tell_rewind(Rewind rewind) {
  boost::asio::steady_timer timer(loop_);
  for (bool told = false; !told && !stopping_;) {
    ChangeEvent event = make_rewind_event(rewind, wall_now(), event_policy());
    address(event, {});
    Step step{.tenant = {}, .state = {}, .events = {std::move(event)}};
    const SteadyTime now = steady_now();
    const LedgerThread::Committed committed = co_await ledger_.commit(std::move(step), now);
    if (stopping_)
      co_return;
    told = bool(committed.sequence);
    if (told) {
      note_rewind(committed.step.events.front(), *committed.sequence);
    } else {
      log_.error("that the ledger went back isn't committed; it is tried again",
                 {{"err", committed.sequence.error().detail}});
      timer.expires_after(retry_rewind);
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
  }
}

void Recorder::note_rewind(const ChangeEvent& event, std::uint64_t sequence) {
  log_.warn("the ledger went back, as a backup was restored",
            {{"journal", to_string(event.rewind->journal)},
             {"summary", event_sentence(event)},
             {"sequence", sequence}});
  {
    const std::lock_guard lock(table_.mutex);
    instruments_.events(event.kind).Increment();
    table_.last_event = sequence;
  }
  announce();
}

}  // namespace tenantscope
