// How a standby takes its configuration anew, on real files.
#include "app/replica/standby_config.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "app/reload/kept_lists.hpp"
#include "base/clock.hpp"
#include "config/config_folder.hpp"
#include "support/captured_log.hpp"
#include "support/loopback_authority.hpp"

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
    std::filesystem::create_directory(options_.storage_path);
    options_.auto_reload = auto_reload;
    StandbyConfig::NewStart first{.config = load_serve_config(options_), .lists = {}};
    ASSERT_EQ(folder_.shown(first.config.errors()), std::vector<std::string>{});
    begin_with(std::move(first));
  }
  void begin_with(StandbyConfig::NewStart now) {
    auto settings = std::make_shared<const Settings>(std::exchange(now.config.main.settings, {}));
    config_.emplace(options_, instruments_, log_,
                    StandbyConfig::Now{.config = std::move(now.config),
                                       .settings = std::move(settings),
                                       .lists = std::move(now.lists)},
                    1ms);
  }
  bool look(bool hung_up = false) { return config_->look(audit_, hung_up); }
  bool looks_until(const std::function<bool()>& condition) {
    for (const SteadyTime end = steady_now() + 30s; steady_now() < end;) {
      (void)look();
      if (condition())
        return true;
      std::this_thread::sleep_for(1ms);
    }
    return false;
  }
  bool takes() {
    return looks_until([this] { return config_->has_taken(); });
  }
  // The findings that who asks is told.
  std::string ask(const std::string& config) {
    folder_.write("c", config);
    std::optional<std::string> told;
    config_->ask([&](std::string findings) { told = std::move(findings); });
    EXPECT_TRUE(looks_until([&] { return told.has_value(); }));
    EXPECT_EQ(config_->has_taken(), told == "");
    return told.value_or("nothing came");
  }
  std::vector<std::string> tenants() {
    std::vector<std::string> names;
    const auto taken = config_->take({});
    if (taken)
      for (const TenantSettings& tenant : taken->config.main.settings.tenants)
        names.push_back(tenant.key.name);
    return names;
  }
  // How many lines with this are logged meanwhile.
  long logged(const std::string& part, const std::function<void()>& act) const {
    testing::internal::CaptureStderr();
    act();
    std::istringstream text(captured_log(log_));
    long lines = 0;
    for (std::string line; std::getline(text, line);)
      lines += line.find(part) != std::string::npos;
    return lines;
  }

  using Names = std::vector<std::string>;
  ConfigFolder folder_;
  ServeOptions options_;
  Instruments instruments_;
  Log log_{LogLevel::debug, LogFormat::logfmt};
  AuditLog audit_{log_};
  std::optional<StandbyConfig> config_;
};

const std::string two_tenants = "tenants: [{name: a.example}, {name: b.example}]\n";

TEST_F(StandbyConfigTest, IsReadWhereSomebodyAsks) {
  EXPECT_FALSE(look());
  EXPECT_EQ(ask(shared_by("south", two_tenants)), "");
  EXPECT_EQ(tenants(), (Names{"a.example", "b.example"}));
}

TEST_F(StandbyConfigTest, IsReadAtSighup) {
  EXPECT_EQ(logged("operation=reload",
                   [this] {
                     (void)look(true);
                     EXPECT_TRUE(takes());
                   }),
            1);
  EXPECT_EQ(tenants(), Names{"a.example"});
}

TEST_F(StandbyConfigTest, StaysWhereTheNextOneIsWrong) {
  EXPECT_NE(ask(shared_by("south", "tenants: 1\n")).find("/c:3:"), std::string::npos);
  EXPECT_EQ(instruments_.config_last_reload_successful().Value(), 0);
  EXPECT_EQ(instruments_.config_reload_failures().Value(), 1);
  EXPECT_EQ(ask(shared_by("south", two_tenants)), "");
}

TEST_F(StandbyConfigTest, IsOfTheSameStorageAndName) {
  const std::string refused = "`storage` and `replica` are taken at the start alone";
  EXPECT_NE(ask(shared_by("east", "")).find(refused), std::string::npos);
  EXPECT_NE(ask("tenants: []\n").find(refused), std::string::npos);
}

