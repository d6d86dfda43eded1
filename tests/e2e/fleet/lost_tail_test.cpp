// Daemons whose database fails over without its last commits, as replication was asynchronous: that
// is noticed and told, the fleet goes on, and no number or id means two events. Also where the
// active one, who made them, dies along. TENANTSCOPE_LOST_TAILS says how often.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include <fmt/format.h>

#include "e2e/fleet/fleet.hpp"
#include "support/postgres_pair.hpp"

namespace tenantscope::e2e {
namespace {

using Clock = Fleet::Clock;
using std::chrono::milliseconds;

constexpr auto rewound = "tenantscope.ledger.rewound.v1";

class LostTails {
 public:
  void lose(bool active_dies) {
    const int active = fleet_.await_active();
    fleet_.await_events(1);
    servers_.hold_back();
    const std::uint64_t held = newest(servers_.other());
    EXPECT_TRUE(eventually([&] { return newest(servers_.primary()) >= held + kept_back; }))
        << fleet_.logs();
    fleet_.await_events(kept_back);  // somebody sees them
    if (active_dies)
      await_followed(active);
    const Clock::time_point struck = Clock::now();
    if (active_dies)
      fleet_.daemon(active).process().signal(SIGKILL);
    servers_.primary().kill();
    servers_.await_applied();
    const std::uint64_t had = newest(servers_.other());
    servers_.promote();
    const Clock::time_point promoted = Clock::now();
    EXPECT_TRUE(eventually([&] { return newest(servers_.primary()) > had; })) << fleet_.logs();
    std::cout << fmt::format("round {}: {} ms after the promotion, {} ms after the failure\n",
                             ++rounds_, since(promoted), since(struck));
    mend(active_dies ? active : -1);
  }

  void finish() {
    fleet_.settle();
    if (testing::Test::HasFailure())
      return;
    const Lines journal = fleet_.journal();
    check_meanings(journal);
    check_told(journal);
    const std::set<std::string> kept(journal.begin(), journal.end());
    const auto lost = std::ranges::count_if(
        fleet_.seen(), [&](const std::string& line) { return !kept.contains(line); });
    std::cout << fmt::format(
        "{} lost tails: {} events, {} that were seen are lost, {} posts; each was told, every "
        "tenant goes on, no number or id twice\n",
        rounds_, journal.size(), lost, fleet_.posts().size());
  }

 private:
  static constexpr std::size_t kept_back = 5;

  static std::int64_t since(Clock::time_point begin) {
    return std::chrono::duration_cast<milliseconds>(Clock::now() - begin).count();
  }
  static std::uint64_t newest(const PostgresServer& server) {
    return std::stoull(server.ask("SELECT coalesce(max(sequence), 0) FROM tenantscope.journal"));
  }

  // The others know what will be lost.
  void await_followed(int active) {
    const std::uint64_t head = fleet_.head();
    EXPECT_TRUE(eventually([&] {
      for (int i = 0; i < Fleet::replicas; ++i)
        if (i != active && fleet_.last_event_of(i) < head)
          return false;
      return true;
    })) << fleet_.logs();
  }

  void mend(int dead) {
    if (dead >= 0) {
      EXPECT_EQ(fleet_.daemon(dead).process().wait(), -SIGKILL);
      fleet_.launch(dead);
    }
    servers_.rebuild();
    fleet_.await_events(Fleet::tenants);
  }

  // Of all that anybody has ever seen.
  void check_meanings(const Lines& journal) {
    std::map<std::string, std::string> by_number, by_id;
    const auto meet = [&](const std::string& line) {
      const json::object event = parsed(line);
      EXPECT_EQ(by_number.try_emplace(text_at(event, "/sequence"), line).first->second, line);
      EXPECT_EQ(by_id.try_emplace(text_at(event, "/id"), line).first->second, line);
    };
    for (const Lines* lines : {&journal, &fleet_.seen()})
      for (const std::string& line : *lines)
        meet(line);
    for (const Post& post : fleet_.posts())
      meet(post.body);
  }

  void check_told(const Lines& journal) {
    std::map<std::string, std::string> latest;
    std::size_t told = 0;
    std::uint64_t before = 0;
    for (const std::string& line : journal) {
      const json::object event = parsed(line);
      const std::uint64_t sequence = std::stoull(text_at(event, "/sequence"));
      EXPECT_GT(sequence, before);
      before = sequence;
      if (text_at(event, "/type") == rewound)
        ++told;
      else
        latest[text_at(event, "/subject")] = text_at(event, "/data/current/region_scope");
    }
    EXPECT_EQ(told, rounds_);
    for (int i = 0; i < Fleet::tenants; ++i)
      EXPECT_EQ(latest[Fleet::name_of(i)], Fleet::value_of(fleet_.values_seen(i) - 1));
  }

  PostgresPair servers_{PostgresPair::Replication::asynchronous};
  Fleet fleet_{{.ports = {{{servers_.ports()[0], servers_.ports()[1]},
                           {servers_.ports()[0], servers_.ports()[1]},
                           {servers_.ports()[0], servers_.ports()[1]}}},
                .ask = [this](const std::string& sql) { return servers_.primary().ask(sql); }}};
  std::size_t rounds_ = 0;
};

TEST(LostTail, IsNoticedAndTold) {
  const char* const given = std::getenv("TENANTSCOPE_LOST_TAILS");
  LostTails tails;
  for (int left = given ? std::stoi(given) : 2; left > 0 && !HasFailure(); --left)
    tails.lose(left % 2 == 1);
  tails.finish();
}

}  // namespace
}  // namespace tenantscope::e2e
