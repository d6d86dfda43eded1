// How time passes for those who wait for long: really, or in a test as fast as it likes.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/clock.hpp"
#include "base/time.hpp"

namespace tenantscope {

class Timeline {
 public:
  virtual ~Timeline() = default;

  virtual SteadyTime now() const { return steady_now(); }
  virtual WallTime wall() const { return wall_now(); }

  // Until then, or until the timer is cancelled.
  virtual boost::asio::awaitable<void> wait(boost::asio::steady_timer& timer, SteadyTime until) {
    timer.expires_at(until);
    boost::system::error_code cancelled;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
  }
};

}  // namespace tenantscope
