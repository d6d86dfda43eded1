// Daemons that share a ledger in a real PostgreSQL, whose active one is killed, stopped or asked to
// end while tenants change, and whose server stands still or is started anew: each change is in the
// journal once, and comes to the receiver, also where it is another one that brings it.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "e2e/promises.hpp"
#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"
#include "support/postgres_server.hpp"

namespace tenantscope::e2e {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr auto lease = milliseconds(2000);
constexpr int replicas = 3;
constexpr int tenants = 20;

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

std::string name_of(int tenant) { return fmt::format("keeper{}.example", tenant); }
std::string value_of(int count) { return fmt::format("V{}", count); }

class Fleet {
 public:
  Fleet() {
    for (int i = 0; i < replicas; ++i)
      daemons_.push_back(std::make_unique<Deployment>(configured(i)));
    const Finished made = run_tenantscope(
        {"storage", "init", "--config.file=" + daemons_[0]->config_file().string()});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    for (int i = 0; i < replicas; ++i)
      launch(i);
  }

  void bear(Fault fault) {
    const int victim = await_active();
    look();
    const Clock::time_point struck = strike(fault, victim);
    look();
    await_events(1);
    milliseconds& longest = longest_[fault];
    longest = std::max(longest, std::chrono::duration_cast<milliseconds>(Clock::now() - struck));
    mend(fault, victim, struck);
    await_events(tenants);
    ++faults_;
  }

  // No more faults, no more changes: everything that is owed comes.
  void settle() {
    settling_ = true;
    const auto owed = kept_;
    ASSERT_TRUE(eventually([&] {
      look();
      for (const auto& [tenant, kept] : owed)
        if (kept_[tenant] <= kept)
          return false;
      return have_been_posted();
    })) << seen_.size()
        << " events, " << missing(owed) << receiver_.posts().size()
        << " posts: " << daemons_[std::size_t(await_active())]->daemon().log();
    for (auto& one : daemons_)
      EXPECT_EQ(one->stop(), 0) << one->daemon().log();
  }

  void check() {
    const Lines journal = journal_behind(0);
    Told told = check_journal(journal);
    for (int i = 0; i < tenants; ++i) {
      Lines expected;
      for (int count = 0; count < kept_[i]; ++count)
        expected.push_back(value_of(count));
      EXPECT_EQ(told.scopes[name_of(i)], expected) << name_of(i);
    }
    const std::vector<Post> posts = receiver_.posts();
    const std::size_t repeated = check_posts(journal, posts, Repeats::when_unwritten);
    constexpr std::size_t in_flight = 8;
    EXPECT_LE(repeated, in_flight * faults_);
    std::cout << fmt::format("{} faults, {} terms, {} events, {} posts, {} of them repeated\n",
                             faults_, server_.ask("SELECT term FROM tenantscope.ledger"),
                             journal.size(), posts.size(), repeated);
    for (const auto& [fault, longest] : longest_)
      std::cout << fmt::format("{}: the next change was stored after {} ms at most\n",
                               to_string(fault), longest.count());
  }

 private:
  std::string configured(int replica) {
    std::string rest = "tenants:\n";
    for (int i = 0; i < tenants; ++i)
      rest += fmt::format("  - {{name: {}}}\n", name_of(i));
    rest += fmt::format(
        "storage: {{postgresql: {{hosts: [\"{}:{}\"], database: {}, user: {}, lease: {}ms, "
        "durability: single}}}}\nreplica: {{name: replica-{}}}\n"
        "events: {{sinks: [{{name: hook, webhook: {{url: \"{}\"}}}}]}}\n",
        PostgresServer::host, server_.port(), PostgresServer::database, PostgresServer::user,
        lease.count(), replica, receiver_.url(fmt::format("/replica/{}", replica)));
    return configuration(authority_.url(), rest,
                         "{interval: 200ms, timeout: 1s, confirmations: 2, confirm_interval: "
                         "50ms}");
  }

  static std::string scenario() {
    std::string text = "tenants:\n";
    for (int i = 0; i < tenants; ++i)
      text += fmt::format("  - {{name: {}, region_scope: {}}}\n", name_of(i), value_of(0));
    return text;
  }

