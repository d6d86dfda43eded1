// A condition that coroutines of one executor wait for, with or without a deadline. On that
// executor's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <map>
#include <utility>

#include "base/time.hpp"

namespace tenantscope {

class Signal {
 public:
  explicit Signal(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  // Coroutines that still wait are never resumed.
  ~Signal() {
    for (const auto& [number, waiting] : waiting_)
      waiting->signal = nullptr;
  }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  // Resumes when it is notified: true; or at `until`: false. A coroutine may be destroyed while it
  // waits. `who`: by what notify() knows it.
  boost::asio::awaitable<bool> wait(SteadyTime until = SteadyTime::max(),
                                    const void* who = nullptr) {
    Waiting waiting(*this, until, who);
    boost::system::error_code cancelled;
    co_await waiting.timer.async_wait(
        boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    co_return waiting.notified;
  }

  // Resumes all that wait at this moment, in the order in which they came.
  void notify_all() {
    for (const auto& [number, waiting] : waiting_)
      waiting->resume();
  }
  // Resumes those that wait as `who`.
  void notify(const void* who) {
    for (const auto& [number, waiting] : waiting_)
      if (waiting->who == who)
        waiting->resume();
  }

 private:
  struct Waiting {
    Waiting(Signal& awaited, SteadyTime until, const void* waiter)
        : signal(&awaited), number(awaited.next_++), who(waiter), timer(awaited.executor_, until) {
      signal->waiting_.emplace(number, this);
    }
    ~Waiting() {
      if (signal)
        signal->waiting_.erase(number);
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    void resume() {
      notified = true;
      timer.cancel();
    }

    Signal* signal;
    std::uint64_t number;
    const void* who;
    boost::asio::steady_timer timer;
    bool notified = false;
  };

  boost::asio::any_io_executor executor_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Waiting*> waiting_;
};

}  // namespace tenantscope
