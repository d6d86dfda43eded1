// Rings when the journal has grown: what a long poll waits for. On one executor's thread, but for
// ring().
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "base/signal.hpp"
#include "base/time.hpp"

namespace tenantscope {

class JournalBell {
 public:
  explicit JournalBell(boost::asio::any_io_executor executor)
      : executor_(std::move(executor)), rung_(executor_) {}

  void ring();  // from any thread
  // wake() ends the wait of the `who` that is given here.
  boost::asio::awaitable<void> wait_until(SteadyTime until, const void* who = nullptr);
  void wake(const void* who);  // ends the wait of one

 private:
  boost::asio::any_io_executor executor_;
  Signal rung_;
};

}  // namespace tenantscope
