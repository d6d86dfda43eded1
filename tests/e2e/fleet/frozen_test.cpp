// Daemons whose active one stands still inside a commit: half of it is sent, or all of it but its
// end, so that it holds what the others wait for. Or its network swallows that end. The others go
// on, and what it does when it comes to itself changes nothing. TENANTSCOPE_FROZEN says how often.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>

#include <fmt/format.h>

#include "e2e/fleet/fleet.hpp"
#include "support/message_proxy.hpp"
#include "support/postgres_server.hpp"

namespace tenantscope::e2e {
namespace {

using Clock = Fleet::Clock;
using std::chrono::milliseconds;

enum class Fault { half_sent, held, swallowed };

const char* to_string(Fault fault) {
  constexpr const char* texts[] = {"stopped in the middle of a commit's bytes",
                                   "stopped with the transaction open",
                                   "the end of a commit lost on its way"};
  return texts[int(fault)];
}

class Frozen {
 public:
  void bear(Fault fault) {
    const int active = fleet_.await_active();
    fleet_.await_events(1);
    MessageProxy& proxy = *proxies_[std::size_t(active)];
    const Process& process = fleet_.daemon(active).process();
    proxy.hold("WITH turn AS",
               fault == Fault::half_sent ? MessageProxy::Part::half : MessageProxy::Part::whole);
    ASSERT_TRUE(eventually([&] { return !proxy.armed(); })) << fleet_.logs();
    const Clock::time_point struck = Clock::now();
    if (fault != Fault::swallowed)
      process.signal(SIGSTOP);
    const milliseconds took = fleet_.until_above(fleet_.head(), struck);
    milliseconds& longest = longest_[fault];
    longest = std::max(longest, took);
    std::cout << fmt::format("{}: {} ms\n", to_string(fault), took.count());
    proxy.release();
    process.signal(SIGCONT);
    fleet_.await_events(Fleet::tenants);
    ++rounds_;
  }

  void finish() {
    fleet_.settle();
    if (testing::Test::HasFailure())
      return;
    const std::size_t repeated = fleet_.check();
    constexpr std::size_t in_flight = 8;
    EXPECT_LE(repeated, in_flight * rounds_);
    std::cout << fmt::format("{} freezes, lease {} ms: {} events, {} posts, {} of them repeated\n",
                             rounds_, Fleet::lease.count(), fleet_.seen().size(),
                             fleet_.posts().size(), repeated);
    for (const auto& [fault, longest] : longest_)
      std::cout << fmt::format("{}: the next change was stored after {} ms at most\n",
                               to_string(fault), longest.count());
  }

 private:
  std::unique_ptr<MessageProxy> before_server() const {
    return std::make_unique<MessageProxy>(server_.port());
  }

  PostgresServer server_;
  std::array<std::unique_ptr<MessageProxy>, Fleet::replicas> proxies_{
      before_server(), before_server(), before_server()};
  Fleet fleet_{{.ports = {{{proxies_[0]->port()}, {proxies_[1]->port()}, {proxies_[2]->port()}}},
                .ask = [this](const std::string& sql) { return server_.ask(sql); }}};
  std::size_t rounds_ = 0;
  std::map<Fault, milliseconds> longest_;
};

TEST(FrozenInside, ACommitHoldsNobodyUp) {
  const char* const given = std::getenv("TENANTSCOPE_FROZEN");
  const int rounds = given ? std::stoi(given) : 1;
  Frozen frozen;
  for (int round = 0; round < rounds && !HasFailure(); ++round)
    for (const Fault fault : {Fault::half_sent, Fault::held, Fault::swallowed})
      if (!HasFailure())
        frozen.bear(fault);
  frozen.finish();
}

}  // namespace
}  // namespace tenantscope::e2e
