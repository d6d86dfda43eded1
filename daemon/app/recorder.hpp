// Brings what has changed into the ledger with the events that say so, and shows and tells it once
// it is there. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

#include "app/change_log.hpp"
#include "app/ledger_thread.hpp"
#include "app/table.hpp"
#include "base/async_mutex.hpp"
#include "base/log.hpp"
#include "domain/event.hpp"
#include "domain/settings.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {

class Recorder {
 public:
  // Called after commits: once for all whose results came together.
  using Announce = std::function<void()>;

  Recorder(boost::asio::any_io_executor loop, LedgerThread& ledger, Instruments& instruments,
           Table& table, const ChangeLog& change_log, const Log& log, Announce announce);

  void configure(std::shared_ptr<const Settings> settings) { settings_ = std::move(settings); }

  // Commits a tenant's transition, by `deadline` at the latest, and takes its new state into the
  // table; where that fails, the change stays pending. REQUIRES: there is a transition, and none of
  // this tenant is under way.
  boost::asio::awaitable<void> record(std::size_t tenant, Advance advanced, SteadyTime deadline);

  // Commits a drill: as if the tenant's region scope had become `to`. Its sequence, or why there is
  // none.
  boost::asio::awaitable<Result<std::uint64_t>> drill(TenantKey tenant, std::string to);

  // What a drill would commit, addressed. Error: the tenant isn't watched.
  Result<ChangeEvent> drill_event(const TenantKey& tenant, const std::string& to) const;

  // Commits the event that the ledger went back, however often that fails.
  boost::asio::awaitable<void> tell_rewind(Rewind rewind);

  // What is committed from now on is neither shown nor told.
  void stop() { stopping_ = true; }

 private:
  EventPolicy event_policy() const;
  Step step_of(const TenantKey& key, const TenantSettings& settings, Advance advanced) const;
  void address(ChangeEvent& event, const Labels& labels) const;
  void note_rewind(const ChangeEvent& event, std::uint64_t sequence);
  void settle(Watch& watch, const TenantKey& key, LedgerThread::Committed committed);
  void announce();

  boost::asio::any_io_executor loop_;
  LedgerThread& ledger_;
  Instruments& instruments_;
  Table& table_;
  const ChangeLog& change_log_;
  const Log& log_;
  Announce announce_;
  bool announcing_ = false;
  AsyncMutex pair_commits_;
  std::shared_ptr<const Settings> settings_;
  bool stopping_ = false;
};

}  // namespace tenantscope
