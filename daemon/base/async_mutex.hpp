// A mutex for coroutines of one executor: those that wait for it are suspended, and get it in the
// order in which they came. On that executor's thread. There is no guard, as a coroutine may be
// destroyed after what it uses.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <utility>

#include "base/signal.hpp"

namespace tenantscope {

class AsyncMutex {
 public:
  explicit AsyncMutex(boost::asio::any_io_executor executor) : served_(std::move(executor)) {}

  // REQUIRES: a coroutine that waits is destroyed only when none needs the mutex any more.
  boost::asio::awaitable<void> lock() {
    const std::uint64_t turn = next_++;
    while (turn != now_serving_)
      co_await served_.wait();
  }

  // REQUIRES: the caller has locked it.
  void unlock() {
    ++now_serving_;
    served_.notify_all();
  }

 private:
  Signal served_;
  std::uint64_t next_ = 0;
  std::uint64_t now_serving_ = 0;
};

}  // namespace tenantscope
