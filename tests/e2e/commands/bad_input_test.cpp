// What bad input gets: wrong configurations, storages that can't be used, answers that say nothing,
// commits that fail.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <csignal>
#include <map>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USG}
  - {name: contoso.example, region_scope: NA}
)";
const std::string tenants = "tenants: [{name: agency.example}, {name: contoso.example}]\n";

// An open connection to a storage's database, as another program might hold one.
class Database {
 public:
  explicit Database(const fs::path& storage) {
    if (sqlite3_open((storage / "tenantscope.db").c_str(), &handle_) != SQLITE_OK)
      throw std::runtime_error("no database in " + storage.string());
    sqlite3_busy_timeout(handle_, 5000);
  }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const char* sql) {
    ASSERT_EQ(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle_);
  }

 private:
  sqlite3* handle_ = nullptr;
};

// Every file and its bytes, but for the lock's.
std::map<fs::path, std::string> contents(const fs::path& folder) {
  std::map<fs::path, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().filename() != "lock")
      files[entry.path()] = entry.is_regular_file() ? read_file(entry.path()) : "";
  return files;
}

TEST(BadConfiguration, ExitsWith78AndEveryFinding) {
  Deployment deployment(
      "tenants:\n  - {name: organizations}\n  - {name: contoso.example, cloud: globel}\nprobes: "
      "{}\n");
  Daemon& daemon = deployment.launch();
  EXPECT_EQ(daemon.process().wait(), 78);
  const std::string log = daemon.log();
  const std::string file = deployment.config_file();
  EXPECT_EQ(lines_with(log, {"level=error", "msg=\"bad configuration\""}).size(), 3) << log;
  EXPECT_EQ(lines_with(log, {file + ":2:12: ", "organizations"}).size(), 1) << log;
  EXPECT_EQ(lines_with(log, {file + ":3:36: ", "did you mean `global`?"}).size(), 1) << log;
  EXPECT_EQ(lines_with(log, {file + ":4:1: ", "did you mean `probe`?"}).size(), 1) << log;
  EXPECT_FALSE(fs::exists(deployment.storage()));
}

TEST(BadConfiguration, ThatIsMissingExitsWith78) {
  Deployment deployment("");
  fs::remove(deployment.config_file());
  Daemon& daemon = deployment.launch();
  EXPECT_EQ(daemon.process().wait(), 78);
  EXPECT_FALSE(lines_with(daemon.log(), {deployment.config_file().string() + ":1:1: "}).empty())
      << daemon.log();
}

TEST(BadConfiguration, AtAReloadLeavesTheOldOneInForce) {
  const Simulator authority(scenario);
  const std::string good = configuration(authority.url(), tenants);
  Deployment deployment(good);
  Daemon& daemon = deployment.start();
  const std::string successful = "tenantscope_config_last_reload_successful";
  const std::string success_time = "tenantscope_config_last_reload_success_timestamp_seconds";
  EXPECT_EQ(daemon.metrics()[successful], 1);
  const auto loaded_at = daemon.metrics()[success_time];
  EXPECT_GT(loaded_at, 0);

  deployment.configure("tenants: [{name: contoso.example, intervall: 5m}]\n");
  deployment.reload();
  EXPECT_EQ(daemon.metrics()[successful], 0);
  EXPECT_EQ(daemon.metrics()[success_time], loaded_at);
  EXPECT_EQ(daemon.metrics()["tenantscope_tenants"], 2);
  EXPECT_EQ(
      lines_with(daemon.log(), {"msg=\"bad configuration\"", ":1:35: ", "did you mean `interval`?"})
          .size(),
      1)
      << daemon.log();
  const auto requests = authority.requests("agency.example");
  EXPECT_TRUE(eventually([&] { return authority.requests("agency.example") >= requests + 2; }));

  deployment.configure(good);
  deployment.reload();
  EXPECT_EQ(daemon.metrics()[successful], 1);
  EXPECT_GE(daemon.metrics()[success_time], loaded_at);
}

// Each is waited for longer than all of them may hold a stop up.
std::string pipes_without_writers(const Deployment& deployment) {
  std::string list = "tenant_files: [";
  for (int i = 0; i < 8; ++i) {
    const fs::path pipe = deployment.folder() / fmt::format("pipe{}", i);
    if (::mkfifo(pipe.c_str(), 0600) != 0)
      throw std::runtime_error("no pipe");
    list += pipe.native() + ", ";
  }
  return list + "]\n";
}

constexpr auto stop_limit = std::chrono::seconds(5);

