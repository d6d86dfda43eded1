#include "app/recorder.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <span>
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
                   const Log& log, Announce announce, Duration look_again)
    : loop_(loop),
      ledger_(ledger),
      instruments_(instruments),
      table_(table),
      change_log_(change_log),
      log_(log),
      announce_(std::move(announce)),
      pair_commits_(loop),
      unsettled_(
          loop, ledger, look_again, [this](TenantInLedger found) { catch_up(std::move(found)); },
          [this] { release(); }) {
  follow_ledger();
}

// It is told on the ledger's thread, which may end after this: only the loop, while it runs, looks
// at what is here.
void Recorder::follow_ledger() {
  ledger_.feed([this, loop = loop_](std::span<const LedgerThread::Told> told) {
    std::vector<Taken> committed;
    committed.reserve(told.size());
    for (const LedgerThread::Told& one : told)
      committed.push_back({.step = std::move(*one.step),
                           .sequence = one.sequence,
                           .was_in_doubt = one.was_in_doubt});
    boost::asio::post(loop, [this, committed = std::move(committed)]() mutable {
      if (!stopping_)
        take_in(std::move(committed));
    });
  });
}

void Recorder::take_in(std::vector<Taken> committed) {
  for (Taken& one : committed) {
    log(one);
    show(std::move(one));
  }
  announce_();
}

void Recorder::log(const Taken& committed) const {
  const Step& step = committed.step;
  const ChangeEvent& first = step.events.front();
  const Transition& transition = first.transition;
  if (first.rewind)
    log_.warn("the ledger went back, as a backup was restored",
              {{"journal", to_string(first.rewind->journal)},
               {"summary", event_sentence(first)},
               {"sequence", committed.sequence}});
  else if (first.kind == EventKind::drill)
    log_.info("drill", {{"tenant", step.tenant.name},
                        {"asked", step.tenant.asked},
                        {"to", transition.current.found ? transition.current.region_scope.text()
                                                        : std::string_view("not_found")},
                        {"sequence", committed.sequence}});
  else
    change_log_.committed(step.tenant, transition, step.events, settings_->rules,
                          committed.sequence);
}

void Recorder::count(EventKind kind) const {
  instruments_.events(kind).Increment();
  if (kind == EventKind::ledger_rewound)
    instruments_.storage_rewinds().Increment();
}

// The only place where the table gets what was committed.
void Recorder::show(Taken committed) {
  Step& step = committed.step;
  const std::lock_guard lock(table_.mutex);
  for (const ChangeEvent& event : step.events)
    count(event.kind);
  table_.last_event = committed.sequence + step.events.size() - 1;
  if (!step.state)
    return;
  for (const Change& change : step.events.front().transition.changes)
    instruments_.changes(change.field).Increment();
  const auto number = table_.number_of(step.tenant);
  if (!number)
    return;
  TenantState& state = table_.watches[*number].state;
  if (committed.was_in_doubt)  // it was probed since
    adopt(state, std::move(*step.state));
  else
    state = std::move(*step.state);
}

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

  if (alone && unsettled_.has_pairs()) {
    const Error doubt{ErrorKind::io, "whether a change of a pair is stored isn't known yet"};
    keep_pending(tenant, *advanced.transition);
    if (held_.insert(tenant).second)
      tell_uncommitted(settings->key, doubt);
  } else {
    Step step = step_of(settings->key, *watch.settings, std::move(advanced));
    LedgerThread::Committed committed = co_await ledger_.commit(std::move(step), deadline);
    if (stopping_)
      co_return;
    if (!committed.sequence)
      co_await settle(tenant, std::move(committed));
    if (stopping_)
      co_return;
  }

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

boost::asio::awaitable<void> Recorder::settle(std::size_t tenant, LedgerThread::Committed failed) {
  if (failed.sequence.error().kind == ErrorKind::conflict)
    co_await take_stored(tenant, std::move(failed));
  else
    look_for(tenant, failed.step.events.front().transition, failed.sequence.error());
}

