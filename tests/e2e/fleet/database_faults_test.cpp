// Daemons whose database fails while tenants change: its primary dies, or hangs and comes back, and
// a standby of it takes its place. With synchronous replication each change is in the journal once
// and comes to the receiver. TENANTSCOPE_PROMOTIONS and TENANTSCOPE_ZOMBIES say how often.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <fmt/format.h>

#include "e2e/fleet/fleet.hpp"
#include "support/postgres_pair.hpp"

namespace tenantscope::e2e {
namespace {

using Clock = Fleet::Clock;
using std::chrono::milliseconds;

int rounds_of(const char* variable, int unless_told) {
  const char* const given = std::getenv(variable);
  return given ? std::stoi(given) : unless_told;
}

class Failovers {
 public:
  // The primary dies, and its standby takes its place.
  void promotion() {
    begin();
    servers_.primary().kill();
    take_place();
    await_commit();
    end();
  }

  // The primary hangs, its standby takes its place, and it goes on: before the next commit, or
  // after it.
  void zombie(bool early) {
    begin();
    servers_.primary().freeze(true);
    take_place();
    if (early)
      servers_.other().freeze(false);
    await_commit();
    if (!early)
      servers_.other().freeze(false);
    fleet_.await_events(Fleet::tenants);
    EXPECT_LE(head_of(servers_.other()), had_) << "it was written to";
    end();
  }

  void finish(const char* what) {
    fleet_.settle();
    if (testing::Test::HasFailure())
      return;
    const std::size_t repeated = fleet_.check();
    constexpr std::size_t in_flight = 8;
    EXPECT_LE(repeated, in_flight * rounds_);
    std::cout << fmt::format(
        "{} {}: {} events, {} posts, {} of them repeated; the next change was stored {} ms after "
        "the promotion at most\n",
        rounds_, what, fleet_.seen().size(), fleet_.posts().size(), repeated, longest_.count());
  }

 private:
  static std::uint64_t head_of(const PostgresServer& server) {
    return std::stoull(server.ask("SELECT head FROM tenantscope.ledger"));
  }

  void begin() {
    (void)fleet_.await_active();
    fleet_.await_events(1);
    struck_ = Clock::now();
  }
  void take_place() {
    servers_.await_applied();
    had_ = head_of(servers_.other());
    servers_.promote();
    promoted_ = Clock::now();
    promoting_ = std::chrono::duration_cast<milliseconds>(promoted_ - struck_);
  }
  void await_commit() {
    const milliseconds took = fleet_.until_above(had_, promoted_);
    longest_ = std::max(longest_, took);
    std::cout << fmt::format("round {}: {} ms after the promotion, {} ms after the failure\n",
                             ++rounds_, took.count(), (took + promoting_).count());
  }
  void end() {
    servers_.rebuild();
    fleet_.await_events(Fleet::tenants);
  }

  PostgresPair servers_{PostgresPair::Replication::synchronous};
  Fleet fleet_{{.ports = {{{servers_.ports()[0], servers_.ports()[1]},
                           {servers_.ports()[0], servers_.ports()[1]},
                           {servers_.ports()[0], servers_.ports()[1]}}},
                .ask = [this](const std::string& sql) { return servers_.primary().ask(sql); }}};
  std::uint64_t had_ = 0;  // the ledger's head where the standby took over
  Clock::time_point struck_, promoted_;
  milliseconds promoting_{0};  // since the failure
  milliseconds longest_{0};
  std::size_t rounds_ = 0;
};

TEST(Promotions, LoseAndRepeatNothing) {
  Failovers failovers;
  for (int left = rounds_of("TENANTSCOPE_PROMOTIONS", 2); left > 0 && !HasFailure(); --left)
    failovers.promotion();
  failovers.finish("promotions");
}

TEST(Zombies, AreNotWrittenTo) {
  Failovers failovers;
  for (int left = rounds_of("TENANTSCOPE_ZOMBIES", 2); left > 0 && !HasFailure(); --left)
    failovers.zombie(left % 2 == 0);
  failovers.finish("zombies");
}

}  // namespace
}  // namespace tenantscope::e2e
