// A storage that is damaged at rest, by flipped bits, a cut or edited rows, and the daemon started
// on it: it refuses, and says why, or it runs, and then tells no change that there was none, sends
// nothing that is damaged, and stops no sink in silence.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json/parse.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "e2e/numbered.hpp"
#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

constexpr int tenants = 8;
constexpr int side_by_side = 3;  // daemons, which wait most of the time
constexpr auto grace = std::chrono::seconds(3);

std::string configured(const Simulator& authority, const std::string& file,
                       const std::string& hook) {
  return configuration(
      authority.url(),
      numbered_tenants(tenants) +
          fmt::format("events: {{sinks: [{{name: audit, file: {{path: {}}}}}, {{name: hook, "
                      "webhook: {{url: \"{}\"}}}}]}}\n",
                      file, hook),
      "{interval: 100ms, timeout: 5s, confirmations: 1, confirm_interval: 50ms}");
}

void set(const Simulator& authority, int i, int count) {
  authority.change(tenant(i), fmt::format(R"({{"region_scope": "{}"}})", value(count)));
}

// What is damaged: each tenant has been seen and has changed, and no sink has taken any of it.
struct Sound {
  std::string database;
  std::vector<std::string> journal;
};

Sound make_sound() {
  const Simulator authority(numbered_scenario(tenants));
  Receiver receiver;
  receiver.answer(503);
  Deployment deployment(configured(authority, "missing/events.jsonl", receiver.url("/hook")));
  Daemon& daemon = deployment.start();
  const auto written = [&](std::size_t events) {
    return eventually([&] { return daemon.events().size() == events; });
  };
  EXPECT_TRUE(written(tenants)) << daemon.log();
  for (int i = 0; i < tenants; ++i)
    set(authority, i, 1);
  EXPECT_TRUE(written(2 * std::size_t(tenants))) << daemon.log();
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_EQ(deployment.undelivered(), 4 * tenants);
  return {.database = read_file(deployment.storage() / "tenantscope.db"),
          .journal = deployment.journal()};
}

// One way to damage a database, from a number: the same number does the same.
class Damage {
 public:
  explicit Damage(unsigned seed) : random_(seed) {}

  // What was done.
  std::string to(const fs::path& database) {
    switch (below(4)) {
      case 0:
      case 1:
        return flip(database);
      case 2:
        return cut(database);
      default:
        return edit(database);
    }
  }

 private:
  std::size_t below(std::size_t bound) { return std::size_t(random_()) % bound; }

  std::string flip(const fs::path& database) {
    std::string bytes = read_file(database);
    const std::size_t at = below(bytes.size());
    const std::size_t bit = below(8);
    bytes[at] = char(bytes[at] ^ (1 << bit));
    write_file(database, bytes);
    return fmt::format("bit {} of byte {} flipped", bit, at);
  }

  std::string cut(const fs::path& database) {
    const std::size_t left = below(fs::file_size(database));
    fs::resize_file(database, left);
    return fmt::format("cut to {} bytes", left);
  }

  std::string edit(const fs::path& database) {
    sqlite3* opened = nullptr;
    sqlite3_open(database.c_str(), &opened);
    const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> closed(opened, sqlite3_close);
    for (;;) {
      std::string sql = random_edit();
      if (sqlite3_exec(opened, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK &&
          sqlite3_changes(opened) > 0)
        return sql;
    }
  }

  std::string random_edit() {
    struct Table {
      const char* name;
      const char* key;
      std::vector<const char*> columns;
    };
    static const std::array<Table, 5> tables{
        Table{"tenants",
              "(asked, name)",
              {"asked", "name", "generation", "found", "cloud", "tenant_id", "region_scope",
               "sub_scope", "region_scope_changed", "identity_changed", "last_success", "whose",
               "checksum"}},
        Table{"journal",
              "sequence",
              {"sequence", "id", "kind", "asked", "name", "time", "event", "hash", "checksum"}},
        Table{"outbox", "(sink, sequence)", {"sink", "sequence", "checksum"}},
        Table{"meta", "key", {"key", "value", "checksum"}},
        Table{"sqlite_sequence", "rowid", {"seq", "name"}}};
    const Table& table = tables[below(10) < 7 ? below(2) : below(tables.size())];
    const std::string key(table.key);
    const std::string row = fmt::format(
        "{0} IN (SELECT {1} FROM {2} LIMIT 1 OFFSET {3} % (SELECT count(*) FROM {2}))", key,
        key.front() == '(' ? key.substr(1, key.size() - 2) : key, table.name, below(1000));
    if (below(6) == 0)
      return fmt::format("DELETE FROM {} WHERE {}", table.name, row);
    const char* column = table.columns[below(table.columns.size())];
    const std::array<std::string, 8> values{
        "NULL",
        "''",
        "'x.example'",
        "0",
        fmt::format("{}", below(40)),
        fmt::format("{}", std::int64_t(random_()) << 31 ^ std::int64_t(random_())),
        fmt::format("{} + 1", column),
        fmt::format("(SELECT {0} FROM {1} LIMIT 1 OFFSET {2} % (SELECT count(*) FROM {1}))", column,
                    table.name, below(1000))};
    return fmt::format("UPDATE {} SET {} = {} WHERE {} AND {} IS NOT {}", table.name, column,
                       values[below(values.size())], row, column, values.front());
  }

  std::mt19937 random_;
};

struct Counts {
  std::atomic<int> damaged = 0, refused = 0, failing = 0, ran = 0, false_changes = 0,
                   damaged_sent = 0, stopped_in_silence = 0, refused_without_reason = 0,
                   seen_anew = 0, seen_first = 0;
  std::mutex mutex;
  std::map<std::string, int> reasons;  // guarded by mutex
};

// A life of the daemon on a damaged storage.
class Trial {
 public:
  Trial(const Sound& sound, const Simulator& authority, Counts& counts)
      : sound_(sound), authority_(authority), counts_(counts), deployment_("") {}