// The ledger's thread looks behind all that was committed and fed, so what it finds is no older
// than the table.
boost::asio::awaitable<void> Recorder::take_stored(std::size_t tenant,
                                                   LedgerThread::Committed refused) {
  const TenantKey key = refused.step.tenant;
  const std::uint64_t known = table_.watches[tenant].state.generation;
  auto ask = [key, known](Ledger& ledger) { return find_tenant(ledger, key, known); };
  Result<TenantInLedger> found = co_await ledger_.run(std::move(ask));
  if (stopping_)
    co_return;
  if (!found) {
    look_for(tenant, refused.step.events.front().transition, found.error());
    co_return;
  }
  log_.warn("change refused, as the ledger has another state of its tenant, which is taken",
            {{"tenant", key.name},
             {"asked", key.asked},
             {"generation", found->stored.state.generation},
             {"err", refused.sequence.error().detail}});
  TenantState& state = table_.watches[tenant].state;
  keep_pending(tenant, refused.step.events.front().transition);  // it was heard of
  take_missed(state, std::move(*found));
}

void Recorder::keep_pending(std::size_t tenant, const Transition& transition) {
  const std::lock_guard lock(table_.mutex);
  hold(table_.watches[tenant].state, transition);
}

// It may be in the ledger all the same.
void Recorder::look_for(std::size_t tenant, const Transition& transition, const Error& why) {
  keep_pending(tenant, transition);
  const Watch& watch = table_.watches[tenant];
  const TenantKey& key = watch.settings->key;
  if (unsettled_.add(key, watch.state.generation, in_a_pair(table_, key)))
    tell_uncommitted(key, why);
}

void Recorder::tell_uncommitted(const TenantKey& key, const Error& why) const {
  log_.error("change not committed; it is tried again",
             {{"tenant", key.name}, {"asked", key.asked}, {"err", why.detail}});
}

void Recorder::release() {
  const std::set<std::size_t> held = std::exchange(held_, {});
  if (release_)
    release_(held);
}

void Recorder::catch_up(TenantInLedger found) {
  const auto number = table_.number_of(found.stored.key);
  if (!number || table_.watches[*number].state.generation >= found.stored.state.generation)
    return;
  log_.info("a change whose commit was in doubt is stored",
            {{"tenant", found.stored.key.name},
             {"asked", found.stored.key.asked},
             {"generation", found.stored.state.generation}});
  take_missed(table_.watches[*number].state, std::move(found));
}

// Events that nobody was told of are counted and announced now.
void Recorder::take_missed(TenantState& state, TenantInLedger found) {
  {
    const std::lock_guard lock(table_.mutex);
    if (found.stored.state.generation > state.generation)
      count_missed(state, found);
    adopt(state, std::move(found.stored.state));
  }
  announce_();
}

// The events of a step have its time: as many times count as generations were missed.
void Recorder::count_missed(const TenantState& before, const TenantInLedger& found) {
  const TenantState& after = found.stored.state;
  for (const Field field : change_fields)
    if (after.last_change[std::size_t(field)] != before.last_change[std::size_t(field)])
      instruments_.changes(field).Increment();
  std::set<WallTime> times;
  for (const JournalEntry& event : found.newest) {
    table_.last_event = std::max(table_.last_event, event.sequence);
    if (event.kind == EventKind::drill)
      continue;
    times.insert(event.time);
    if (times.size() > after.generation - before.generation)
      break;
    count(event.kind);
  }
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
    if (stopping_ || committed.sequence)
      co_return;
    log_.error("that the ledger went back isn't committed; it is tried again",
               {{"err", committed.sequence.error().detail}});
    timer.expires_after(retry_rewind);
    co_await timer.async_wait(boost::asio::use_awaitable);
    auto ask = [](Ledger& ledger) { return ledger.rewound(); };
    const Result<std::optional<Rewind>> untold = co_await ledger_.run(std::move(ask));
    told = untold && !*untold;  // that was in doubt
  }
}

}  // namespace tenantscope