TEST(LongReading, IsLeftWhereTheDaemonStopsAtItsStart) {
  Deployment deployment("");
  deployment.configure(pipes_without_writers(deployment));
  Daemon& daemon = deployment.launch();
  // Its signals are held back once it has begun.
  EXPECT_TRUE(eventually([&] {
    return read_file(fmt::format("/proc/{}/status", daemon.process().pid()))
               .find("SigBlk:\t0000000000004003") != std::string::npos;
  }));
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.process().wait(stop_limit), 0) << daemon.log();
  EXPECT_EQ(lines_with(daemon.log(), {"stopped while reading the configuration"}).size(), 1)
      << daemon.log();
}

TEST(LongReading, IsLeftWhereTheDaemonStopsWhileItReloads) {
  Deployment deployment("{}\n");
  Daemon& daemon = deployment.start();
  deployment.configure(pipes_without_writers(deployment));
  daemon.process().signal(SIGHUP);
  // The reader has its first pipe open.
  EXPECT_TRUE(eventually([&] {
    for (const auto& file :
         fs::directory_iterator(fmt::format("/proc/{}/fd", daemon.process().pid()))) {
      std::error_code gone;
      if (fs::read_symlink(file, gone) == deployment.folder() / "pipe0")
        return true;
    }
    return false;
  }));
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.process().wait(stop_limit), 0) << daemon.log();
}

TEST(BadConfiguration, ThatIsADeviceExitsWith78) {
  Deployment deployment("");
  fs::remove(deployment.config_file());
  fs::create_symlink("/dev/zero", deployment.config_file());
  Daemon& device = deployment.launch();
  EXPECT_EQ(device.process().wait(), 78);
  EXPECT_EQ(lines_with(device.log(), {":1:1: the file can't be read: it is a device"}).size(), 1)
      << device.log();
}

TEST(BadStorage, ExitsWith78AndIsNotTouched) {
  struct {
    const char* what;
    void (*spoil)(const fs::path& storage);
    const char* said;
  } const cases[] = {
      {"of a newer version",
       [](const fs::path& storage) { Database(storage).execute("PRAGMA user_version = 99"); },
       "newer tenantscope"},
      {"of another program",
       [](const fs::path& storage) { Database(storage).execute("PRAGMA application_id = 1"); },
       "another program"},
      {"no database",
       [](const fs::path& storage) {
         write_file(storage / "tenantscope.db", std::string(5000, 'x'));
       },
       "not a database"},
      {"cut short",
       [](const fs::path& storage) { fs::resize_file(storage / "tenantscope.db", 8192); },
       "damaged"},
      {"a folder",
       [](const fs::path& storage) {
         fs::remove(storage / "tenantscope.db"), fs::create_directory(storage / "tenantscope.db");
       },
       ""},
  };
  const Simulator authority(scenario);
  for (const auto& spoilt : cases) {
    SCOPED_TRACE(spoilt.what);
    Deployment deployment(configuration(authority.url(), tenants));
    deployment.start();
    ASSERT_TRUE(eventually([&] { return deployment.daemon().events().size() == 2; }));
    ASSERT_EQ(deployment.stop(), 0);
    spoilt.spoil(deployment.storage());
    const auto before = contents(deployment.storage());

    Daemon& daemon = deployment.launch();
    EXPECT_EQ(daemon.process().wait(), 78);
    const std::string database = deployment.storage() / "tenantscope.db";
    EXPECT_EQ(lines_with(daemon.log(), {"level=error", database, spoilt.said}).size(), 1)
        << daemon.log();
    EXPECT_TRUE(contents(deployment.storage()) == before) << "the files aren't as they were";

    const Finished events =
        run_tenantscope({"events", "--storage.path=" + deployment.storage().string()});
    EXPECT_EQ(events.exit_code, 78);
    EXPECT_NE(events.err.find(database), std::string::npos) << events.err;
    EXPECT_TRUE(contents(deployment.storage()) == before) << "the files aren't as they were";
  }
}

TEST(BadStorage, AFileInsteadOfAFolderExitsWith78) {
  Deployment deployment(tenants);
  write_file(deployment.storage(), "precious");
  Daemon& daemon = deployment.launch();
  EXPECT_EQ(daemon.process().wait(), 78);
  EXPECT_EQ(lines_with(daemon.log(), {"level=error", deployment.storage()}).size(), 1)
      << daemon.log();
  EXPECT_EQ(read_file(deployment.storage()), "precious");
}

