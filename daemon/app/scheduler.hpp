// Starts each tenant's probe when it is due and its authority may be asked: a heap of due times, and per authority a limiter,
// a number of requests under way, a queue of tenants that wait for their turn, and visitors from outside the schedule, who take
// turns with them. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/cloud.hpp"
#include "core/limiter.hpp"
#include "core/schedule.hpp"
#include "view/instruments.hpp"

namespace tenantscope {

class Scheduler {
 public:
  static constexpr Duration tick{50};  // due probes are released together, this often at most

  // Begins a tenant's probe: its request is under way until came_back(), the probe itself until finished().
  using Start = std::function<void(std::size_t tenant)>;

  Scheduler(const boost::asio::any_io_executor& loop, Instruments& instruments, Start start);

  // The authorities that are asked. Those that visitors asked stay while `clouds` has them: see visited(). Ceilings and numbers of connections are taken over; the limiters' present state stays.
  // REQUIRES: tenants that ask an authority that is gone were dropped.
  void configure(const Clouds& clouds);

  // Probes `tenant` at `due`, asking `authority`; moves the date of one that waits for it, and lets one that is
  // queued or being probed alone.
  void schedule(std::size_t tenant, const std::string& authority, SteadyTime due);
  void drop(std::size_t tenant);

  // A request outside the schedule: waits until `cloud` may be asked, and is under way from then on until came_back().
  // Error: it may not before `until`.
  boost::asio::awaitable<std::optional<Error>> admit(Cloud cloud, SteadyTime until);
  bool visited(const std::string& authority) const;

  enum class Outcome { answered, throttled, unreachable };
  // The request of a started probe is over: room for the next one.
  void came_back(const std::string& authority, Outcome outcome, Duration retry_after);
  // The probe is over: the tenant may be scheduled again.
  void finished(std::size_t tenant);

  void stop();

 private:
  struct Visitor {
    boost::asio::steady_timer timer;
    bool admitted = false;
  };
  struct Authority {
    Authority(double ceiling, SteadyTime now) : limiter(ceiling, now) {}
    Limiter limiter;
    std::size_t connections = 1;
    std::size_t in_flight = 0;
    std::deque<Due> waiting;
    std::list<Visitor*> visitors;
    bool visitors_turn = true;
    bool visited = false;
  };
  struct Slot {
    enum class Place { nowhere, heap, queue, probing } place = Place::nowhere;
    SteadyTime due;
    Authority* authority = nullptr;
  };

  void run();
  void release(const std::string& name, Authority& authority, SteadyTime now);
  bool current(const Due& due) const;
  void show(const std::string& name, const Authority& authority);
  void arm(SteadyTime now);

  boost::asio::steady_timer timer_;
  Instruments& instruments_;
  Start start_;
  std::map<std::string, Authority> authorities_;
  std::vector<Slot> slots_;  // by tenant
  DueHeap heap_;             // may hold dates that were moved since: the slot's `due` is the right one
  SteadyTime armed_ = SteadyTime::max();
  SteadyTime last_run_;
  bool stopped_ = false;
};

}  // namespace tenantscope
