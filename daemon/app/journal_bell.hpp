// Rings when the journal has grown: what a long poll waits for. On one executor's thread, but for
// ring().
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>

#include "base/signal.hpp"
#include "base/time.hpp"

namespace tenantscope {

class JournalBell {
 public:
  explicit JournalBell(boost::asio::any_io_executor executor)
      : executor_(std::move(executor)), rung_(executor_) {}

  void ring();  // from any thread
  // How often it has rung: who reads the journal elsewhere looks before, and doesn't wait where it
  // has rung since.
  std::uint64_t rings() const { return rings_; }
  // wake() ends the wait of the `who` that is given here.
  boost::asio::awaitable<void> wait_until(SteadyTime until, const void* who = nullptr);
  void wake(const void* who);  // ends the wait of one

 private:
  boost::asio::any_io_executor executor_;
  Signal rung_;
  std::uint64_t rings_ = 0;
};

}  // namespace tenantscope