  void run(unsigned seed) {
    fs::create_directories(deployment_.storage());
    write_file(database(), sound_.database);
    const std::string done = Damage(seed).to(database());
    SCOPED_TRACE(fmt::format("{}: TENANTSCOPE_DAMAGE={} repeats it", done, seed));
    ++counts_.damaged;
    set(authority_, 0, 1);
    deployment_.configure(configured(authority_, "events.jsonl", receiver_.url("/hook")));
    Daemon& daemon = deployment_.launch();
    try {
      live(daemon);
    } catch (const std::exception& error) {
      ++counts_.stopped_in_silence;
      ADD_FAILURE() << error.what() << "\n" << daemon.log();
    }
  }

 private:
  fs::path database() const { return deployment_.storage() / "tenantscope.db"; }

  void live(Daemon& daemon) {
    const bool polled = until(daemon, [&] {
      const Metrics metrics = daemon.metrics();
      return metrics.count("tenantscope_tenant_up{") == tenants &&
             metrics.count("tenantscope_tenant_found{") == tenants &&
             metrics["tenantscope_event_outbox_events{sink=\"audit\"}"] == 0 &&
             metrics["tenantscope_event_outbox_events{sink=\"hook\"}"] == 0;
    });
    if (daemon.process().ended())
      return expect_reason(daemon);
    set(authority_, 0, 2);
    const bool told = polled && until(daemon, [&] { return told_the_change(); });
    EXPECT_FALSE(daemon.process().ended()) << daemon.log();
    EXPECT_EQ(deployment_.stop(), 0) << daemon.log();
    if (told) {
      ++counts_.ran;
    } else if (complains(daemon)) {
      ++counts_.failing;
      note_reason(daemon);
    } else {
      ++counts_.stopped_in_silence;
      ADD_FAILURE() << "nothing comes any more, and nobody says so\n" << daemon.log();
    }
    check_sent();
  }

  // A daemon that says that its storage fails has a little while more.
  bool until(Daemon& daemon, const std::function<bool()>& holds) {
    std::optional<std::chrono::steady_clock::time_point> enough;
    bool held = false;
    const auto ends = [&] {
      if (daemon.process().ended())
        return true;
      if (lines_with(daemon.log(), {"listening"}).empty())
        return false;
      try {
        held = holds();
      } catch (const NoAnswer&) {
      }
      if (!enough && complains(daemon))
        enough = std::chrono::steady_clock::now() + grace;
      return held || (enough && std::chrono::steady_clock::now() > *enough);
    };
    EXPECT_TRUE(eventually(ends)) << daemon.log();
    return held;
  }

  // An error that names the database.
  bool complains(const Daemon& daemon) const {
    return !lines_with(daemon.log(), {"level=error", database().string()}).empty();
  }

  void expect_reason(Daemon& daemon) {
    const int exit_code = daemon.process().wait();
    EXPECT_TRUE(exit_code == 78 || exit_code == 1) << daemon.log();
    if (complains(daemon)) {
      ++counts_.refused;
      return note_reason(daemon);
    }
    ++counts_.refused_without_reason;
    ADD_FAILURE() << "refused without a reason\n" << daemon.log();
  }

