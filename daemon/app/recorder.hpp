// Brings what has changed into the ledger with the events that say so, and shows and tells it once
// it is there. On the loop's thread.
//
// The table moves by what the ledger says: its feed, of what was committed, in the order of its
// sequences, whether or not somebody here still waits for it; and what it has of a tenant, where
// that is asked. So it never says more than the ledger has, and a change that was in doubt is
// shown, counted and announced once it is known to be there. A change that the ledger refuses was
// judged by what isn't so any more: its tenant gets the ledger's state in its place. After a commit
// that failed the ledger is asked what it has, as soon as it answers.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/change_log.hpp"
#include "app/ledger_thread.hpp"
#include "app/table.hpp"
#include "app/unsettled.hpp"
#include "base/async_mutex.hpp"
#include "base/log.hpp"
#include "domain/event.hpp"
#include "domain/settings.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {

class Recorder {
 public:
  // Called after each transaction, once it is in the table.
  using Announce = std::function<void()>;
  // Called with tenants whose changes stayed pending, as whether another one of a pair was stored
  // wasn't known, once it is.
  using Release = std::function<void(const std::set<std::size_t>& tenants)>;

  Recorder(boost::asio::any_io_executor loop, LedgerThread& ledger, Instruments& instruments,
           Table& table, const ChangeLog& change_log, const Log& log, Announce announce,
           Duration look_again = std::chrono::seconds(1));

  void on_release(Release release) { release_ = std::move(release); }

  void configure(std::shared_ptr<const Settings> settings) { settings_ = std::move(settings); }

  // Commits a tenant's transition, by `deadline` at the latest: its new state is in the table then.
  // Where that fails, the change stays pending; where it is refused (conflict), nothing of it does,
  // and the table has the ledger's state. REQUIRES: there is a transition, and none of this tenant
  // is under way.
  boost::asio::awaitable<void> record(std::size_t tenant, Advance advanced, SteadyTime deadline);

  // Commits a drill: as if the tenant's region scope had become `to`. Its sequence, or why there is
  // none.
  boost::asio::awaitable<Result<std::uint64_t>> drill(TenantKey tenant, std::string to);

  // What a drill would commit, addressed. Error: the tenant isn't watched.
  Result<ChangeEvent> drill_event(const TenantKey& tenant, const std::string& to) const;

  // Commits the event that the ledger went back, however often that fails.
  boost::asio::awaitable<void> tell_rewind(Rewind rewind);

  // What is committed from now on is neither shown nor told.
  void stop() {
    stopping_ = true;
    unsettled_.stop();
  }

 private:
  // What the ledger has committed.
  struct Taken {
    Step step;
    std::uint64_t sequence;
    bool was_in_doubt;
  };

  EventPolicy event_policy() const;
  Step step_of(const TenantKey& key, const TenantSettings& settings, Advance advanced) const;
  void address(ChangeEvent& event, const Labels& labels) const;
  void follow_ledger();
  void take_in(std::vector<Taken> committed);
  void log(const Taken& committed) const;
  void count(EventKind kind) const;
  void show(Taken committed);
  boost::asio::awaitable<void> settle(std::size_t tenant, LedgerThread::Committed failed);
  boost::asio::awaitable<void> take_stored(std::size_t tenant, LedgerThread::Committed refused);
  void keep_pending(std::size_t tenant, const Transition& transition);
  void tell_uncommitted(const TenantKey& key, const Error& why) const;
  void look_for(std::size_t tenant, const Transition& transition, const Error& why);
  void catch_up(TenantInLedger found);
  void take_missed(TenantState& state, TenantInLedger found);
  void count_missed(const TenantState& before, const TenantInLedger& found);
  void release();

  boost::asio::any_io_executor loop_;
  LedgerThread& ledger_;
  Instruments& instruments_;
  Table& table_;
  const ChangeLog& change_log_;
  const Log& log_;
  Announce announce_;
  AsyncMutex pair_commits_;
  // While it has one of a pair, no change of another is judged by what that one was.
  Unsettled unsettled_;
  std::set<std::size_t> held_;  // whose changes wait for that
  Release release_;
  std::shared_ptr<const Settings> settings_;
  bool stopping_ = false;
};

}  // namespace tenantscope
