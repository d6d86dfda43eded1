// The ledger on a thread of its own. Steps that come while a transaction is under way, or before
// their deadline, share the next one: a slow disk groups commits instead of stalling probes, and
// the baselines of a first start are a handful of commits.
//
// The coroutine rule holds for every caller (CONTRIBUTING.md): g++ 12 destroys a closure or an
// aggregate twice that a co_await expression makes. A job has a name, and is moved in:
//   auto read = [after](Ledger& ledger) { return ledger.read(after, page_size); };
//   const auto page = co_await ledger.run(std::move(read));
#pragma once

#include <boost/asio/awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <type_traits>

#include "base/callback.hpp"
#include "base/time.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

class LedgerThread {
 public:
  // What came of a transaction: called on the ledger's thread after each, with the steps' number
  // and whether it was committed.
  using Observer = std::function<void(bool committed)>;

  LedgerThread(std::unique_ptr<Ledger> ledger, std::string source, Observer observer);
  ~LedgerThread();  // commits and runs what is queued, then ends the thread

  struct Committed {
    Step step;  // given back
    Result<std::uint64_t> sequence;
  };
  // More steps than this gain little from sharing a transaction, but cost memory while they wait.
  static constexpr std::size_t enough_company = 8000;
  // Durable on return, or an error. Begins at `deadline` at the latest, or in enough company, as
  // soon as nothing else is under way.
  boost::asio::awaitable<Committed> commit(Step step, SteadyTime deadline);

  // Runs `job` with the ledger, in turn with the commits, and gives what it returns. `Job&&` is a
  // reference: a parameter by value would be a closure that the co_await expression makes.
  template <class Job>
  requires(!std::is_lvalue_reference_v<Job>) auto run(Job&& job) {
    using T = std::invoke_result_t<const Job&, Ledger&>;
    std::function<void(Callback<T>)> start = [this,
                                              job = std::forward<Job>(job)](Callback<T> done) {
      auto run_it = [job, done](Ledger& ledger) { done(job(ledger)); };
      post(std::move(run_it));
    };
    return await_callback<T>(std::move(start));
  }

  // Resumes once the thread has come to it, after what was queued before.
  boost::asio::awaitable<void> turn();

  // Runs `job` some time, for its effect alone.
  void post(std::function<void(Ledger&)> job);

  void set_source(std::string source);

 private:
  struct Queued {
    Step step;
    Callback<Committed> done;
  };

  void loop();
  void commit_together(std::deque<Queued> queued, const std::string& source);

  std::unique_ptr<Ledger> ledger_;
  Observer observer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string source_;  // guarded by mutex_, as are all below
  std::deque<Queued> steps_;
  SteadyTime deadline_ = SteadyTime::max();  // the earliest of the steps'
  std::deque<std::function<void(Ledger&)>> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tenantscope