TEST(BadStorage, OfAnotherDaemonIsRefusedAfterAWhile) {
  const Simulator authority(scenario);
  Deployment deployment(configuration(authority.url(), tenants));
  Daemon& first = deployment.start();
  ASSERT_TRUE(eventually([&] { return first.events().size() == 2; })) << first.log();
  Process second(tenantscope_command({"serve", "--config.file=" + deployment.config_file().string(),
                                      "--storage.path=" + deployment.storage().string(),
                                      "--web.listen-address=127.0.0.1:0"}));
  authority.change("agency.example", R"({"region_scope": "USGov"})");
  ASSERT_TRUE(eventually([&] { return of_type(first.events(), changed).size() == 1; }))
      << first.log();
  EXPECT_FALSE(second.ended()) << second.err();

  EXPECT_EQ(second.wait(), 78);
  EXPECT_EQ(lines_with(second.err(), {"level=error", deployment.storage(),
                                      fmt::format("pid {}", first.process().pid())})
                .size(),
            1)
      << second.err();
  EXPECT_EQ(first.metrics()["tenantscope_storage_up"], 1);
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_EQ(deployment.journal().size(), 3);
}

TEST(BadStorage, OfADaemonThatIsAboutToEndIsWaitedFor) {
  const Simulator authority(scenario);
  Deployment deployment(configuration(authority.url(), tenants));
  deployment.start();
  Process second(tenantscope_command({"serve", "--config.file=" + deployment.config_file().string(),
                                      "--storage.path=" + deployment.storage().string(),
                                      "--web.listen-address=127.0.0.1:0"}));
  EXPECT_EQ(deployment.stop(), 0);
  second.await_line("msg=\"started\"");
  second.signal(SIGTERM);
  EXPECT_EQ(second.wait(), 0);
}

TEST(BadAddress, ExitsWith1NamingIt) {
  const Simulator authority(scenario);
  Deployment deployment(configuration(authority.url(), tenants));
  Daemon& daemon = deployment.launch({"--web.listen-address=" + authority.address()});
  EXPECT_EQ(daemon.process().wait(), 1);
  EXPECT_EQ(lines_with(daemon.log(), {"level=error", authority.address()}).size(), 1)
      << daemon.log();
}

