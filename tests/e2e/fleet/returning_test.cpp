// Daemons that share a ledger in a real PostgreSQL, and what they come back to: a server that
// refuses their login for a while, files that are wrong when another one has taken over, and a
// ledger that was restored while none of them ran.
#include <csignal>
#include <filesystem>

#include "e2e/fleet/two_replicas.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

class Returning : public TwoReplicas {
 protected:
  void stop_both() {
    for (Deployment* const one : {&north_, &south_})
      EXPECT_EQ(one->stop(), 0) << one->daemon().log();
  }
  void start_both() {
    start(north_, "http://north.example");
    ASSERT_TRUE(eventually([&] { return is_active(north_); })) << north_.daemon().log();
    start(south_, "http://south.example");
    ASSERT_TRUE(eventually([&] { return state(south_) == "standby"; })) << south_.daemon().log();
  }
  void let_south_take_over() {
    north_.daemon().process().signal(SIGSTOP);
    ASSERT_TRUE(eventually([&] { return is_active(south_); })) << south_.daemon().log();
    north_.daemon().process().signal(SIGCONT);
    ASSERT_TRUE(eventually([&] { return state(north_) == "standby"; })) << north_.daemon().log();
  }
  // As a copy of its files brings it back.
  void copy_server_to(const fs::path& copy) { copy_while_stopped(server_.folder() / "data", copy); }
  void bring_server_back(const fs::path& copy) {
    copy_while_stopped(copy, server_.folder() / "data");
  }

 private:
  void copy_while_stopped(const fs::path& from, const fs::path& to) {
    server_.kill();
    remove_sockets(server_.folder() / "data");
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    fs::permissions(to, fs::perms::owner_all);
    server_.start();
  }
  static void remove_sockets(const fs::path& folder) {
    std::vector<fs::path> sockets;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
      if (entry.is_socket())
        sockets.push_back(entry.path());
    for (const fs::path& socket : sockets)
      fs::remove(socket);
  }
};

// Some seconds' worth of attempts of both.
constexpr std::size_t refusals = 30;

TEST_F(Returning, WaitsWhereItsLoginIsRefusedForAWhile) {
  stop_both();
  server_.ask("CREATE ROLE fleet LOGIN SUPERUSER");
  const std::string ours = fmt::format("user: {}", PostgresServer::user);
  north_.configure(replaced(configured("north"), ours, "user: fleet"));
  south_.configure(replaced(configured("south"), ours, "user: fleet"));
  start_both();
  server_.ask("ALTER ROLE fleet NOLOGIN");
  server_.ask(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'fleet'");
  EXPECT_TRUE(eventually([&] { return state(north_) == "suspended"; })) << north_.daemon().log();
  EXPECT_TRUE(eventually([&] {
    return lines_with(read_file(server_.folder() / "log"), {"is not permitted to log in"}).size() >=
           refusals;
  }));
  change("V1");
  server_.ask("ALTER ROLE fleet LOGIN");
  EXPECT_TRUE(eventually([&] { return shows(north_, "V1") && shows(south_, "V1"); }))
      << north_.daemon().log() << south_.daemon().log();
  stop_both();
}

TEST_F(Returning, GoesOnWithTheConfigurationInForce) {
  north_.configure("tenants: [\n");
  north_.reload();
  EXPECT_EQ(value(north_, "tenantscope_config_last_reload_successful"), 0);
  let_south_take_over();
  EXPECT_EQ(value(north_, "tenantscope_config_last_reload_successful"), 0) << "it is as bad";
  EXPECT_TRUE(eventually([&] { return shows(north_, "V0"); })) << north_.daemon().log();
  EXPECT_EQ(south_.stop(), 0);
  ASSERT_TRUE(eventually([&] { return is_active(north_); })) << north_.daemon().log();
  EXPECT_EQ(value(north_, "tenantscope_config_last_reload_successful"), 0);
  change("V1");
  EXPECT_TRUE(eventually([&] { return shows(north_, "V1"); })) << north_.daemon().log();
  north_.configure(configured("north"));
  north_.reload();
  EXPECT_EQ(value(north_, "tenantscope_config_last_reload_successful"), 1);
}

TEST_F(Returning, NoticesThatTheLedgerWasRestoredWhileNobodyRan) {
  const TemporaryFolder backups;
  stop_both();
  copy_server_to(backups.path() / "data");
  start_both();
  change("V1");
  ASSERT_TRUE(eventually([&] { return shows(south_, "V1"); })) << south_.daemon().log();
  const std::string before = server_.ask("SELECT id FROM tenantscope.ledger");
  const std::string lost =
      server_.ask("SELECT id FROM tenantscope.journal ORDER BY sequence DESC LIMIT 1");
  stop_both();
  bring_server_back(backups.path() / "data");
  ASSERT_EQ(server_.ask("SELECT id FROM tenantscope.ledger"), before);
  start_both();
  EXPECT_TRUE(eventually([&] { return shows(south_, "V1"); })) << "it is seen again";
  EXPECT_EQ(value(north_, "tenantscope_storage_rewinds_total"), 1);
  EXPECT_NE(server_.ask("SELECT id FROM tenantscope.ledger"), before);
  EXPECT_EQ(server_.ask("SELECT count(*) FROM tenantscope.journal WHERE id = '" + lost + "'"), "0");
  EXPECT_EQ(server_.ask("SELECT count(*) FROM tenantscope.journal WHERE event::json->>'type' = "
                        "'tenantscope.ledger.rewound.v1'"),
            "1");
}

}  // namespace
}  // namespace tenantscope::e2e
