// How time passes for long waits: really, or in a test as fast as it likes.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/clock.hpp"
#include "base/signal.hpp"
#include "base/time.hpp"

namespace tenantscope {

class Timeline {
 public:
  virtual ~Timeline() = default;

  virtual SteadyTime now() const { return steady_now(); }
  virtual WallTime wall() const { return wall_now(); }

  // Until then, or until `signal` is given.
  virtual boost::asio::awaitable<void> wait(Signal& signal, SteadyTime until) {
    co_await signal.wait(until);
  }
};

}  // namespace tenantscope
