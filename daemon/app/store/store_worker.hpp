// A thread for calls that may never return, as those of a storage: jobs in turn, each of whose
// callers is answered within `patience`, whatever the call does.
//
// A call that takes longer makes the storage "away" until it has returned. Its own caller, all that
// wait and all that come meanwhile get an error at once; what waits then never runs. A second
// thread keeps the time, as the first can't while it hangs.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/callback.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace tenantscope {

// What a caller of such a thread gets: what it asked for, or why there is none.
template <class T>
struct Answered {
  using type = Result<T>;
};
template <class T>
struct Answered<Result<T>> {
  using type = Result<T>;
};

class StoreWorker {
 public:
  struct Limits {
    Duration patience = std::chrono::seconds(4);
    std::size_t waiting = 10'000;  // jobs; who comes then is refused
  };

  // Either it is called and told of, or it fails; a call under way may do both: it fails when
  // patience ends, and is told of as `late` once it has returned. By value: it may outlive its
  // caller.
  struct Job {
    std::function<void()> call;  // what may hang; on the worker's thread, as tell()
    std::function<void(bool late)> tell = {};
    // From any thread, and under the worker's lock: calls nothing of it. `begun`: the call is under
    // way, and may do yet what it shall.
    std::function<void(const Error& why, bool begun)> fail = {};
  };

  struct Listener {
    std::function<void()> away;      // as Job::fail
    std::function<void()> returned;  // the call; on the worker's thread, before it is told of
    std::function<void()> refused;   // a job fails that hasn't begun; from any thread
  };

  // `what`: "the storage", in errors.
  StoreWorker(std::string what, Limits limits, Listener listener = {});
  ~StoreWorker();  // as stop()
  StoreWorker(const StoreWorker&) = delete;
  StoreWorker& operator=(const StoreWorker&) = delete;

  void submit(Job job);
  // Not before `due`, and then before others; at a stop at once.
  void submit_at(SteadyTime due, Job job);

  // Runs `call` in turn and gives what it returns; or an Error: io where there is no answer,
  // throttled where too much waits.
  template <class T>
  boost::asio::awaitable<typename Answered<T>::type> ask(std::function<T()> call) {
    using Answer = typename Answered<T>::type;
    std::function<void(Callback<Answer>)> start = [this,
                                                   call = std::move(call)](Callback<Answer> done) {
      const auto answer = std::make_shared<std::optional<Answer>>();
      submit({.call = [call, answer] { answer->emplace(call()); },
              .tell =
                  [answer, done](bool late) {
                    if (!late)
                      done(std::move(**answer));
                  },
              .fail = [done](const Error& why,
                             bool) { done(Answer(boost::system::in_place_error, why)); }});
    };
    return await_callback<Answer>(std::move(start));
  }

  // Resumes once the thread has turned, or is known to wait for a call whose callers have been
  // answered. Never where it stands still otherwise.
  boost::asio::awaitable<void> turn();

  bool away() const;

  // Runs what waits, unless the storage is away, and ends the threads. It waits for a call under
  // way: see StopDeadline. Nothing may be submitted any more.
  void stop();

 private:
  struct Waiting {
    Job job;
    SteadyTime expires;
  };

  void work();
  std::optional<Job> next();
  void wait_for_more(std::unique_lock<std::mutex>& lock);
  void run(std::unique_lock<std::mutex>& lock, Job job);
  void keep_time();
  std::vector<Job> overdue();
  void go_away(std::vector<Job>& failed);
  SteadyTime next_look() const;
  void refuse(const Job& job, const Error& why) const;
  Error no_answer() const;

  const std::string what_;
  const Limits limits_;
  const Listener listener_;
  mutable std::mutex mutex_;
  std::condition_variable more_;      // for the worker
  std::condition_variable lateness_;  // for the timekeeper
  // Guarded by mutex_, as are all below. The timekeeper alone uses the job while its call is made.
  std::optional<Job> under_way_;
  SteadyTime began_;
  std::deque<Waiting> waiting_;
  std::multimap<SteadyTime, Job> timed_;
  std::vector<Callback<bool>> turns_;
  bool away_ = false;
  bool stopping_ = false;
  bool ended_ = false;
  bool timekeeper_sleeps_ = false;
  std::thread timekeeper_;
  std::thread worker_;
};

}  // namespace tenantscope
