// How a standby takes its configuration anew, on real files.
#include "app/replica/standby_config.hpp"

#include <gtest/gtest.h>

#include "config/config_folder.hpp"
#include "support/captured_log.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

std::string shared_by(const std::string& replica, const std::string& rest) {
  return "storage: {postgresql: {hosts: [127.0.0.1], database: d, user: u}}\n"
         "replica: {name: " +
         replica + "}\n" + rest;
}

class StandbyConfigTest : public ::testing::Test {
 protected:
  StandbyConfigTest() { start(shared_by("south", "tenants: [{name: a.example}]\n")); }

  void start(const std::string& config, bool auto_reload = false) {
    folder_.write("c", config);
    options_.config_file = folder_.path("c");
    options_.storage_path = folder_.path("storage");
    options_.auto_reload = auto_reload;
    now_ = load_serve_config(options_);
    ASSERT_EQ(folder_.shown(now_.errors()), std::vector<std::string>{});
    config_.emplace(
        options_,
        StandbyConfig::Signals{.stop = [this] { return stops_; },
                               .hung_up = [this] { return std::exchange(hangs_up_, false); }},
        instruments_, log_, now_, Duration::zero());
  }
  bool look() { return config_->look(audit_); }
  // The findings that who asks is told.
  std::string ask(const std::string& config) {
    folder_.write("c", config);
    std::optional<std::string> told;
    config_->ask([&](std::string findings) { told = std::move(findings); });
    const bool taken = look();
    EXPECT_EQ(taken, told == "");
    return told.value_or("nothing came");
  }
  std::vector<std::string> tenants() {
    std::vector<std::string> names;
    const auto taken = config_->take();
    if (taken)
      for (const TenantSettings& tenant : taken->config.main.settings.tenants)
        names.push_back(tenant.key.name);
    return names;
  }

  using Names = std::vector<std::string>;
  ConfigFolder folder_;
  ServeOptions options_;
  ServeConfig now_;
  Instruments instruments_;
  Log log_{LogLevel::debug, LogFormat::logfmt};
  AuditLog audit_{log_};
  bool stops_ = false;
  bool hangs_up_ = false;
  std::optional<StandbyConfig> config_;
};

TEST_F(StandbyConfigTest, IsReadWhereSomebodyAsks) {
  EXPECT_FALSE(look());
  EXPECT_FALSE(config_->has_taken());
  EXPECT_EQ(ask(shared_by("south", "tenants: [{name: b.example}]\n")), "");
  EXPECT_TRUE(config_->has_taken());
  EXPECT_EQ(tenants(), Names{"b.example"});
  EXPECT_FALSE(config_->has_taken());
}

TEST_F(StandbyConfigTest, IsReadAtSighup) {
  hangs_up_ = true;
  testing::internal::CaptureStderr();
  EXPECT_TRUE(look());
  const std::string log = captured_log(log_);
  EXPECT_NE(log.find("operation=reload"), std::string::npos) << log;
  EXPECT_EQ(tenants(), Names{"a.example"});
}

TEST_F(StandbyConfigTest, StaysWhereTheNextOneIsWrong) {
  instruments_.config_last_reload_successful().Set(1);
  EXPECT_NE(ask(shared_by("south", "tenants: 1\n")).find("/c:3:"), std::string::npos);
  EXPECT_FALSE(config_->has_taken());
  EXPECT_EQ(instruments_.config_last_reload_successful().Value(), 0);
  EXPECT_EQ(instruments_.config_reload_failures().Value(), 1);
  EXPECT_EQ(ask(shared_by("south", "tenants: [{name: b.example}]\n")), "");
}

TEST_F(StandbyConfigTest, IsOfTheSameStorageAndName) {
  const std::string refused = "`storage` and `replica` are taken at the start alone";
  EXPECT_NE(ask(shared_by("east", "")).find(refused), std::string::npos);
  EXPECT_NE(ask("tenants: []\n").find(refused), std::string::npos);
  EXPECT_FALSE(config_->has_taken());
}

TEST_F(StandbyConfigTest, IsReadOnceItsFileIsAtRest) {
  start(shared_by("south", "tenants: [{name: a.example}]\n"), true);
  EXPECT_FALSE(look());
  folder_.write("c", shared_by("south", "tenants: [{name: bb.example}]\n"));
  EXPECT_FALSE(look()) << "it may be half written";
  EXPECT_TRUE(look());
  EXPECT_EQ(tenants(), Names{"bb.example"});
}

TEST_F(StandbyConfigTest, IsNotFollowedWhereItsFileIsNot) {
  folder_.write("c", shared_by("south", "tenants: [{name: bb.example}]\n"));
  EXPECT_FALSE(look());
  EXPECT_FALSE(look());
}

TEST_F(StandbyConfigTest, IsToldOnceWhereItsFileIsWrong) {
  start(shared_by("south", ""), true);
  folder_.write("c", shared_by("south", "tenants: 1\n"));
  testing::internal::CaptureStderr();
  for (int looks = 0; looks < 40; ++looks)
    EXPECT_FALSE(look());
  const std::string log = captured_log(log_);
  const std::string told = "configuration not reloaded";
  EXPECT_NE(log.find(told), std::string::npos) << log;
  EXPECT_EQ(log.find(told), log.rfind(told)) << log;
}

TEST_F(StandbyConfigTest, IsReadWhereAListHasChanged) {
  folder_.write("list.yaml", "[{name: l.example}]\n");
  start(shared_by("south", "tenant_files: [list.yaml]\n"));
  EXPECT_FALSE(look());
  folder_.write("list.yaml", "[{name: ll.example}]\n");
  EXPECT_FALSE(look());
  EXPECT_TRUE(look());
  EXPECT_EQ(tenants(), Names{"ll.example"});
}

TEST_F(StandbyConfigTest, IsNotReadAtAStop) {
  std::string told;
  stops_ = true;
  config_->ask([&](std::string findings) { told = std::move(findings); });
  EXPECT_FALSE(look());
  EXPECT_EQ(told, "stopping");
  config_->ask([&](std::string findings) { told = std::move(findings); });
  config_->refuse_rest("too late");
  EXPECT_EQ(told, "too late");
}

}  // namespace
}  // namespace tenantscope
