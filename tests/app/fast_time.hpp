// Time that passes as fast as a test likes.
#pragma once

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/timeline.hpp"

namespace tenantscope {

// A wait until a certain time is over at once, and then it is that time.
class FastTime : public Timeline {
 public:
  SteadyTime now() const override { return now_; }
  WallTime wall() const override { return start_wall_ + passed(); }
  void pass(Duration time) { now_ += time; }
  Duration passed() const { return std::chrono::duration_cast<Duration>(now_ - start_); }

  boost::asio::awaitable<void> wait(Signal& signal, SteadyTime until) override {
    if (until != SteadyTime::max()) {
      now_ = std::max(now_, until);
      const auto here = co_await boost::asio::this_coro::executor;
      co_await boost::asio::post(here, boost::asio::use_awaitable);
      co_return;
    }
    co_await Timeline::wait(signal, until);
  }

 private:
  SteadyTime start_ = steady_now();
  WallTime start_wall_ = wall_now();
  SteadyTime now_ = start_;
};

}  // namespace tenantscope