  int await_active() {
    int active = -1;
    EXPECT_TRUE(eventually([&] {
      for (int i = 0; i < replicas; ++i)
        if (is_active(i))
          active = i;
      return active >= 0;
    })) << logs();
    if (active < 0)
      throw std::runtime_error("nobody is active");
    return active;
  }
  std::string logs() const {
    std::string text = fmt::format("after {} faults\n", faults_);
    for (const auto& one : daemons_) {
      const std::string log = one->daemon().log();
      text += log.substr(log.size() - std::min<std::size_t>(log.size(), 3000)) + "\n\n";
    }
    return text;
  }
  bool is_active(int replica) {
    try {
      Daemon& daemon = daemons_[std::size_t(replica)]->daemon();
      return daemon.metrics()["tenantscope_replica_active"] == 1;
    } catch (const NoAnswer&) {
      return false;
    }
  }

  void await_events(std::size_t more) {
    const std::size_t before = seen_.size();
    ASSERT_TRUE(eventually([&] {
      look();
      return seen_.size() >= before + more;
    })) << daemons_[std::size_t(await_active())]->daemon().log();
  }

  void launch(int replica) {
    daemons_[std::size_t(replica)]->launch({"--web.listen-address=127.0.0.1:0"});
  }

  // From when on somebody might store the next change.
  Clock::time_point strike(Fault fault, int victim) {
    const Process& active = daemons_[std::size_t(victim)]->daemon().process();
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
    std::this_thread::sleep_for(2 * lease);
    const Clock::time_point now = Clock::now();
    for_good ? server_.start() : server_.freeze(false);
    return now;
  }

  void mend(Fault fault, int victim, Clock::time_point struck) {
    Process& process = daemons_[std::size_t(victim)]->daemon().process();
    if (fault == Fault::kill || fault == Fault::end) {
      EXPECT_EQ(process.wait(), fault == Fault::kill ? -SIGKILL : 0);
      launch(victim);
    } else if (fault == Fault::stand_still) {
      std::this_thread::sleep_until(struck + 2 * lease);
      process.signal(SIGCONT);
    }
  }

  Lines journal_behind(std::size_t sequence) const {
    return lines_of(server_.ask(fmt::format(
        "SELECT string_agg(event || E'\\n', '' ORDER BY sequence) FROM tenantscope.journal "
        "WHERE sequence > {}",
        sequence)));
  }

  // What the journal has got since; whoever has been seen with a value gets the next one.
  void look() {
    for (const std::string& line : journal_behind(seen_.size()))
      take(line);
  }
  void take(const std::string& line) {
    const json::object event = parsed(line);
    seen_.push_back(line);
    for (int i = 0; i < tenants; ++i) {
      if (text_at(event, "/subject") != name_of(i) ||
          text_at(event, "/data/current/region_scope") != value_of(kept_[i]))
        continue;
      ++kept_[i];
      if (!settling_)
        authority_.change(name_of(i),
                          fmt::format(R"({{"region_scope": "{}"}})", value_of(kept_[i])));
    }
  }

  std::string missing(const std::map<int, int>& owed) {
    std::string text;
    for (const auto& [tenant, kept] : owed)
      if (kept_[tenant] <= kept)
        text += fmt::format("{} isn't {}: {}\n", name_of(tenant), value_of(kept),
                            json::serialize(daemons_[std::size_t(await_active())]->daemon().tenant(
                                name_of(tenant))));
    return text;
  }

  bool have_been_posted() const {
    std::map<std::string, bool> posted;
    for (const Post& post : receiver_.posts())
      posted[post.id()] = true;
    return posted.size() == seen_.size();
  }

  PostgresServer server_;
  Simulator authority_{scenario()};
  Receiver receiver_;
  std::vector<std::unique_ptr<Deployment>> daemons_;
  std::map<int, int> kept_;  // how many of its values were seen, by tenant
  Lines seen_;
  bool settling_ = false;
  std::size_t faults_ = 0;
  std::map<Fault, milliseconds> longest_;
};

void bear(const std::vector<Fault>& faults) {
  Fleet fleet;
  for (const Fault fault : faults) {
    fleet.bear(fault);
    if (testing::Test::HasFailure())
      return;
  }
  fleet.settle();
  if (!testing::Test::HasFailure())
    fleet.check();
}

TEST(Takeover, LosesAndRepeatsNothing) { bear({Fault::kill, Fault::end, Fault::stand_still}); }

TEST(Takeover, IsNotNeededWhereTheServerComesBack) {
  bear({Fault::server_still, Fault::server_anew});
}

// A replica is active again that was before, in the same process.
TEST(Takeover, GoesRoundAndRound) {
  bear(std::vector<Fault>(std::size_t(2) * replicas, Fault::stand_still));
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