  void note_reason(const Daemon& daemon) {
    const std::string line = lines_with(daemon.log(), {"level=error", database().string()}).front();
    const std::size_t begin = line.find(database().string()) + database().string().size() + 2;
    std::string reason = line.substr(begin, line.find_first_of("\":", begin) - begin);
    const std::lock_guard lock(counts_.mutex);
    ++counts_.reasons[reason.substr(0, 60)];
  }

  std::vector<std::string> sent() const {
    std::vector<std::string> events = lines_of(read_file(deployment_.storage() / "events.jsonl"));
    for (const Post& post : receiver_.posts())
      events.push_back(post.body);
    return events;
  }

  bool told_the_change() const {
    int ways = 0;
    for (const std::string& event : sent())
      ways += event.find("\"to\":\"" + value(2) + '"') != std::string::npos &&
              event.find("\"subject\":\"" + tenant(0) + '"') != std::string::npos;
    return ways >= 2;
  }

  void check_sent() {
    const std::set<std::string> before(sound_.journal.begin(), sound_.journal.end());
    std::set<std::string> ids;
    for (const std::string& event : before)
      ids.insert(text_at(parsed(event), "/id"));
    std::set<std::string> seen;
    for (const std::string& text : sent()) {
      if (before.contains(text) || !seen.insert(text).second)
        continue;
      boost::system::error_code broken;
      const json::value event = json::parse(text, broken);
      if (broken || std::stoull(text_at(event, "/sequence")) <= before.size() ||
          ids.contains(text_at(event, "/id"))) {
        ++counts_.damaged_sent;
        ADD_FAILURE() << "sent, but never written so: " << text;
        continue;
      }
      judge(event.as_object(), text);
    }
  }

  // What came after the damage: baselines, and the one change that there was.
  void judge(const json::object& event, const std::string& text) {
    if (text_at(event, "/type") == baselined) {
      const bool anew = event.at("data").as_object().contains("reason");
      ++(anew ? counts_.seen_anew : counts_.seen_first);
      EXPECT_TRUE(!anew || text_at(event, "/data/severity") == "warning") << text;
      return;
    }
    if (text_at(event, "/type") == changed && text_at(event, "/subject") == tenant(0) &&
        text_at(event, "/data/previous/region_scope") == value(1) &&
        text_at(event, "/data/current/region_scope") == value(2))
      return;
    ++counts_.false_changes;
    ADD_FAILURE() << "no such change: " << text;
  }

  const Sound& sound_;
  const Simulator& authority_;
  Counts& counts_;
  Receiver receiver_;
  Deployment deployment_;
};

void damage(int times) {
  const char* given = std::getenv("TENANTSCOPE_SEED");
  const unsigned first = given ? unsigned(std::stoul(given)) : std::random_device()();
  const char* only = std::getenv("TENANTSCOPE_DAMAGE");
  std::cout << "seed " << first << ": TENANTSCOPE_SEED repeats it\n";
  const Sound sound = make_sound();
  ASSERT_FALSE(testing::Test::HasFailure());

  Counts counts;
  std::atomic<int> next = 0;
  std::vector<std::jthread> workers;
  workers.reserve(side_by_side);
  for (int i = 0; i < side_by_side; ++i)
    workers.emplace_back([&] {
      const Simulator authority(numbered_scenario(tenants));
      for (int t = 1; t < tenants; ++t)
        set(authority, t, 1);
      for (int at; (at = next++) < (only ? 1 : times);)
        Trial(sound, authority, counts)
            .run(only ? unsigned(std::stoul(only)) : first + unsigned(at));
    });
  workers.clear();

  std::cout << fmt::format(
      "{} storages damaged: {} refused, {} ran on and said that the storage fails, {} ran\n"
      "{} tenants seen anew as damaged, {} seen as new\n"
      "{} false changes, {} damaged events sent, {} sinks stopped in silence, {} refusals without "
      "a reason\n",
      counts.damaged.load(), counts.refused.load(), counts.failing.load(), counts.ran.load(),
      counts.seen_anew.load(), counts.seen_first.load(), counts.false_changes.load(),
      counts.damaged_sent.load(), counts.stopped_in_silence.load(),
      counts.refused_without_reason.load());
  for (const auto& [reason, count] : counts.reasons)
    std::cout << fmt::format("{:>6} {}\n", count, reason);
}

TEST(Damage, IsNoChangeAndNothingOfItIsSent) { damage(30); }

TEST(DamageSlow, IsNoChangeAndNothingOfItIsSent) {
  const char* times = std::getenv("TENANTSCOPE_DAMAGES");
  damage(times ? std::stoi(times) : 200);
}

}  // namespace
}  // namespace tenantscope::e2e
