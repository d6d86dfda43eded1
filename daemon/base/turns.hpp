// One after the other, in the order they came: for the loop's coroutines that can't be under way at
// once. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <utility>

#include "base/time.hpp"

namespace tenantscope {

class Turns {
 public:
  explicit Turns(boost::asio::any_io_executor loop) : loop_(std::move(loop)) {}

  // Then it is the caller's turn, until give().
  boost::asio::awaitable<void> take() {
    if (!std::exchange(taken_, true))
      co_return;
    boost::asio::steady_timer mine(loop_, SteadyTime::max());
    waiting_.push_back(&mine);
    boost::system::error_code called;
    co_await mine.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, called));
  }

  void give() {
    if (waiting_.empty()) {
      taken_ = false;
      return;
    }
    boost::asio::steady_timer& next = *waiting_.front();
    waiting_.pop_front();
    next.cancel();
  }

 private:
  boost::asio::any_io_executor loop_;
  bool taken_ = false;
  std::deque<boost::asio::steady_timer*> waiting_;
};

}  // namespace tenantscope
