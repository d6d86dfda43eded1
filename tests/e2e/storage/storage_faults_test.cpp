// A disk that is full, read-only, failing or damaged: probes and /metrics go on, and once it is
// well again each change was told once.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "e2e/numbered.hpp"
#include "e2e/promises.hpp"
#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/small_disk.hpp"
#include "e2e/tracing.hpp"

namespace tenantscope::e2e {
namespace {

constexpr int tenants = 4;
constexpr const char* audit = "tenantscope_event_outbox_events{sink=\"audit\"}";
constexpr const char* hook = "tenantscope_event_outbox_events{sink=\"hook\"}";

// All tenants take the same values, one after the other.
class StorageFaults : public testing::Test {
 protected:
  // What the file sink writes is in the storage, or at `file`.
  void configure(const std::filesystem::path& file = "events.jsonl") {
    file_ = deployment.storage() / file;
    std::string rest = numbered_tenants(tenants);
    rest += fmt::format(
        "events: {{sinks: [{{name: audit, file: {{path: {}}}}}, {{name: hook, webhook: {{url: "
        "\"{}\"}}}}]}}\n",
        file.string(), receiver.url("/hook"));
    deployment.configure(
        configuration(authority.url(), rest,
                      "{interval: 100ms, timeout: 2s, confirmations: 2, confirm_interval: 50ms}"));
  }

  void set(int count) {
    for (int i = 0; i < tenants; ++i)
      authority.change(tenant(i), fmt::format(R"({{"region_scope": "{}"}})", value(count)));
    last_ = count;
  }

  void await(const std::function<bool(const Metrics&)>& condition) {
    if (!eventually([&] { return condition(deployment.daemon().metrics()); }))
      throw std::runtime_error("too late; the daemon said:\n" + deployment.daemon().log());
  }

  // Everything until now is committed, shown and delivered.
  void await_all_told() {
    await([this](const Metrics& metrics) {
      for (int i = 0; i < tenants; ++i)
        if (metrics[scope_series(i, last_)] != 1)
          return false;
      return deployment.undelivered() == 0 &&
             have_come(std::size_t(tenants) * std::size_t(last_ + 1), file_, receiver.posts());
    });
  }

  // Whether the receiver has heard of this value of every tenant.
  bool told(int count) const {
    std::set<std::string> of;
    for (const Post& post : receiver.posts()) {
      const json::object event = parsed(post.body);
      if (text_at(event, "/data/current/region_scope") == value(count))
        of.insert(text_at(event, "/subject"));
    }
    return of.size() == tenants;
  }

  static std::string scope_series(int i, int count) {
    return tenant_series("region_scope", tenant(i), "global",
                         fmt::format("scope=\"{}\",sub_scope=\"\"", value(count)));
  }

  // While nothing can be committed: nothing new is shown or sent, and every tenant is asked as
  // always.
  void expect_life_goes_on() {
    const Metrics metrics = deployment.daemon().metrics();
    const std::size_t posts = receiver.posts().size();
    std::uint64_t asked = 0;
    for (int i = 0; i < tenants; ++i) {
      EXPECT_EQ(metrics[tenant_series("up", tenant(i))], 1);
      EXPECT_EQ(metrics[tenant_series("change_pending", tenant(i))], 1);
      EXPECT_EQ(metrics[scope_series(i, last_ - 1)], 1) << "shown before it was committed";
      asked += authority.requests(tenant(i));
    }
    EXPECT_EQ(http_get(deployment.daemon().url() + "/-/healthy").status, 200);
    EXPECT_TRUE(eventually([&] {
      std::uint64_t now = 0;
      for (int i = 0; i < tenants; ++i)
        now += authority.requests(tenant(i));
      return now >= asked + 3 * std::uint64_t(tenants);
    }));
    EXPECT_EQ(receiver.posts().size(), posts) << "sent before it was committed";
  }

  // It waits for its storage, says why, and asks nobody.
  void expect_to_join(const std::string& why) {
    Daemon& daemon = deployment.daemon();
    EXPECT_FALSE(lines_with(daemon.log(), {deployment.storage().string(), why}).empty())
        << daemon.log();
    EXPECT_EQ(http_get(daemon.url() + "/-/healthy").status, 200);
    EXPECT_EQ(http_get(daemon.url() + "/-/ready").status, 503);
    EXPECT_EQ(http_get(daemon.url() + "/api/v1/tenants").status, 503);
    EXPECT_EQ(http_get(daemon.url() + "/").status, 200);
    EXPECT_EQ(daemon.metrics()["tenantscope_storage_up"], 0);
  }