// Every tenant is asked in a cloud of its own: how one authority fails is nothing to the others.
TEST(BadAnswers, AreFailuresWithTheirReasonAndNoChange) {
  struct {
    const char* name;
    const char* patch;
    const char* reason;
  } const cases[] = {
      {"throttled", R"({"fault": {"kind": "throttle", "retry_after": "1s"}})", "throttled"},
      {"unavailable", R"({"fault": {"kind": "status", "status": 503}})", "http_status"},
      {"busy", R"({"fault": {"kind": "status", "status": 503, "retry_after": "1s"}})",
       "http_status"},
      {"forbidden", R"({"fault": {"kind": "status", "status": 403, "empty": true}})",
       "http_status"},
      {"bad-request", R"({"fault": {"kind": "status", "status": 400}})", "http_status"},
      {"slow", R"({"fault": {"kind": "slow", "delay": "20s"}})", "timeout"},
      {"hanging", R"({"fault": "hang"})", "timeout"},
      {"cut", R"({"fault": "cut"})", "connect"},
      {"reset", R"({"fault": "reset"})", "connect"},
      {"portal", R"({"fault": "html"})", "not_json"},
      {"half", R"({"fault": "bad_json"})", "not_json"},
      {"moved", R"({"fault": "redirect"})", "redirect"},
      {"large", R"({"fault": "large"})", "too_large"},
      {"encoded", R"({"fault": "encoding"})", "encoding"},
      {"stranger", R"({"fault": "wrong_tenant"})", "identity"},
      {"pseudo", R"({"tenant_id": "9188040d-6c67-4c5b-b112-36a304b66dad"})", "bad_document"},
  };
  constexpr const char* id = "00000000-0000-0000-0000-00000000000a";
  std::string world = "tenants:\n";
  std::string watched = "tenants:\n";
  for (const auto& bad : cases) {
    world +=
        fmt::format("  - {{name: {}.example, tenant_id: {}, region_scope: NA}}\n", bad.name, id);
    const std::string pin =
        bad.reason == std::string("identity") ? fmt::format(", tenant_id: {}", id) : "";
    watched += fmt::format("  - {{name: {}.example, cloud: {}{}}}\n", bad.name, bad.name, pin);
  }
  const Simulator authority(world);
  const TemporaryFolder certificate;
  const Simulator untrusted(scenario, {"--tls.directory=" + certificate.path().string()});
  std::string clouds;
  for (const auto& bad : cases)
    clouds += fmt::format("  {}: {{authority: \"{}\"}}\n", bad.name, authority.url());
  clouds += fmt::format(
      "  untrusted: {{authority: \"{}\"}}\n  nobody: {{authority: \"http://127.0.0.1:1\"}}\n",
      untrusted.url());
  watched +=
      "  - {name: contoso.example, cloud: untrusted}\n  - {name: contoso.example, cloud: nobody}\n";
  Deployment deployment(configuration(authority.url(), clouds + watched,
                                      "{interval: 100ms, timeout: 1s, confirm_interval: 50ms}"));
  Daemon& daemon = deployment.start();
  const auto holds = [&](const std::string& series, double value) {
    return eventually([&] { return daemon.metrics()[series] == value; });
  };
  const auto series = [](const char* name, const char* metric, const std::string& labels = "") {
    return tenant_series(metric, fmt::format("{}.example", name), name, labels);
  };

  ASSERT_TRUE(eventually([&] { return daemon.events().size() == std::size(cases); }))
      << daemon.log();
  for (const auto& bad : cases)
    authority.change(fmt::format("{}.example", bad.name), bad.patch);
  for (const auto& bad : cases) {
    SCOPED_TRACE(bad.name);
    EXPECT_TRUE(
        holds(series(bad.name, "failure_info", fmt::format("reason=\"{}\"", bad.reason)), 1))
        << daemon.log();
    EXPECT_TRUE(eventually(
        [&] { return daemon.metrics()[series(bad.name, "probe_failures_total")] >= 2; }));
    const Metrics metrics = daemon.metrics();
    EXPECT_EQ(metrics[series(bad.name, "up")], 0);
    EXPECT_EQ(metrics[series(bad.name, "b2b_capability", "state=\"supported\"")], 1);
    EXPECT_TRUE(holds(series(bad.name, "change_pending"), 0))
        << "but for a stranger, which is confirmed";
    EXPECT_GE(
        metrics[fmt::format("tenantscope_authority_requests_total{{asked=\"{}\",outcome=\"{}\"}}",
                            bad.name, bad.reason)],
        2);
  }
  EXPECT_TRUE(
      holds(tenant_series("failure_info", "contoso.example", "untrusted", "reason=\"tls\""), 1))
      << daemon.log();
  EXPECT_TRUE(
      holds(tenant_series("failure_info", "contoso.example", "nobody", "reason=\"connect\""), 1))
      << daemon.log();
  EXPECT_TRUE(holds("tenantscope_authority_up{asked=\"nobody\"}", 0));
  EXPECT_GE(daemon.metrics()["tenantscope_authority_throttled_total{asked=\"throttled\"}"], 2);
  EXPECT_GE(daemon.metrics()["tenantscope_authority_throttled_total{asked=\"busy\"}"], 2);
  EXPECT_EQ(daemon.metrics()["tenantscope_authority_throttled_total{asked=\"unavailable\"}"], 0);
  EXPECT_EQ(daemon.metrics()["tenantscope_authority_throttled_total{asked=\"forbidden\"}"], 0);

  for (const auto& bad : cases)
    authority.change(fmt::format("{}.example", bad.name),
                     fmt::format(R"({{"fault": "none", "tenant_id": "{}"}})", id));
  for (const auto& bad : cases)
    EXPECT_TRUE(holds(series(bad.name, "up"), 1)) << bad.name << "\n" << daemon.log();
  EXPECT_TRUE(holds("tenantscope_events_total{kind=\"expectation_changed\"}", 2))
      << "the pin of one, lost and met again";
  EXPECT_EQ(daemon.events().size(), std::size(cases) + 2);
  EXPECT_EQ(daemon.metrics()["tenantscope_events_total{kind=\"changed\"}"], 0);
}

TEST(BadUsage, AFlagWithoutItsValueTakesNoOthers) {
  const TemporaryFolder folder;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"serve", "--storage.path=", "--web.listen-address=127.0.0.1:0"},
        {"drill", "--tenant=a.example", "--to=", "--url=http://127.0.0.1:1"},
        {"config", "check", "--web.config.file=", "c.yaml"},
        {"lookup", "--cloud=", "a.example"}}) {
    const Finished finished = run_tenantscope(arguments);
    EXPECT_EQ(finished.exit_code, 2) << arguments[0];
    EXPECT_NE(finished.err.find(" has no value: leave it off, or write one after the ="),
              std::string::npos)
        << finished.err;
  }
  const Finished check = run_tenantscope({"check", "a.example", "--cloud="});
  EXPECT_EQ(check.exit_code, 3);
  EXPECT_TRUE(check.out.starts_with("TENANTSCOPE UNKNOWN - --cloud has no value")) << check.out;
}

