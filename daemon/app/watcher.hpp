// Watches the tenants: probe, judge, record, publish. The way of each datum is watch_once(), from
// top to bottom. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/change_log.hpp"
#include "app/changeover.hpp"
#include "app/first_probes.hpp"
#include "app/ledger_thread.hpp"
#include "app/operations.hpp"
#include "app/probe.hpp"
#include "app/recorder.hpp"
#include "app/scheduler.hpp"
#include "app/table.hpp"
#include "base/log.hpp"
#include "domain/event.hpp"
#include "domain/settings.hpp"
#include "fetch/fetcher.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {

class Watcher {
 public:
  using Announce = Recorder::Announce;

  Watcher(boost::asio::any_io_executor loop, Fetcher& fetcher, LedgerThread& ledger,
          Instruments& instruments, Table& table, const Log& log, Announce announce);

  // Takes the states of the ledger over. Once, before configure(): `settings` are those to come.
  void restore(std::vector<StoredTenant> stored, const std::shared_ptr<const Settings>& settings =
                                                     std::make_shared<const Settings>());

  // Start and reload: tenants come, go and return; those that stay keep their schedule and state.
  void configure(Changeover changeover);

  // Commits a drill: as if the tenant's region scope had become `to`. Its sequence, or why there is
  // none.
  boost::asio::awaitable<Result<std::uint64_t>> drill(TenantKey tenant, std::string to) {
    return recorder_.drill(std::move(tenant), std::move(to));
  }

  // That drill as an event, which isn't committed.
  Result<ChangeEvent> drill_event(const TenantKey& tenant, const std::string& to) const {
    return recorder_.drill_event(tenant, to);
  }

  // Once, where the ledger went back: commits the event that says so.
  boost::asio::awaitable<void> tell_rewind(Rewind rewind) { return recorder_.tell_rewind(rewind); }

  // Probes outside the schedule, at its authority's pace; moves no state. Error: no such cloud.
  boost::asio::awaitable<Result<ProbeResult>> probe_now(ProbeOrder order);

  // What the ledger shall know for when this process is gone.
  std::vector<std::pair<TenantKey, WallTime>> last_successes() const;
  std::vector<TenantKey> watched_keys() const;
  // The ledger has forgotten them by retention.
  void forget(const std::vector<TenantKey>& tenants);

  // The ledger answers again: tenants whose change it didn't take are asked at once.
  void retry_uncommitted();

  // No probe begins any more, and what comes back counts as nothing.
  void stop();

 private:
  boost::asio::awaitable<void> watch_once(std::size_t tenant);
  // True: the authority asks to be asked less.
  bool account_request(const std::string& authority, const ProbeResult& result);
  void note_probe(Watch& watch, const ProbeResult& result, bool throttled);
  void watch_tenant(std::size_t tenant, std::shared_ptr<const TenantSettings> settings,
                    WallTime now);
  void take_rules_over(bool reloaded);
  SteadyTime due_after(std::size_t tenant, SteadyTime began) const;
  void plan(std::size_t tenant, SteadyTime due);
  void finish(std::size_t tenant, SteadyTime due);
  void retry(const std::set<std::size_t>& tenants);
  void tidy();
  SteadyTime commit_deadline(const Transition& transition) const;

  boost::asio::any_io_executor loop_;
  Fetcher& fetcher_;
  LedgerThread& ledger_;
  Instruments& instruments_;
  Table& table_;
  ChangeLog change_log_;
  Recorder recorder_;
  Scheduler scheduler_;
  std::shared_ptr<const Settings> settings_;
  SteadyTime first_sweep_began_;
  FirstProbes first_probes_;  // whose baselines are worth waiting for
  std::size_t baselines_under_way_ = 0;
  std::set<std::size_t> uncommitted_;  // tenants that wait for their next probe with a change
  // What the first answers took is to go back to the system, once their baselines are committed.
  bool sweep_to_tidy_ = false;
  bool stopping_ = false;
};

}  // namespace tenantscope