  // The daemon ends, and each value of each tenant was told once.
  void check_promises() {
    EXPECT_EQ(deployment.stop(), 0) << deployment.daemon().log();
    const Lines journal = deployment.journal();
    Told told = check_journal(journal);
    Lines values;
    for (int count = 0; count <= last_; ++count)
      values.push_back(value(count));
    EXPECT_EQ(told.scopes.size(), std::size_t(tenants));
    for (int i = 0; i < tenants; ++i)
      EXPECT_EQ(told.scopes[tenant(i)], values) << tenant(i);
    check_file(journal, file_);
    check_posts(journal, receiver.posts(), Repeats::when_unwritten);
    if (HasFailure())
      std::cout << deployment.daemon().log();
  }

  const bool mounts = can_mount();  // before there are threads
  Simulator authority{numbered_scenario(tenants)};
  Receiver receiver;
  Deployment deployment{""};

 private:
  std::filesystem::path file_;
  int last_ = 0;
};

TEST_F(StorageFaults, FullDisk) {
  if (!mounts)
    GTEST_SKIP() << "mounting isn't permitted";
  const SmallDisk disk(deployment.storage());
  configure();
  deployment.start();
  await_all_told();

  disk.fill();
  set(1);
  await([](const Metrics& metrics) {
    return metrics["tenantscope_storage_up"] == 0 &&
           metrics["tenantscope_storage_commit_failures_total"] >= 8;
  });
  expect_life_goes_on();

  disk.free();
  await_all_told();
  EXPECT_EQ(deployment.daemon().metrics()["tenantscope_storage_up"], 1);
  set(2);
  await_all_told();
  check_promises();
}

TEST_F(StorageFaults, KilledWhileTheDiskIsFull) {
  if (!mounts)
    GTEST_SKIP() << "mounting isn't permitted";
  const SmallDisk disk(deployment.storage());
  configure();
  deployment.start();
  await_all_told();

  disk.fill();
  set(1);
  await([](const Metrics& metrics) { return metrics["tenantscope_storage_up"] == 0; });
  deployment.daemon().process().signal(SIGKILL);
  EXPECT_EQ(deployment.daemon().process().wait(), -SIGKILL);
  disk.free();

  deployment.start();
  await_all_told();
  check_promises();
}

TEST_F(StorageFaults, FullDiskOfTheFileSink) {
  if (!mounts)
    GTEST_SKIP() << "mounting isn't permitted";
  const SmallDisk disk(deployment.folder() / "elsewhere");
  configure(disk.folder() / "events.jsonl");
  deployment.start();
  await_all_told();

  disk.fill();
  for (int count = 1; count <= 3; ++count) {
    set(count);
    // The first one may still fit.
    await([&](const Metrics& metrics) {
      return metrics[audit] > tenants * (count - 1) && metrics[hook] == 0 && told(count);
    });
  }
  await([](const Metrics& metrics) {
    return metrics["tenantscope_event_delivery_failures_total{reason=\"io\",sink=\"audit\"}"] >= 2;
  });
  EXPECT_EQ(deployment.daemon().metrics()["tenantscope_storage_up"], 1);

  disk.free();
  await_all_told();
  check_promises();
}

TEST_F(StorageFaults, ReadOnlyAtStart) {
  if (!mounts)
    GTEST_SKIP() << "mounting isn't permitted";
  const SmallDisk disk(deployment.storage());
  configure();
  deployment.start();
  await_all_told();
  EXPECT_EQ(deployment.stop(), 0);

  disk.set_read_only(true);
  set(1);
  deployment.launch().process().await_line("serving without the storage");
  expect_to_join("ead-only file system");

  disk.set_read_only(false);
  await_all_told();
  check_promises();
}

TEST_F(StorageFaults, FullAtStart) {
  if (!mounts)
    GTEST_SKIP() << "mounting isn't permitted";
  const SmallDisk disk(deployment.storage());
  configure();
  disk.fill();
  deployment.launch().process().await_line("serving without the storage");
  expect_to_join("No space left on device");
  disk.free();
  await_all_told();
  EXPECT_EQ(deployment.stop(), 0);

  disk.fill();
  deployment.launch().process().await_line("serving without the storage");
  EXPECT_EQ(deployment.stop(), 0) << "it ends while it waits";
  disk.free();
  set(1);
  deployment.start();
  await_all_told();
  check_promises();
}

TEST_F(StorageFaults, DamagedDatabase) {
  configure();
  deployment.start();
  await_all_told();
  EXPECT_EQ(deployment.stop(), 0);

  const auto database = deployment.storage() / "tenantscope.db";
  const std::string sound = read_file(database);
  write_file(database, sound.substr(0, 4096) + std::string(sound.size() - 4096, 'x'));
  set(1);
  EXPECT_EQ(deployment.launch().process().wait(), 78);
  EXPECT_FALSE(lines_with(deployment.daemon().log(), {database.string(), "malformed"}).empty())
      << deployment.daemon().log();

  write_file(database, sound);
  deployment.start();
  await_all_told();
  check_promises();
}

// Calls on a file of the storage that fail for a while.
struct Failing {
  const char* name;
  const char* call;
  const char* file;
  const char* error;
  const char* when;  // counted in each thread
};

std::ostream& operator<<(std::ostream& out, const Failing& failing) { return out << failing.name; }

class FailingCallsSlow : public StorageFaults, public testing::WithParamInterface<Failing> {
 protected:
  void SetUp() override {
    configure();
    deployment.start();
    await_all_told();
    EXPECT_EQ(deployment.stop(), 0);
  }

