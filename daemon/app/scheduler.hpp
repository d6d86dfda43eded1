// Starts each tenant's probe when it is its turn: core/Agenda with a timer, the instruments that
// show it, and the log lines about authorities. Requests from outside the schedule wait here for
// their turn. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/result.hpp"
#include "domain/cloud.hpp"
#include "domain/schedule/agenda.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {

class Scheduler {
 public:
  using Outcome = Agenda::Outcome;
  // Begins a tenant's probe: its request is under way until came_back(), the probe itself until
  // finished().
  using Start = std::function<void(std::size_t tenant)>;

  Scheduler(const boost::asio::any_io_executor& loop, Instruments& instruments, const Log& log,
            Start start);

  // The authorities that are asked, with their ceilings and numbers of connections; the limiters'
  // present state stays, also that of an authority which isn't asked any more. Those that visitors
  // asked stay while `clouds` has them: see visited(). REQUIRES: tenants that ask an authority that
  // is gone were dropped.
  void configure(const Clouds& clouds);

  // Probes `tenant` at `due`, asking `authority`. Where it waits already, the earlier date holds;
  // one that is being probed is let alone. `confirms`: a change awaits it.
  void schedule(std::size_t tenant, const std::string& authority, SteadyTime due,
                bool confirms = false);
  void drop(std::size_t tenant) { agenda_.drop(tenant); }

  // A request outside the schedule: waits until `cloud` may be asked, and is under way from then on
  // until came_back(). Error: it may not before `until`.
  boost::asio::awaitable<std::optional<Error>> admit(Cloud cloud, SteadyTime until);
  bool visited(const std::string& authority) const;

  // The request of a started probe is over: room for the next one. `detail`: why it failed. True:
  // the authority asks to be asked less, and the log has said so.
  bool came_back(const std::string& authority, Outcome outcome, Duration retry_after,
                 std::string_view detail = {});
  // The probe is over: the tenant may be scheduled again.
  void finished(std::size_t tenant) { agenda_.finished(tenant); }

  // The authority can't be reached.
  bool down(const std::string& authority) const;

  void stop();

 private:
  struct Known {
    Agenda::Authority& authority;
    AuthorityInstruments* shown;  // nullptr: it isn't asked
    bool visited = false;
    bool slowed = false;   // and the log says so
    bool clamped = false;  // likewise: it wants to be left alone for longer than it is
  };

  Known& know(const Cloud& cloud, SteadyTime now);
  void show(const Known& known);
  void tell_reach(const std::string& name, const Known& known, bool was_open,
                  std::string_view detail);
  void tell_pace(const std::string& name, Known& known, Outcome outcome, Duration retry_after,
                 bool throttled);
  void arm(SteadyTime now);
  void run();

  boost::asio::steady_timer timer_;
  Instruments& instruments_;
  const Log& log_;
  Agenda agenda_;
  std::map<std::string, Known> known_;
  SteadyTime armed_ = SteadyTime::max();
  bool stopped_ = false;
};

}  // namespace tenantscope
