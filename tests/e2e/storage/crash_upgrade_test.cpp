// kill -9 at each single system call by which a storage of the version before is brought up to this
// one: the next start brings it up, and all of it is there.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <csignal>
#include <iostream>
#include <memory>
#include <regex>
#include <thread>

#include <fmt/format.h>

#include "e2e/numbered.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/tracing.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

constexpr int tenants = 40;
constexpr int side_by_side = 4;
const std::vector<std::string> calls{"pwrite64", "fsync",    "fdatasync", "ftruncate",
                                     "unlink",   "unlinkat", "openat"};

using Connection = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

Connection opened(const fs::path& database) {
  sqlite3* handle = nullptr;
  sqlite3_open(database.c_str(), &handle);
  return {handle, sqlite3_close};
}

void execute(const fs::path& database, const char* sql) {
  const Connection connection = opened(database);
  char* error = nullptr;
  ASSERT_EQ(sqlite3_exec(connection.get(), sql, nullptr, nullptr, &error), SQLITE_OK) << error;
}

// The first column of each row.
std::vector<std::string> ask(const fs::path& database, const char* sql) {
  const Connection connection = opened(database);
  std::vector<std::string> rows;
  const auto take = [](void* into, int, char** texts, char**) {
    static_cast<std::vector<std::string>*>(into)->emplace_back(texts[0] ? texts[0] : "");
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(connection.get(), sql, take, &rows, nullptr), SQLITE_OK);
  return rows;
}

// A deployment on a storage of version 2, and what is in that.
class Older {
 public:
  explicit Older(const Simulator& authority, const std::string& stored = "")
      : deployment_(configuration(
            authority.url(),
            numbered_tenants(tenants) +
                "events: {sinks: [{name: audit, file: {path: missing/events.jsonl}}]}\n")) {
    if (stored.empty())
      return;
    fs::create_directories(deployment_.storage());
    write_file(database(), stored);
  }

  // Of nothing: what a daemon has stored, less what versions 3 and 4 brought.
  std::string make() {
    Daemon& daemon = deployment_.start();
    EXPECT_TRUE(eventually([&] { return daemon.events().size() == tenants; })) << daemon.log();
    EXPECT_EQ(deployment_.stop(), 0);
    execute(database(),
            "ALTER TABLE meta DROP COLUMN checksum; ALTER TABLE tenants DROP COLUMN checksum;"
            "ALTER TABLE tenants DROP COLUMN stranger_cloud;"
            "ALTER TABLE tenants DROP COLUMN stranger_tenant_id;"
            "ALTER TABLE tenants DROP COLUMN b2b_before;"
            "ALTER TABLE tenants DROP COLUMN whose; ALTER TABLE journal DROP COLUMN hash;"
            "ALTER TABLE journal DROP COLUMN checksum; ALTER TABLE outbox DROP COLUMN checksum;"
            "ALTER TABLE alerts DROP COLUMN checksum; PRAGMA user_version = 2");
    return read_file(database());
  }

  // Whether it was killed before it had started; else it is stopped.
  bool live(const std::vector<std::string>& under) {
    Daemon& daemon = deployment_.launch({}, under);
    EXPECT_TRUE(eventually([&] {
      return daemon.process().ended() || !lines_with(daemon.log(), {"\"started\""}).empty();
    })) << daemon.log();
    daemon.process().signal(SIGTERM);
    const int exit_code = daemon.process().wait();
    EXPECT_TRUE(exit_code == 0 || exit_code == -SIGKILL) << daemon.log();
    return exit_code != 0;
  }

  fs::path database() const { return deployment_.storage() / "tenantscope.db"; }
  std::vector<std::string> files() const {
    std::vector<std::string> all;
    for (const char* suffix : {"", "-wal", "-shm", ".version-2.new", ".version-2"})
      all.push_back(database().string() + suffix);
    return all;
  }

  void check(const std::vector<std::string>& journal) const {
    EXPECT_EQ(ask(database(), "PRAGMA user_version"), std::vector<std::string>{"4"});
    EXPECT_EQ(ask(database(), "SELECT event FROM journal ORDER BY sequence"), journal);
    EXPECT_EQ(deployment_.journal(), journal) << "their checksums are right";
    EXPECT_EQ(ask(database(), "SELECT count(*) FROM tenants"), std::vector<std::string>{"40"});
    EXPECT_EQ(deployment_.undelivered(), tenants);
    EXPECT_EQ(ask(database(), "PRAGMA integrity_check"), std::vector<std::string>{"ok"});
    // Killed between two steps, it was copied once more.
    std::vector<std::string> copies;
    for (const auto& entry : fs::directory_iterator(deployment_.storage()))
      if (entry.path().string().find(".version-") != std::string::npos)
        copies.push_back(entry.path());
    EXPECT_EQ(copies.size(), 1u);
    for (const std::string& copy : copies)
      EXPECT_EQ(ask(copy, "SELECT event FROM journal ORDER BY sequence"), journal);
  }

 private:
  Deployment deployment_;
};

std::vector<std::string> on_files(const Older& older, std::vector<std::string> options) {
  for (const std::string& file : older.files())
    options.insert(options.end(), {"-P", file});
  return options;
}

// Each call on the storage's files in a life that isn't killed: its name, and which of its kind.
std::vector<std::pair<std::string, int>> enumerate(const Simulator& authority,
                                                   const std::string& stored) {
  Older older(authority, stored);
  const TemporaryFolder folder;
  const fs::path record = folder.path() / "calls";
  std::string trace = "trace=";
  for (const std::string& call : calls)
    trace += (trace.back() == '=' ? "" : ",") + call;
  EXPECT_FALSE(older.live(traced(on_files(older, {"-e", trace}), record)));
  std::map<std::string, int> counts;
  std::vector<std::pair<std::string, int>> points;
  static const std::regex entry(R"((\d+) +(\w+)\(.*)");
  for (const std::string& line : lines_of(read_file(record)))
    if (std::smatch called; std::regex_match(line, called, entry))
      points.emplace_back(called[2], ++counts[called[2]]);
  return points;
}

TEST(CrashUpgradeSlow, LosesNothingAtAnyPointOfIt) {
  const Tracers tracers;
  const Simulator authority(numbered_scenario(tenants));
  const std::string stored = Older(authority).make();
  std::vector<std::string> journal;
  {
    const Older older(authority, stored);
    journal = ask(older.database(), "SELECT event FROM journal ORDER BY sequence");
  }
  const auto points = enumerate(authority, stored);
  ASSERT_FALSE(HasFailure());
  ASSERT_EQ(journal.size(), std::size_t(tenants));

  std::atomic<std::size_t> next = 0;
  std::atomic<int> kills = 0;
  std::vector<std::jthread> workers;
  workers.reserve(side_by_side);
  for (int i = 0; i < side_by_side; ++i)
    workers.emplace_back([&] {
      for (std::size_t at; (at = next++) < points.size() && !HasFailure();) {
        const auto& [call, number] = points[at];
        SCOPED_TRACE(fmt::format("killed at {}:{}", call, number));
        Older older(authority, stored);
        kills += older.live(traced(
            on_files(older, {"-e", "trace=" + call, "-e",
                             fmt::format("inject={}:signal=SIGKILL:when={}", call, number)})));
        EXPECT_FALSE(older.live({}));
        older.check(journal);
      }
    });
  workers.clear();
  std::cout << fmt::format("{} points of the upgrade, killed at {}\n", points.size(), kills.load());
  EXPECT_GT(kills, int(points.size()) / 2);
}

}  // namespace
}  // namespace tenantscope::e2e