  void start_failing(const Failing& failing) {
    deployment
        .launch({}, traced({"-P", deployment.storage() / failing.file, "-e",
                            fmt::format("trace={}", failing.call), "-e",
                            fmt::format("inject={}:error={}:when={}", failing.call, failing.error,
                                        failing.when)}))
        .process()
        .await_line("\"started\"");
  }

  bool failed() {
    const std::string log = deployment.daemon().log();
    return !lines_with(log, {"level=error", deployment.storage().string()}).empty() ||
           !lines_with(log, {"delivery failed"}).empty();
  }
};

TEST_P(FailingCallsSlow, CommitLaterWhatTheyPrevented) {
  start_failing(GetParam());
  for (int count = 1; count <= 6; ++count) {
    set(count);
    await_all_told();
  }
  EXPECT_TRUE(failed()) << "nothing failed";
  check_promises();
}

// What was written but not said to be safe may be there after a crash, or not.
TEST_P(FailingCallsSlow, AndAKillLoseAndInventNothing) {
  start_failing(GetParam());
  for (int count = 1; count <= 6 && !failed(); ++count) {
    set(count);
    await([&](const Metrics& metrics) {
      bool shown = true;
      for (int i = 0; i < tenants; ++i)
        shown &= metrics[scope_series(i, count)] == 1;
      return shown || failed();
    });
  }
  EXPECT_TRUE(eventually([this] { return failed(); })) << "nothing failed";
  deployment.daemon().process().signal(SIGKILL);
  EXPECT_EQ(deployment.daemon().process().wait(), -SIGKILL);
  deployment.start();
  await_all_told();
  check_promises();
}

constexpr const char* log_file = "tenantscope.db-wal";

INSTANTIATE_TEST_SUITE_P(
    StorageFaults, FailingCallsSlow,
    testing::Values(Failing{"Writes", "pwrite64", log_file, "EIO", "1..20"},
                    Failing{"LaterWrites", "pwrite64", log_file, "EIO", "40..44"},
                    Failing{"WritesToAReadOnlyFile", "pwrite64", log_file, "EROFS", "1..40"},
                    Failing{"Syncs", "fdatasync", log_file, "EIO", "1..20"},
                    Failing{"LaterSyncs", "fdatasync", log_file, "EIO", "6..9"},
                    Failing{"SomeWrites", "pwrite64", log_file, "EIO", "6..60+6"},
                    Failing{"SomeSyncs", "fdatasync", log_file, "EIO", "2..20+2"},
                    Failing{"WritesOfTheFileSink", "write", "events.jsonl", "EIO", "2..3"},
                    Failing{"SyncsOfTheFileSink", "fsync", "events.jsonl", "EIO", "2..3"}),
    [](const auto& tested) { return std::string(tested.param.name); });

// Moving the log into the database fails at every attempt: the log stays, and nothing is missing.
class FailingCheckpointSlow : public FailingCallsSlow {};

TEST_P(FailingCheckpointSlow, KeepsTheLog) {
  start_failing(GetParam());
  set(1);
  await_all_told();
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_GT(read_file(deployment.storage() / log_file).size(), 0u);

  deployment.start();
  set(2);
  await_all_told();
  check_promises();
}

INSTANTIATE_TEST_SUITE_P(
    StorageFaults, FailingCheckpointSlow,
    testing::Values(Failing{"Writes", "pwrite64", "tenantscope.db", "EIO", "1+"},
                    Failing{"Syncs", "fdatasync", "tenantscope.db", "EIO", "1+"}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace tenantscope::e2e