TEST_F(StandbyConfigTest, LosesManyTenantsAtASecondLookAlone) {
  const std::string others = shared_by("south", "tenants: [{name: b.example}]\n");
  EXPECT_NE(ask(others).find("1 of 1 tenants would leave"), std::string::npos);
  EXPECT_EQ(ask(others), "");
  EXPECT_EQ(tenants(), Names{"b.example"});
}

TEST_F(StandbyConfigTest, IsReadOnceItsFileIsAtRest) {
  start(shared_by("south", "tenants: [{name: a.example}]\n"), true);
  EXPECT_FALSE(look());
  folder_.write("c", shared_by("south", two_tenants));
  EXPECT_TRUE(takes());
  EXPECT_EQ(tenants(), (Names{"a.example", "b.example"}));
}

TEST_F(StandbyConfigTest, IsNotFollowedWhereItsFileIsNot) {
  folder_.write("list.yaml", "[{name: l.example}]\n");
  start(shared_by("south", "tenant_files: [list.yaml]\n"));
  folder_.write("c", shared_by("south", two_tenants));
  folder_.write("list.yaml", "[{name: l.example}, {name: m.example}]\n");
  EXPECT_TRUE(takes());
  EXPECT_EQ(tenants(), (Names{"l.example", "m.example"})) << "the list alone was read";
}

TEST_F(StandbyConfigTest, IsToldOnceWhereItsFileIsWrong) {
  start(shared_by("south", ""), true);
  folder_.write("c", shared_by("south", "tenants: 1\n"));
  EXPECT_EQ(logged("configuration not reloaded",
                   [this] {
                     EXPECT_TRUE(looks_until(
                         [this] { return instruments_.config_reload_failures().Value() >= 3; }));
                   }),
            1);
}

class StandbyLists : public StandbyConfigTest {
 protected:
  StandbyLists() {
    start(shared_by("south", fmt::format("tenants: [{{name: a.example}}]\n"
                                         "tenant_urls: [{{url: \"{}\", interval: 1s}}]\n",
                                         url_)));
  }
  void give(std::string list) {
    const std::lock_guard lock(mutex_);
    list_ = std::move(list);
  }
  std::map<std::string, std::string> kept() const {
    return read_kept_lists(options_.storage_path, {{.url = url_}});
  }

  std::mutex mutex_;
  std::string list_ = "[{name: l.example}]\n";
  RawServer server_{[this](RawConnection& connection) {
    while (connection.read_head()) {
      const std::lock_guard lock(mutex_);
      if (!connection.send(http_answer("200 OK", list_)))
        return;
    }
  }};
  const std::string url_ = server_.url() + "/list";
};

TEST_F(StandbyLists, AreFetchedAndKept) {
  EXPECT_TRUE(takes());
  const auto taken = config_->take({});
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->config.main.settings.tenants.size(), 2u);
  EXPECT_TRUE(taken->config.standing.good());
  EXPECT_EQ(taken->lists, (std::map<std::string, std::string>{{url_, list_}}));
  EXPECT_EQ(kept(), taken->lists) << "for a start without its server";
}

TEST_F(StandbyLists, OfTheSameTenantsChangeNothing) {
  EXPECT_TRUE(takes());
  begin_with(*config_->take({}));
  const std::string other_words = "# of today\n- name: l.example\n";
  give(other_words);
  EXPECT_TRUE(looks_until([&] { return kept().at(url_) == other_words; }));
  EXPECT_FALSE(config_->has_taken());
  give("[{name: l.example}, {name: m.example}]\n");
  EXPECT_TRUE(takes());
  EXPECT_EQ(tenants(), (Names{"a.example", "l.example", "m.example"}));
}

TEST_F(StandbyConfigTest, IsNotReadAtAStop) {
  std::string told;
  const auto ask = [&] { config_->ask([&](std::string findings) { told = std::move(findings); }); };
  ask();
  (void)look();
  config_->stop("too late");
  EXPECT_EQ(told, "too late");
  ask();
  EXPECT_FALSE(look());
  EXPECT_EQ(told, "stopping");
  ask();
  config_->stop("too late");
  EXPECT_EQ(told, "too late");
}

}  // namespace
}  // namespace tenantscope
