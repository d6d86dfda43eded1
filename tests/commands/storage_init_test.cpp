// `tenantscope storage init` on a real server.
#include "commands/storage_init.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/result.hpp"
#include "config/config_folder.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/postgres/pg_ledger.hpp"
#include "storage/postgres/pg_member.hpp"
#include "support/postgres_server.hpp"

namespace tenantscope {
namespace {

PostgresServer& server() {
  static PostgresServer server;
  return server;
}

class StorageInit : public testing::Test {
 protected:
  StorageInit() {
    static int made = 0;
    schema_ = fmt::format("made \"by\" test {}", ++made);
    folder_.write("c", fmt::format("storage: {{postgresql: {{hosts: [\"{}:{}\"], database: {}, "
                                   "user: {}, schema: '{}'}}}}\n",
                                   PostgresServer::host, server().port(), PostgresServer::database,
                                   PostgresServer::user, schema_));
  }

  // What it prints.
  std::string init(const std::vector<std::string>& more = {}) {
    CLI::App app;
    CLI::App* storage = app.add_subcommand("storage");
    int exit_code = -1;
    add_storage_init(*storage, exit_code);
    std::vector<std::string> words{"storage", "init", "--config.file", folder_.path("c")};
    words.insert(words.end(), more.begin(), more.end());
    std::ranges::reverse(words);  // as CLI11 wants them
    testing::internal::CaptureStdout();
    try {
      app.parse(words);
    } catch (...) {
      testing::internal::GetCapturedStdout();
      throw;
    }
    EXPECT_EQ(exit_code, 0);
    return testing::internal::GetCapturedStdout();
  }
  std::string refusal(const std::vector<std::string>& more = {}) {
    try {
      init(more);
    } catch (const FatalError& error) {
      EXPECT_EQ(error.exit_code, exit_unusable);
      return error.what();
    }
    return "";
  }

  PgSettings settings(const std::string& user = PostgresServer::user) const {
    return {.hosts = {{.name = PostgresServer::host, .port = server().port()}},
            .database = PostgresServer::database,
            .user = user,
            .schema = schema_};
  }
  // {} is the schema.
  std::string ask(const std::string& sql) const {
    return server().ask(fmt::format(fmt::runtime(sql), PgSession::in_quotes(schema_)));
  }
  // That one event can be stored and brought, as a daemon does; at its end.
  static void expect_usable(const PgSettings& settings) {
    PgMember member(settings, {.name = "north"}, std::chrono::hours(1));
    const PgActive active = member.beat(true);
    ASSERT_TRUE(active.mine);
    const auto ledger = open_postgres_ledger(settings, active.term);
    const Step step = step_to(tenant(1), {}, document("USGov"), minute(0), {"soc"});
    ASSERT_TRUE(ledger->commit(std::vector{step}, "tenantscope").front());
    EXPECT_EQ(ledger->load().value().size(), 1u);
    EXPECT_TRUE(ledger->acknowledge("soc", std::vector<std::uint64_t>{1}));
    member.leave();
  }

  ConfigFolder folder_;
  std::string schema_;
};

TEST_F(StorageInit, MakesALedgerOnce) {
  EXPECT_EQ(init(),
            "The schema " + schema_ + " of the database postgres has an empty ledger now.\n");
  const std::string id = ask("SELECT id FROM {}.ledger");
  EXPECT_EQ(ask("SELECT count(*) FROM {}.journal"), "0");
  EXPECT_EQ(refusal(), "the schema " + PgSession::in_quotes(schema_) +
                           " has a ledger already: it is left as it is");
  EXPECT_EQ(ask("SELECT id FROM {}.ledger"), id);
  expect_usable(settings());
}

TEST_F(StorageInit, PrintsWhatMakesOne) {
  const std::string statements = init({"--print"});
  EXPECT_EQ(ask("SELECT count(*) FROM pg_namespace WHERE '{}' = quote_ident(nspname)"), "0")
      << "it makes nothing";
  server().ask(statements);
  EXPECT_EQ(ask("SELECT count(*) FROM {}.ledger"), "1");
  expect_usable(settings());
}

// No release has a step yet: storage/postgres/pg_upgrade_test.cpp has one.
TEST_F(StorageInit, UpgradesALedger) {
  EXPECT_NE(refusal({"--upgrade"}).find("make one with `tenantscope storage init`"),
            std::string::npos);
  init();
  EXPECT_EQ(init({"--upgrade"}), "The ledger in the schema " + schema_ +
                                     " of the database postgres is of version 1 already.\n");
  server().ask(init({"--upgrade", "--print"}));
  expect_usable(settings());
  ask("UPDATE {}.ledger SET version = 2");
  EXPECT_NE(refusal({"--upgrade"}).find("use the newer release"), std::string::npos);
}

TEST_F(StorageInit, KeepsOlderProgramsOutOnceNoneLives) {
  init();
  ask("UPDATE {}.ledger SET min_reader = 0");
  ask("INSERT INTO {}.replicas (name, incarnation, expires, url, version, reads, config, state, "
      "since, sequence) VALUES ('north', 1, clock_timestamp() + interval '1 hour', '', '0.0.9', 0, "
      "'', 'standby', 0, 0)");
  const std::string first = "The ledger in the schema " + schema_ +
                            " of the database postgres is of version 1 already.\n";
  EXPECT_EQ(init({"--upgrade"}),
            first +
                "Programs that know version 0 of its tables go on with it: run this again when "
                "these are replaced:\n  `north`, of release 0.0.9, knows version 0\n");
  EXPECT_EQ(ask("SELECT min_reader FROM {}.ledger"), "0");
  ask("UPDATE {}.replicas SET expires = clock_timestamp()");
  EXPECT_EQ(init({"--upgrade"}),
            first +
                "Programs that know only what was before version 1 of its tables are kept out "
                "from now on.\n");
  EXPECT_EQ(ask("SELECT min_reader FROM {}.ledger"), "1");
}

// As docs/fleet.md has them.
TEST_F(StorageInit, NeedsFewRightsOnceItIsMade) {
  init();
  ask("CREATE ROLE daemon LOGIN");
  ask("GRANT USAGE ON SCHEMA {0} TO daemon");
  ask("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {0} TO daemon");
  ask("REVOKE UPDATE ON {0}.journal FROM daemon");
  expect_usable(settings("daemon"));
}

TEST_F(StorageInit, NeedsASharedLedger) {
  folder_.write("c", "tenants: []\n");
  EXPECT_EQ(refusal(), folder_.path("c").native() +
                           " has no `storage.postgresql`: SQLite's storage needs no init, the "
                           "first start makes it");
  EXPECT_EQ(refusal({"--print"}), refusal());
}

TEST_F(StorageInit, SaysWhatIsWrongInTheConfiguration) {
  folder_.write("c", "storage: {postgresql: {hosts: [127.0.0.1], user: u}}\n");
  EXPECT_NE(refusal().find("`database`"), std::string::npos);
}

}  // namespace
}  // namespace tenantscope
