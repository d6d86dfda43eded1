// The ledger on a thread of its own. Steps that come while a transaction is under way, or before
// their deadline, share the next one: a slow disk groups commits instead of stalling probes, and
// the baselines of a first start are a handful of commits. A call of the ledger is a transaction:
// of more steps than that takes the others are committed in calls of their own, and what else is
// asked of the ledger has its turn between them.
//
// Where the ledger doesn't answer within StoreWorker's patience, callers get an error of kind io in
// its place; and so does who comes before it has answered, at once. What was queued then isn't
// committed and never will be. The steps under way are in doubt: the feed tells of them, if they
// were committed, once that is known.
//
// The coroutine rule holds for every caller (CONTRIBUTING.md): g++ 12 destroys a closure or an
// aggregate twice that a co_await expression makes. A job has a name, and is moved in:
//   auto read = [after](Ledger& ledger) { return ledger.read(after, page_size); };
//   const auto page = co_await ledger.run(std::move(read));
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "app/store/store_worker.hpp"
#include "base/callback.hpp"
#include "base/time.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

class LedgerThread {
 public:
  // What came of a transaction: called on the ledger's thread after each, with whether it was
  // committed.
  using Observer = std::function<void(bool committed)>;

  struct Listener {
    std::function<void()> away;  // it doesn't answer; calls nothing of LedgerThread
    // It does again, and whether it can be used; on the ledger's thread.
    std::function<void(bool usable)> returned;
    std::function<void()> refused;   // a call wasn't made, as it doesn't answer; any thread
    std::function<void()> in_doubt;  // a transaction is; calls nothing of LedgerThread
  };

  LedgerThread(std::unique_ptr<Ledger> ledger, std::string source, Observer observer,
               Listener listener = {}, StoreWorker::Limits limits = {});
  // Commits and runs what is queued, unless the ledger doesn't answer, and ends the thread. It
  // waits for a call under way: see StopDeadline.
  ~LedgerThread();

  struct Committed {
    Step step;  // given back
    Result<std::uint64_t> sequence;
    bool in_doubt = false;  // an error, but it may be committed yet, or is: the feed tells
  };
  // More steps than this gain little from sharing a transaction, but cost memory while they wait.
  static constexpr std::size_t enough_company = 8000;
  // Durable on return, or an error. Begins at `deadline` at the latest, or in enough company, as
  // soon as nothing else is under way.
  boost::asio::awaitable<Committed> commit(Step step, SteadyTime deadline);

  // A step that is in the ledger, where its first event is, and whether its caller was told that it
  // is in doubt.
  struct Told {
    Step* step;
    std::uint64_t sequence;
    bool was_in_doubt;
  };
  // Called on the ledger's thread after each transaction with all its steps that were committed, in
  // the order of their sequences, before commit() returns to their callers: so what it posts to
  // their loop runs before they go on. It may take the steps: those callers get back what is left.
  // It may come until the destructor returns.
  using Feed = std::function<void(std::span<const Told>)>;
  void feed(Feed feed);  // REQUIRES: nothing was committed yet

  // Runs `job` with the ledger, in turn with the commits, and gives what it returns, or an Error.
  // `Job&&` is a reference: a parameter by value would be a closure that the co_await expression
  // makes. It may go on when its caller has gone: what it needs is in it, by value.
  template <class Job>
  requires(!std::is_lvalue_reference_v<Job>) auto run(Job&& job) {
    using T = std::invoke_result_t<const Job&, Ledger&>;
    return worker_.ask<T>([this, job = std::forward<Job>(job)] { return job(*ledger_); });
  }

  // Resumes once the thread has turned, or waits for the ledger whose callers have been answered.
  boost::asio::awaitable<void> turn() { return worker_.turn(); }

  // Runs `job` some time, for its effect alone; or `dropped`, on any thread, in its place.
  void post(std::function<void(Ledger&)> job, std::function<void(const Error&)> dropped = {});

  // Saves when tenants were heard of, in calls of so many, between which others have their turn.
  // `done` gets an error where some aren't saved; on any thread, and calls nothing of LedgerThread.
  static constexpr std::size_t heard_at_once = 10'000;
  using Heard = std::vector<std::pair<TenantKey, WallTime>>;
  using Saved = std::function<void(const Result<void>& saved)>;
  void save(std::shared_ptr<const Heard> heard, Saved done) {
    save_from(0, std::move(heard), std::move(done));
  }

  bool away() const { return worker_.away(); }  // it doesn't answer
  // Somebody else knows that it wouldn't, or that it would again: as StoreWorker.
  void shut(Error why) { worker_.shut(std::move(why)); }
  void open() { worker_.open(); }

  void set_source(std::string source);

 private:
  struct Queued {
    Step step;
    Callback<Committed> done;
  };
  struct Batch;

  void save_from(std::size_t from, std::shared_ptr<const Heard> heard, Saved done);
  StoreWorker::Job next_commit();
  std::vector<Queued> take_due();
  void commit(Batch& batch);
  bool is_due() const;
  void tell(Batch& batch);
  void tell_feed(Batch& batch) const;
  void fail_queued(const Error& why);
  void doubt(Batch& batch, const Error& why);
  void prove_usable();

  std::unique_ptr<Ledger> ledger_;
  Observer observer_;
  Listener listener_;
  Feed feed_;
  std::mutex mutex_;
  std::string source_;  // guarded by mutex_, as are all below
  std::vector<Queued> steps_;
  // The earliest of the steps'; a job is due by then. The past: it is, and they are left.
  SteadyTime deadline_ = SteadyTime::max();
  bool stopping_ = false;
  StoreWorker worker_;
};

}  // namespace tenantscope
