// Whether this daemon is the active one of those that share a ledger, on a thread of its own: it
// says in time that it lives, waits for its turn, and hears when that is over. Whoever is active
// stays it while its server answers in time, and goes on in the same term where nobody took over
// meanwhile.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/replica.hpp"

namespace tenantscope {

class Membership {
 public:
  // Who writes to the ledger, as its server says.
  struct Seen {
    std::uint64_t term = 0;
    bool mine = false;
    std::string name, url;     // of the active one; empty: nobody is
    bool same_config = true;   // as this one
    bool synchronous = false;  // what is committed is on another server as well
    std::string outdated;      // why this one can't become active, nor stay it; empty: it can
  };
  // As PgMember has them. May take long, and throw what is an Error here: an Error of kind io may
  // pass; another won't.
  struct Member {
    std::function<Result<Seen>(bool wanted, const ReplicaWord& word)> beat;
    std::function<void()> leave;
  };
  struct Pace {
    Duration lease = std::chrono::seconds(10);
    Duration look = std::chrono::milliseconds(500);  // for its turn, or for the server
  };
  // Called on the membership's thread while it is active.
  struct Listener {
    // The server has answered: it may act until then (boot_now()); and whether that is news.
    std::function<void(std::chrono::nanoseconds until, bool news)> answers;
    std::function<void(const Error& why)> silent;  // the server doesn't answer; once
    std::function<void(const Error& why)> over;    // its term is; once, and then nothing
  };

  Membership(Member member, Pace pace);
  ~Membership();  // as leave()
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

  // Its term, once it is active. Waits for as long at most; nothing: it isn't yet. Error: it can't
  // be (other), or its server doesn't answer (io).
  Result<std::optional<std::uint64_t>> active_within(Duration wait);
  Seen seen() const;  // what the last answer said

  // What others are to know of this replica, from the next beat on: how far it follows; and, in a
  // beat that comes at once, its configuration, and that it is about to end.
  void follows(std::uint64_t sequence);
  void configured(std::string config);
  void drain();

  // Told at once where the server has answered already, on the caller's thread. REQUIRES: what it
  // calls outlives hush().
  void listen(Listener listener);
  // What is being told has been told then, and nothing else is. REQUIRES: another thread.
  void hush();

  // The thread ends, once its call under way has; the next standby gets the place.
  void leave();

 private:
  using Clock = std::chrono::nanoseconds;

  void work();
  ReplicaWord word() const;
  void tell(const std::function<void()>& what, std::unique_lock<std::mutex>& lock);
  void take(const Result<Seen>& answer, Clock sent, std::unique_lock<std::mutex>& lock);
  void tell_answer(Clock until, std::unique_lock<std::mutex>& lock);
  void tell_silence(const Error& why, std::unique_lock<std::mutex>& lock);
  void end(const Error& why, std::unique_lock<std::mutex>& lock);

  const Member member_;
  const Pace pace_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Seen seen_;                          // guarded by mutex_, as are all below
  std::optional<Error> failure_;       // of the last beat
  std::optional<std::uint64_t> term_;  // its own
  Clock until_{};                      // its lease
  Listener listener_;
  bool answered_ = false;  // and told so
  bool over_ = false;
  std::optional<std::uint64_t> follows_;
  std::string config_;  // since it began; empty: as then
  bool draining_ = false;
  bool news_ = false;  // of it, for others
  int telling_ = 0;    // calls of the listener under way
  bool leaving_ = false;
  std::thread thread_;
};

}  // namespace tenantscope
