// kill -9 at random instants while tenants change: the journal holds each change once, none is
// lost, nothing that was shown is taken back.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include <fmt/format.h>

extern "C" {  // which Debian 12's header forgets
#include <sys/pidfd.h>
}

#include "e2e/promises.hpp"
#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

unsigned seed() {
  const char* given = std::getenv("TENANTSCOPE_SEED");
  return given ? unsigned(std::stoul(given)) : std::random_device()();
}

// Keepers hold a value until it was seen in the journal, and only then take the next one: each must
// be there exactly once. Flappers change and fail as they like: whatever of it is confirmed must
// fit together.
class Torture {
 public:
  explicit Torture(unsigned seeded) : random_(seeded), authority_(scenario()), deployment_("") {
    receiver_.take(milliseconds(15));
  }

  void run(int kills) {
    for (int kill = 0; kill < kills; ++kill) {
      constexpr Since moments[] = {Since::listening, Since::event, Since::listening, Since::event,
                                   Since::start};
      const Since since = moments[kill % std::size(moments)];
      live(since, milliseconds(since == Since::event ? between(0, 60) : between(50, 800)));
      if (testing::Test::HasFailure())
        return;
    }
    settle();
    check();
  }

 private:
  static constexpr int keepers = 6;
  static constexpr int flappers = 4;
  static std::string keeper(int i) { return fmt::format("keeper{}.example", i); }
  static std::string flapper(int i) { return fmt::format("flapper{}.example", i); }
  static std::string value(int count) { return fmt::format("V{}", count); }

  static std::string scenario() {
    std::string text = "tenants:\n";
    for (int i = 0; i < keepers; ++i)
      text += fmt::format("  - {{name: {}, region_scope: {}}}\n", keeper(i), value(0));
    for (int i = 0; i < flappers; ++i)
      text += fmt::format("  - {{name: {}, region_scope: NA}}\n", flapper(i));
    return text;
  }

  // Posts tell by their path which life they are of.
  void configure() {
    std::string rest = "tenants:\n";
    for (int i = 0; i < keepers; ++i)
      rest += fmt::format("  - {{name: {}}}\n", keeper(i));
    for (int i = 0; i < flappers; ++i)
      rest += fmt::format("  - {{name: {}}}\n", flapper(i));
    rest += fmt::format(
        "events: {{sinks: [{{name: audit, file: {{path: events.jsonl}}}}, {{name: hook, webhook: "
        "{{url: \"{}\"}}}}]}}\n",
        receiver_.url(fmt::format("/life/{}", ++lives_)));
    deployment_.configure(
        configuration(authority_.url(), rest,
                      "{interval: 100ms, timeout: 1s, confirmations: 2, confirm_interval: 50ms}"));
  }

  int between(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }

  // Instants are counted from the start, from when it listens, or from when an event was seen: what
  // is under way then differs.
  enum class Since { start, listening, event };

  // One life of the daemon: it ends by SIGKILL, whatever it is doing then.
  void live(Since since, milliseconds span) {
    configure();
    Daemon& daemon = deployment_.launch();
    const auto seen_before = seen_.size();
    std::jthread killer;
    auto next_flap = Clock::now();
    ASSERT_TRUE(eventually([&] {
      if (Clock::now() >= next_flap) {
        flap();
        next_flap = Clock::now() + milliseconds(between(50, 300));
      }
      look(daemon);
      const bool counting = since == Since::start ||
                            (since == Since::listening && listens(daemon)) ||
                            seen_.size() > seen_before;
      if (counting && !killer.joinable())
        killer = kill_after(span, daemon.process().pid());
      return daemon.process().ended();
    })) << daemon.log();
    EXPECT_EQ(daemon.process().wait(), -SIGKILL) << daemon.log();
  }

  static std::jthread kill_after(milliseconds span, pid_t pid) {
    const int victim = ::pidfd_open(pid, 0);
    return std::jthread([victim, span] {
      std::this_thread::sleep_for(span);
      ::pidfd_send_signal(victim, SIGKILL, nullptr, 0);
      ::close(victim);
    });
  }

  static bool listens(const Daemon& daemon) {
    return !lines_with(daemon.log(), {"listening"}).empty();
  }

  void flap() {
    static constexpr const char* patches[] = {
        R"({"region_scope": "NA", "found": true})",
        R"({"region_scope": "EU", "sub_scope": "GCC", "found": true})",
        R"({"region_scope": "USG", "sub_scope": "absent"})",
        R"({"region_scope": "USGov", "sub_scope": "DOD", "found": true})",
        R"({"found": false})",
        R"({"tenant_id": "00000000-0000-0000-0000-00000000000a"})",
        R"({"tenant_id": "00000000-0000-0000-0000-00000000000b"})",
        R"({"fault": {"kind": "reset", "count": 2}})",
        R"({"fault": {"kind": "html", "count": 1}})",
    };
    authority_.change(flapper(between(0, flappers - 1)),
                      patches[between(0, std::size(patches) - 1)]);
  }

