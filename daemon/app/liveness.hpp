// Whether the threads turn that everything depends on. Each gets a beat every few seconds and
// answers it, whatever the traffic: a thread that is idle, or waits with a deadline, turns. Beats
// are given on the loop, standing_still() may be asked by any thread.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/timeline.hpp"

namespace tenantscope {

class Liveness {
 public:
  static constexpr Duration patience = std::chrono::seconds(30);
  static constexpr Duration beat_every = std::chrono::seconds(5);

  // Resumes on the loop once the thread has turned.
  using Turn = std::function<boost::asio::awaitable<void>()>;

  explicit Liveness(boost::asio::any_io_executor loop,
                    std::shared_ptr<Timeline> timeline = std::make_shared<Timeline>());

  // From now on `turn` is asked every few seconds. The first that is watched is the loop itself: it
  // gives the others' beats. REQUIRES: standing_still() wasn't asked yet.
  void watch(std::string thread, Turn turn);

  // What hasn't turned within `patience`: "the ledger's thread hasn't turned for 42s". Where the
  // loop hasn't, nothing is known of the others.
  std::vector<std::string> standing_still() const;

 private:
  struct Watched {
    std::string thread;
    Turn turn;
    std::atomic<SteadyTime> turned;
  };

  boost::asio::awaitable<void> beat(Watched* watched);

  boost::asio::any_io_executor loop_;
  std::shared_ptr<Timeline> timeline_;
  std::deque<Watched> watched_;
};

}  // namespace tenantscope
