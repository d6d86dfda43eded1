// `tenantscope storage copy`, and `check` and `backup` of a shared ledger, on a real server.
#include "commands/storage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/result.hpp"
#include "config/config_folder.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/postgres_server.hpp"

namespace tenantscope {
namespace {

PostgresServer& copy_server() {
  static PostgresServer server;
  return server;
}

class StorageCopy : public testing::Test {
 protected:
  StorageCopy() {
    static int made = 0;
    schema_ = fmt::format("copied {}", ++made);
    folder_.write("c.yaml",
                  fmt::format("storage: {{postgresql: {{hosts: [\"{}:{}\"], database: {}, "
                              "user: {}, schema: '{}'}}}}\n",
                              PostgresServer::host, copy_server().port(), PostgresServer::database,
                              PostgresServer::user, schema_));
    run({"storage", "init", "--config.file", config()});
    const auto ledger = open_sqlite_ledger(folder_.path("data"));
    const Step step = step_to(tenant(1), {}, document("USGov"), minute(0), {"soc"});
    EXPECT_TRUE(ledger->commit(std::vector{step}, "test").front());
  }

  std::string config() const { return folder_.path("c.yaml"); }
  std::string data() const { return folder_.path("data"); }

  // What it prints.
  std::string run(std::vector<std::string> words) {
    CLI::App app;
    exit_code_ = -1;
    add_storage(app, exit_code_);
    std::ranges::reverse(words);  // as CLI11 wants them
    testing::internal::CaptureStdout();
    try {
      app.parse(words);
    } catch (...) {
      testing::internal::GetCapturedStdout();
      throw;
    }
    return testing::internal::GetCapturedStdout();
  }
  std::string refusal(const std::vector<std::string>& words) {
    try {
      run(words);
    } catch (const FatalError& error) {
      EXPECT_EQ(error.exit_code, exit_unusable);
      return error.what();
    }
    return "";
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  ConfigFolder folder_;
  std::string schema_;
  int exit_code_ = -1;
};

TEST_F(StorageCopy, TakesALedgerThereAndBack) {
  const std::string there = run({"storage", "copy", "--from", data(), "--to", config()});
  EXPECT_EQ(exit_code_, 0);
  EXPECT_TRUE(has(there, "schema " + schema_ + ": 1 event, head 1, 1 tenant, from " + data()))
      << there;
  EXPECT_TRUE(has(there, "No daemon starts on " + data() + " any more.")) << there;
  EXPECT_TRUE(has(run({"storage", "check", "--storage.path", data()}), "moved: no daemon"));
  const std::string back =
      run({"storage", "copy", "--from", config(), "--to", folder_.path("back")});
  EXPECT_TRUE(has(back, "1 event, head 1, 1 tenant")) << back;
  EXPECT_TRUE(has(run({"storage", "check", "--config.file", config()}), "moved: no daemon"));
}

TEST_F(StorageCopy, HasTheCheckAndTheBackupOfASharedLedgerBesideIt) {
  run({"storage", "copy", "--from", data(), "--to", config()});
  const std::string checked = run({"storage", "check", "--config.file", config()});
  EXPECT_EQ(exit_code_, 0);
  EXPECT_TRUE(has(checked, "Rows and the journal's chain are as they were written.")) << checked;
  const std::string backup =
      run({"storage", "backup", "--config.file", config(), folder_.path("backups")});
  EXPECT_EQ(exit_code_, 0);
  EXPECT_TRUE(has(backup, "1 event, head 1, 1 tenant")) << backup;
  copy_server().ask("UPDATE \"" + schema_ + "\".journal SET time = 1");
  EXPECT_TRUE(has(run({"storage", "check", "--config.file", config()}), "damaged: event 1"));
  EXPECT_EQ(exit_code_, exit_failure);
}

TEST_F(StorageCopy, WantsAConfigurationWithASharedLedger) {
  folder_.write("sqlite.yaml", "tenants: []\n");
  const std::string other = folder_.path("sqlite.yaml");
  EXPECT_TRUE(has(refusal({"storage", "copy", "--from", data(), "--to", other}),
                  "has no `storage.postgresql`"));
  EXPECT_TRUE(has(refusal({"storage", "check", "--config.file", other}), "--storage.path="));
  EXPECT_NE(refusal({"storage", "copy", "--from", data(), "--to", folder_.path("none.yaml")}), "");
  EXPECT_TRUE(has(refusal({"storage", "copy", "--from", folder_.path("none"), "--to", config()}),
                  "nothing is stored in"));
}

}  // namespace
}  // namespace tenantscope