TEST(BadUsage, IsAnAddressThatIsNone) {
  const TemporaryFolder folder;
  write_file(folder.path() / "c.yaml", "tenants: []\n");
  for (const std::string address :
       {"foo", "127.0.0.1", ":20999", "127.0.0.1:99999", "unix:", "localhost:0"}) {
    const Finished finished = run_tenantscope(
        {"serve", "--config.file=" + (folder.path() / "c.yaml").string(),
         "--storage.path=" + (folder.path() / "s").string(), "--web.listen-address=" + address});
    EXPECT_EQ(finished.exit_code, 2) << address << finished.err;
    EXPECT_NE(finished.err.find("can't listen on " + address), std::string::npos) << finished.err;
  }
  EXPECT_EQ(run_tenantscope({"simulate", "--listen-address=foo"}).exit_code, 2);
}

TEST(BadOutput, ToAFullDiskIsAFailure) {
  const auto printed_to_full = [](const std::string& arguments) {
    return run({"/bin/sh", "-c", TENANTSCOPE_BINARY " " + arguments + " > /dev/full"});
  };
  for (const std::string arguments : {"--version", "lookup --help"}) {
    const Finished finished = printed_to_full(arguments);
    EXPECT_EQ(finished.exit_code, 1) << arguments;
    EXPECT_EQ(finished.err, "tenantscope: standard output can't be written\n");
  }
  EXPECT_EQ(printed_to_full("check --help").exit_code, 3);
  const Finished enough =
      run({"/bin/sh", "-c",
           "{ trap '' PIPE; while echo 2> /dev/null; do :; done; " TENANTSCOPE_BINARY
           " --version; echo $? >&2; } | true"});
  EXPECT_EQ(enough.err, "0\n") << "whoever has read enough may go";
}

TEST(BadMoment, ASignalBeforeAnybodyObeysItStopsCleanly) {
  Deployment deployment("tenants: []\n");
  deployment.start();
  for (const int signal : {SIGTERM, SIGINT}) {
    Process second(
        {TENANTSCOPE_BINARY, "serve", "--config.file=" + deployment.config_file().string(),
         "--storage.path=" + deployment.storage().string(), "--web.listen-address=127.0.0.1:0"});
    second.await_line("waiting for the storage");
    second.signal(SIGHUP);
    second.signal(signal);
    EXPECT_EQ(second.wait(), 0) << signal << second.err();
  }
}

TEST(BadCommit, IsTriedAgainWhileEverythingElseGoesOn) {
  const Simulator authority(scenario);
  Deployment deployment(configuration(authority.url(), tenants));
  Daemon& daemon = deployment.start();
  ASSERT_TRUE(eventually([&] { return daemon.events().size() == 2; }));
  {
    Database other(deployment.storage());
    other.execute("BEGIN EXCLUSIVE");
    authority.change("agency.example", R"({"region_scope": "USGov"})");
    ASSERT_TRUE(eventually([&] { return daemon.metrics()["tenantscope_storage_up"] == 0; }))
        << daemon.log();
    const auto requests = authority.requests("contoso.example");
    EXPECT_TRUE(eventually([&] { return authority.requests("contoso.example") >= requests + 3; }));
    const Metrics metrics = daemon.metrics();
    EXPECT_EQ(metrics[tenant_series("change_pending", "agency.example")], 1);
    EXPECT_EQ(metrics[tenant_series("region_scope", "agency.example", "global",
                                    R"(scope="USG",sub_scope="")")],
              1);
    EXPECT_EQ(metrics[tenant_series("up", "agency.example")], 1);
    EXPECT_GE(metrics["tenantscope_storage_commit_failures_total"], 1);
    EXPECT_EQ(metrics["tenantscope_changes_total{field=\"region_scope\"}"], 0);
    EXPECT_FALSE(
        lines_with(daemon.log(), {"level=error", "tenant=agency.example", "it is tried again"})
            .empty())
        << daemon.log();
    EXPECT_EQ(daemon.events().size(), 2);
  }
  ASSERT_TRUE(eventually([&] { return daemon.events().size() == 3; })) << daemon.log();
  EXPECT_TRUE(eventually([&] { return daemon.metrics()["tenantscope_storage_up"] == 1; }));
  const auto requests = authority.requests("agency.example");
  EXPECT_TRUE(eventually([&] { return authority.requests("agency.example") >= requests + 3; }));
  EXPECT_EQ(of_type(daemon.events(), changed).size(), 1);
  EXPECT_EQ(daemon.metrics()["tenantscope_changes_total{field=\"region_scope\"}"], 1);
  EXPECT_EQ(daemon.metrics()[tenant_series("change_pending", "agency.example")], 0);
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_EQ(deployment.journal().size(), 3);
}

}  // namespace
}  // namespace tenantscope::e2e
