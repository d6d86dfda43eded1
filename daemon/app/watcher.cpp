#include "app/watcher.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "app/pairs.hpp"
#include "base/clock.hpp"
#include "config/tenant_reference.hpp"
#include "domain/discovery.hpp"
#include "domain/schedule/schedule.hpp"
#include "system/heap.hpp"

namespace tenantscope {
namespace {

constexpr Duration shortest_linger{100};
constexpr Duration longest_linger{5000};
constexpr Duration clocks_differ = std::chrono::hours(24);

// `was_confirmed`: its change was, on a connection of its own, but isn't committed.
ProbeTarget next_target(const Watch& watch, bool was_confirmed) {
  return {.tenant = watch.settings->key.name,
          .tenant_id = watch.settings->tenant_id,
          .timeout = watch.settings->probe.timeout,
          .fresh_connection = watch.state.awaits_confirmation() && !was_confirmed,
          .failed_before = watch.status.failure.has_value()};
}

}  // namespace

Watcher::Watcher(boost::asio::any_io_executor loop, Fetcher& fetcher, LedgerThread& ledger,
                 Instruments& instruments, Table& table, const Log& log, Announce announce)
    : loop_(loop),
      fetcher_(fetcher),
      ledger_(ledger),
      instruments_(instruments),
      table_(table),
      change_log_(log),
      recorder_(loop, ledger, instruments, table, change_log_, log, std::move(announce)),
      scheduler_(loop, instruments, log, [this](std::size_t tenant) {
        co_spawn(loop_, watch_once(tenant), boost::asio::detached);
      }) {
  recorder_.on_release([this](const std::set<std::size_t>& tenants) { retry(tenants); });
}

void Watcher::restore(std::vector<StoredTenant> stored,
                      const std::shared_ptr<const Settings>& settings) {
  KeyIndex configured(settings->tenants);
  configured.reserve(settings->tenants.size());
  for (std::uint32_t i = 0; i < settings->tenants.size(); ++i)
    configured.insert(i);

  // What lies ahead was never heard: a stored time may be damaged, or of a clock that was wrong.
  const WallTime latest = wall_now() + clocks_differ;
  const std::lock_guard lock(table_.mutex);
  for (StoredTenant& tenant : stored) {
    if (tenant.state.last_success && *tenant.state.last_success > latest)
      tenant.state.last_success.reset();
    const auto known = configured.find(tenant.key);
    auto own =
        known
            ? tenant_of(settings, *known)
            : std::make_shared<const TenantSettings>(TenantSettings{.key = std::move(tenant.key)});
    table_.add({.watched = false,
                .settings = std::move(own),
                .state = std::move(tenant.state),
                .status = {}});
  }
}

void Watcher::configure(Changeover changeover) {
  const std::shared_ptr<const Settings> before =
      std::exchange(settings_, std::move(changeover.settings));
  recorder_.configure(settings_);
  const WallTime now = wall_now();

  for (auto& [tenant, remembered] : changeover.leaving) {
    Watch& watch = table_.watches[tenant];
    const std::lock_guard lock(table_.mutex);
    watch.watched = false;
    watch.settings = std::move(remembered);
    first_probes_.over(tenant);
    scheduler_.drop(tenant);
  }
  for (const Cloud& cloud : settings_->clouds)
    if (scheduler_.visited(cloud.name) && !find_cloud(changeover.asked, cloud.name))
      changeover.asked.push_back(cloud);
  scheduler_.configure(changeover.asked);
  if (!before)
    first_sweep_began_ = steady_now();
  for (std::size_t i = 0; i < changeover.numbers.size(); ++i)
    watch_tenant(changeover.numbers[i], tenant_of(settings_, i), now);
  instruments_.tenants().Set(double(settings_->tenants.size()));
  take_rules_over(before != nullptr);
}

// The rules and pairs of the new settings; what they make of the states that are known is logged.
void Watcher::take_rules_over(bool reloaded) {
  const RuleSet rules_before = table_.rules;
  std::map<std::vector<std::string>, PairCapability> pairs_before;
  for_each_pair(table_, [&](const DeclaredPair& pair) {
    pairs_before[{pair.collaboration.name, pair.host.shown, pair.guest_shown()}] =
        capability_of(table_, pair);
  });
  {
    const std::lock_guard lock(table_.mutex);
    table_.rules = settings_->rules;
    table_.collaborations = settings_->collaborations;
    table_.clouds = names_of(settings_->clouds);
    table_.ceilings.clear();
    for (const Cloud& cloud : settings_->clouds)
      table_.ceilings[cloud.name] = cloud.requests_per_second;
  }
  if (reloaded && rules_before != settings_->rules)
    change_log_.rejudged(table_, rules_before);
  for_each_pair(table_, [&](const DeclaredPair& pair) {
    const auto was =
        pairs_before.find({pair.collaboration.name, pair.host.shown, pair.guest_shown()});
    if (was != pairs_before.end() && was->second != capability_of(table_, pair))
      change_log_.pair("collaboration under other settings", {pair.collaboration.name,
                                                              pair.host.shown,
                                                              pair.guest_shown(),
                                                              was->second,
                                                              explain(table_, pair).verdict,
                                                              {}});
  });
}

void Watcher::watch_tenant(std::size_t tenant, std::shared_ptr<const TenantSettings> settings,
                           WallTime now) {
  bool comes = false;
  bool moves = false;
  {
    const std::lock_guard lock(table_.mutex);
    if (tenant == table_.watches.size())
      table_.add({.watched = false, .settings = settings});
    Watch& watch = table_.watches[tenant];
    comes = !watch.watched;
    moves = comes || watch.settings->probe != settings->probe;
    if (watch.settings->tenant_id != settings->tenant_id || comes)
      watch.state.forget_pending();
    watch.settings = std::move(settings);
    if (comes) {
      watch.watched = true;
      watch.status = {.watched_since = now};
      if (!watch.state.seen())
        first_probes_.await(tenant);
    }
  }
  if (moves)
    plan(tenant, comes ? steady_now() : due_after(tenant, steady_now()));
}

void Watcher::plan(std::size_t tenant, SteadyTime due) {
  Watch& watch = table_.watches[tenant];
  const auto wait = std::max(due - steady_now(), SteadyTime::duration());
  {
    const std::lock_guard lock(table_.mutex);
    watch.status.next_probe = wall_now() + std::chrono::floor<Duration>(wait);
  }
  scheduler_.schedule(tenant, watch.settings->key.asked, due, watch.state.awaits_confirmation());
}

boost::asio::awaitable<void> Watcher::watch_once(std::size_t tenant) {
  Watch& watch = table_.watches[tenant];
  const SteadyTime began = steady_now();
  const bool was_confirmed = uncommitted_.erase(tenant) > 0;
  const std::shared_ptr<const TenantSettings> as_asked = watch.settings;
  const TenantKey& key = as_asked->key;
  const std::shared_ptr<const Clouds> clouds(settings_, &settings_->clouds);
  const Cloud* const asked = find_cloud(*clouds, key.asked);
  ProbeTarget target = next_target(watch, was_confirmed);
  ProbeResult result = co_await probe(fetcher_, clouds, asked, std::move(target));
  if (stopping_)
    co_return;

  const bool throttled = account_request(key.asked, result);
  if (!watch.watched ||
      watch.settings->tenant_id != as_asked->tenant_id) {  // it left, or is pinned otherwise since
    finish(tenant, steady_now());
    co_return;
  }
  if (first_probes_.over(tenant))
    sweep_to_tidy_ = true;
  note_probe(watch, result, throttled);
  const Policy policy{.confirmations = watch.settings->probe.confirmations,
                      .rules = settings_->rules,
                      .pin = as_asked->tenant_id};
  Advance advanced = advance(watch.state, result.observation, policy);
  if (advanced.transition) {
    advanced.transition->evidence.sha256 = result.body_sha256();
    result.body = {};
    const SteadyTime deadline = commit_deadline(*advanced.transition);
    const std::size_t baseline = advanced.transition->baseline();
    baselines_under_way_ += baseline;
    const std::uint64_t before = watch.state.generation;
    co_await recorder_.record(tenant, std::move(advanced), deadline);
    if (stopping_)
      co_return;
    baselines_under_way_ -= baseline;
    if (watch.state.generation == before)
      uncommitted_.insert(tenant);
  } else {
    const std::lock_guard lock(table_.mutex);
    watch.state = std::move(advanced.state);
  }

  tidy();
  const bool returned = !watch.status.probed;  // during the commit
  finish(tenant, returned ? steady_now() : due_after(tenant, began));
}

// Its probe is over; the next one is due then, unless it has left.
void Watcher::finish(std::size_t tenant, SteadyTime due) {
  scheduler_.finished(tenant);
  if (table_.watches[tenant].watched)
    plan(tenant, due);
}

void Watcher::retry_uncommitted() {
  const std::set<std::size_t> all = uncommitted_;
  retry(all);
}

// Those of them that wait for their next probe with a change.
void Watcher::retry(const std::set<std::size_t>& tenants) {
  for (const std::size_t tenant : tenants)
    if (uncommitted_.erase(tenant) > 0 && table_.watches[tenant].watched)
      plan(tenant, steady_now());
}

// After the first sweep.
void Watcher::tidy() {
  if (!sweep_to_tidy_ || baselines_under_way_ > 0)
    return;
  sweep_to_tidy_ = false;
  ledger_.post([](Ledger& ledger) {
    ledger.trim();
    trim_heap();
  });
}

// A stranger that awaits confirmation answers: that its probe counts as failed delays nothing. What
// can't be stored needs no haste: retry_uncommitted() comes when the storage does.
SteadyTime Watcher::due_after(std::size_t tenant, SteadyTime began) const {
  const Watch& watch = table_.watches[tenant];
  const bool sighted = watch.state.pin_pending && watch.status.failure == ErrorKind::identity;
  const bool in_vain = uncommitted_.contains(tenant) && ledger_.away();
  return next_due(began, steady_now(), watch.settings->key, watch.settings->probe,
                  watch.state.awaits_confirmation() && !in_vain,
                  sighted ? 0 : watch.status.failures_in_a_row);
}

// A change is committed at once. A baseline waits a little while other first answers are on their
// way, longer as the first sweep goes on: the first start with many tenants is a handful of
// commits.
SteadyTime Watcher::commit_deadline(const Transition& transition) const {
  const SteadyTime now = steady_now();
  if (!transition.baseline() || first_probes_.left() == 0)
    return now;
  return now + std::clamp(std::chrono::floor<Duration>(now - first_sweep_began_), shortest_linger,
                          longest_linger);
}

bool Watcher::account_request(const std::string& authority, const ProbeResult& result) {
  AuthorityInstruments& counted = instruments_.authorities().of(authority);
  const Result<Finding>& finding = result.observation.finding;
  counted.duration_seconds.Observe(result.duration.count());
  counted.connections_opened.Increment(result.connections_opened);
  if (result.status != 0)
    instruments_.authorities().answered(authority, result.status, result.trace);
  if (finding)
    (finding->found ? counted.found : counted.not_found).Increment();
  else
    counted.failures.at(finding.error().kind)->Increment();

  const bool throttled = scheduler_.came_back(authority, result.outcome, result.retry_after,
                                              finding ? std::string() : finding.error().detail);
  if (throttled)
    counted.throttled.Increment();
  return throttled;
}

void Watcher::note_probe(Watch& watch, const ProbeResult& result, bool throttled) {
  const TenantKey& key = watch.settings->key;
  const Result<Finding>& finding = result.observation.finding;
  const std::optional<ErrorKind> before = watch.status.failure;
  ProbeRecord record = record_of(key, result);
  {
    const std::lock_guard lock(table_.mutex);
    table_.last_probes.note(std::move(record));
    ProbeStatus& status = watch.status;
    status.probed = true;
    status.duration = result.duration;
    if (finding) {
      status.failure.reset();
      status.failure_detail = {};
      status.failures_in_a_row = 0;
    } else {
      if (!status.failure)
        status.failing_since = result.observation.time;
      status.failure = finding.error().kind;
      status.failure_detail = finding.error().detail;
      ++status.failures;
      ++status.failures_in_a_row;
    }
  }
  // What an authority does to all of them is told once, by the scheduler.
  const bool authoritys = throttled || scheduler_.down(key.asked);
  change_log_.probed(key, finding, before, authoritys);
}

boost::asio::awaitable<Result<ProbeResult>> Watcher::probe_now(ProbeOrder order) {
  const std::shared_ptr<const Settings> all = settings_;
  const std::shared_ptr<const Clouds> clouds(all, &all->clouds);
  const Cloud* cloud = find_cloud(*clouds, order.key.asked);
  if (!cloud)
    co_return Error{ErrorKind::other, unknown_cloud(*clouds, order.key.asked.text())};
  const Watch* watch = table_.find(order.key);
  const bool watched = watch && watch->watched;
  const Duration usual = watched ? watch->settings->probe.timeout : all->probe.timeout;
  const SteadyTime until = steady_now() + std::min(usual, order.timeout.value_or(usual));

  ProbeResult result;
  const Cloud& asked = *cloud;
  const std::optional<Error> refused = co_await scheduler_.admit(asked, until);
  if (refused) {
    result.observation.finding = *refused;
    result.observation.evidence.url = discovery_url(asked, order.key.name);
    result.observation.time = wall_now();
    co_return result;
  }
  ProbeTarget target{
      .tenant = order.key.name,
      .tenant_id = order.tenant_id,
      .timeout = std::max(Duration(1), std::chrono::floor<Duration>(until - steady_now())),
      .keep_headers = order.keep_headers,
      .failed_before = watched && watch->status.failure.has_value()};
  result = co_await probe(fetcher_, clouds, cloud, std::move(target));
  account_request(order.key.asked, result);
  co_return result;
}

std::vector<std::pair<TenantKey, WallTime>> Watcher::last_successes() const {
  std::vector<std::pair<TenantKey, WallTime>> times;
  for (const Watch& watch : table_.watches)
    if (watch.state.last_success && watch.state.generation > 0)
      times.emplace_back(watch.settings->key, *watch.state.last_success);
  return times;
}

std::vector<TenantKey> Watcher::watched_keys() const {
  std::vector<TenantKey> keys;
  for (const Watch* watch : table_.watched())
    keys.push_back(watch->settings->key);
  return keys;
}

void Watcher::forget(const std::vector<TenantKey>& tenants) {
  const std::lock_guard lock(table_.mutex);
  for (const TenantKey& key : tenants)
    if (const auto number = table_.number_of(key))
      table_.watches[*number].state = {};
}

void Watcher::stop() {
  stopping_ = true;
  recorder_.stop();
  scheduler_.stop();
}

}  // namespace tenantscope