  // Takes in what the journal has got since, as far as the daemon can tell before it dies.
  void look(Daemon& daemon) {
    if (!listens(daemon))
      return;
    try {
      const json::value page =
          daemon.api(fmt::format("/api/v1/events?after={}&limit=1000", seen_.size()));
      for (const json::value& event : page.at("events").as_array())
        take(event.as_object());
    } catch (const NoAnswer&) {
    }
  }

  void take(const json::object& event) {
    EXPECT_EQ(text_at(event, "/sequence"), fmt::format("{:020}", seen_.size() + 1));
    seen_.push_back(json::serialize(event));
    for (int i = 0; i < keepers; ++i) {
      if (text_at(event, "/subject") != keeper(i) ||
          text_at(event, "/data/current/region_scope") != value(kept_[i]))
        continue;
      ++kept_[i];
      if (!settling_)
        authority_.change(keeper(i), fmt::format(R"({{"region_scope": "{}"}})", value(kept_[i])));
    }
  }

  // No more kills, no more changes: everything that is owed comes.
  void settle() {
    configure();
    Daemon& daemon = deployment_.start();
    for (int i = 0; i < flappers; ++i)
      authority_.change(flapper(i), R"({"fault": "none"})");
    const auto owed = kept_;
    settling_ = true;
    EXPECT_TRUE(eventually([&] {
      look(daemon);
      if (!std::ranges::equal(owed, kept_, std::less<>()) || !flappers_are_as_they_are(daemon))
        return false;
      look(daemon);
      const Metrics metrics = daemon.metrics();
      return have_come(seen_.size(), deployment_.storage() / "events.jsonl", receiver_.posts()) &&
             metrics.count("tenantscope_tenant_up{") == keepers + flappers &&
             metrics["tenantscope_event_outbox_events{sink=\"audit\"}"] == 0 &&
             metrics["tenantscope_event_outbox_events{sink=\"hook\"}"] == 0;
    })) << daemon.log();
    EXPECT_EQ(deployment_.stop(), 0);
  }

  bool flappers_are_as_they_are(Daemon& daemon) {
    for (int i = 0; i < flappers; ++i) {
      const json::object shown = daemon.tenant(flapper(i));
      if (text_at(shown, "/up") != "true" || text_at(shown, "/pending") != "false" ||
          !agrees(shown, authority_.tenant(flapper(i))))
        return false;
    }
    return true;
  }

  static bool agrees(const json::object& shown, const json::object& is) {
    if (text_at(shown, "/found") != text_at(is, "/found"))
      return false;
    if (text_at(shown, "/found") == "false")
      return true;
    const std::string sub_scope = is.contains("sub_scope") ? text_at(is, "/sub_scope") : "";
    return text_at(shown, "/tenant_id") == text_at(is, "/tenant_id") &&
           text_at(shown, "/region_scope") == text_at(is, "/region_scope") &&
           text_at(shown, "/sub_scope") == sub_scope;
  }

  void check() {
    const Lines journal = deployment_.journal();
    ASSERT_GE(journal.size(), seen_.size());
    EXPECT_TRUE(std::equal(seen_.begin(), seen_.end(), journal.begin()))
        << "what was shown isn't what is kept";

    Told told = check_journal(journal);
    for (int i = 0; i < flappers; ++i)
      EXPECT_TRUE(agrees(told.latest[flapper(i)].at("data").at("current").as_object(),
                         authority_.tenant(flapper(i))))
          << flapper(i);
    std::size_t kept = 0;
    for (int i = 0; i < keepers; ++i) {
      Lines expected;
      for (int count = 0; count < kept_[i]; ++count)
        expected.push_back(value(count));
      EXPECT_EQ(told.scopes[keeper(i)], expected) << keeper(i);
      kept += expected.size();
    }
    check_file(journal, deployment_.storage() / "events.jsonl");
    const std::vector<Post> posts = receiver_.posts();
    const std::size_t repeated = check_posts(journal, posts, Repeats::after_a_kill);
    std::cout << fmt::format(
        "{} kills, {} events, {} of them of keepers, {} posts, {} of them repeated\n", lives_ - 1,
        journal.size(), kept, posts.size(), repeated);
  }

  std::mt19937 random_;
  Simulator authority_;
  Receiver receiver_;
  Deployment deployment_;
  int lives_ = 0;
  std::array<int, keepers> kept_{};  // how many of its values were seen
  bool settling_ = false;
  Lines seen_;
};

void torture(int kills) {
  const unsigned seeded = seed();
  std::cout << "seed " << seeded << ": TENANTSCOPE_SEED repeats it\n";
  Torture(seeded).run(kills);
}

TEST(Crash, ChangesAreRecordedOnceThrough10Kills) { torture(10); }

TEST(CrashSlow, ChangesAreRecordedOnceThroughManyKills) {
  const char* kills = std::getenv("TENANTSCOPE_KILLS");
  torture(kills ? std::stoi(kills) : 200);
}

}  // namespace
}  // namespace tenantscope::e2e
