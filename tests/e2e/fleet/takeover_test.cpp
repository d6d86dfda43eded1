// Daemons that share a ledger in a real PostgreSQL, whose active one is killed, stopped or asked to
// end while tenants change, and whose server stands still or is started anew: each change is in the
// journal once, and comes to the receiver, also where it is another one that brings it.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "e2e/fleet/fleet.hpp"
#include "support/postgres_server.hpp"

namespace tenantscope::e2e {
namespace {

using Clock = Fleet::Clock;
using std::chrono::milliseconds;

enum class Fault {
  kill,          // of the active one
  stand_still,   // of it, for longer than its lease
  end,           // of it, as it is asked to
  server_still,  // the server, for longer than a lease
  server_anew,   // it is killed, and comes back
};

const char* to_string(Fault fault) {
  constexpr const char* texts[] = {"the active one killed", "the active one stopped",
                                   "the active one asked to end", "the server stood still",
                                   "the server killed and started"};
  return texts[int(fault)];
}

class Takeovers {
 public:
  void bear(Fault fault) {
    const int victim = fleet_.await_active();
    fleet_.look();
    const Clock::time_point struck = strike(fault, victim);
    fleet_.look();
    fleet_.await_events(1);
    milliseconds& longest = longest_[fault];
    longest = std::max(longest, std::chrono::duration_cast<milliseconds>(Clock::now() - struck));
    mend(fault, victim, struck);
    fleet_.await_events(Fleet::tenants);
    ++faults_;
  }

  void settle() { fleet_.settle(); }

  void check() {
    const std::size_t repeated = fleet_.check();
    constexpr std::size_t in_flight = 8;
    EXPECT_LE(repeated, in_flight * faults_);
    std::cout << fmt::format("{} faults, {} terms, {} events, {} posts, {} of them repeated\n",
                             faults_, server_.ask("SELECT term FROM tenantscope.ledger"),
                             fleet_.seen().size(), fleet_.posts().size(), repeated);
    for (const auto& [fault, longest] : longest_)
      std::cout << fmt::format("{}: the next change was stored after {} ms at most\n",
                               to_string(fault), longest.count());
  }

 private:
  // From when on somebody might store the next change.
  Clock::time_point strike(Fault fault, int victim) {
    const Process& active = fleet_.daemon(victim).process();
    const Clock::time_point now = Clock::now();
    if (fault == Fault::kill)
      active.signal(SIGKILL);
    else if (fault == Fault::end)
      active.signal(SIGTERM);
    else if (fault == Fault::stand_still)
      active.signal(SIGSTOP);
    else
      return stop_server(fault == Fault::server_anew);
    return now;
  }
  Clock::time_point stop_server(bool for_good) {
    for_good ? server_.kill() : server_.freeze(true);
    std::this_thread::sleep_for(2 * Fleet::lease);
    const Clock::time_point now = Clock::now();
    for_good ? server_.start() : server_.freeze(false);
    return now;
  }

  void mend(Fault fault, int victim, Clock::time_point struck) {
    Process& process = fleet_.daemon(victim).process();
    if (fault == Fault::kill || fault == Fault::end) {
      EXPECT_EQ(process.wait(), fault == Fault::kill ? -SIGKILL : 0);
      fleet_.launch(victim);
    } else if (fault == Fault::stand_still) {
      std::this_thread::sleep_until(struck + 2 * Fleet::lease);
      process.signal(SIGCONT);
    }
  }

  PostgresServer server_;
  Fleet fleet_{{.ports = {{{server_.port()}, {server_.port()}, {server_.port()}}},
                .ask = [this](const std::string& sql) { return server_.ask(sql); }}};
  std::size_t faults_ = 0;
  std::map<Fault, milliseconds> longest_;
};

void bear(const std::vector<Fault>& faults) {
  Takeovers takeovers;
  for (const Fault fault : faults) {
    takeovers.bear(fault);
    if (testing::Test::HasFailure())
      return;
  }
  takeovers.settle();
  if (!testing::Test::HasFailure())
    takeovers.check();
}

TEST(Takeover, LosesAndRepeatsNothing) { bear({Fault::kill, Fault::end, Fault::stand_still}); }

TEST(Takeover, IsNotNeededWhereTheServerComesBack) {
  bear({Fault::server_still, Fault::server_anew});
}

// A replica is active again that was before, in the same process.
TEST(Takeover, GoesRoundAndRound) {
  bear(std::vector<Fault>(std::size_t(2) * Fleet::replicas, Fault::stand_still));
}

// Of TENANTSCOPE_FAULTS faults.
TEST(TakeoverSlow, LosesAndRepeatsNothingThroughManyFaults) {
  const char* const given = std::getenv("TENANTSCOPE_FAULTS");
  const int faults = given ? std::stoi(given) : 20;
  constexpr Fault kinds[] = {Fault::kill,       Fault::stand_still,  Fault::end,
                             Fault::kill,       Fault::server_still, Fault::stand_still,
                             Fault::server_anew};
  std::vector<Fault> order;
  order.reserve(std::size_t(faults));
  for (int i = 0; i < faults; ++i)
    order.push_back(kinds[std::size_t(i) % std::size(kinds)]);
  bear(order);
}

}  // namespace
}  // namespace tenantscope::e2e
