// A real logrotate moves the file sink's file away by the rules that are shipped, and no event is
// lost or repeated by it.
#include <gtest/gtest.h>

#include <filesystem>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

const fs::path shipped = TENANTSCOPE_SOURCE "/config/logrotate-tenantscope";

constexpr const char* scenario =
    "tenants: [{name: agency.example, cloud: usgov, region_scope: USG}]\n";
constexpr const char* config = R"(
tenants: [{name: agency.example, cloud: usgov}]
events: {sinks: [{name: audit, file: {path: events.jsonl}}]}
)";

class Logrotate : public testing::Test {
 protected:
  void SetUp() override {
    deployment.configure(configuration(authority.url(), config));
    deployment.start();
    await_delivered(1);
    std::string rules = replaced(read_file(shipped), "/var/lib/tenantscope", deployment.storage());
    const std::string hang_up = fmt::format("kill -HUP {}", deployment.daemon().process().pid());
    rules = replaced(rules, "systemctl try-reload-or-restart tenantscope.service", hang_up);
    write_file(rules_file(), rules);
    fs::permissions(rules_file(), fs::perms::owner_read | fs::perms::owner_write);
  }

  fs::path rules_file() const { return deployment.folder() / "logrotate"; }

  Finished logrotate(const std::string& how) const {
    return run(
        tool("logrotate",
             {how, "--state=" + (deployment.folder() / "logrotate.state").string(), rules_file()}));
  }

  void flip(const std::string& scope) {
    authority.change("agency.example", fmt::format(R"({{"region_scope": "{}"}})", scope));
    await_delivered(++events);
  }
  void await_delivered(double count) {
    ASSERT_TRUE(eventually([&] {
      return deployment.daemon().metrics()["tenantscope_event_deliveries_total{sink=\"audit\"}"] ==
             count;
    }));
  }
  void rotate() {
    const auto reloads = [&] {
      return lines_with(deployment.daemon().log(), {"configuration reloaded"}).size();
    };
    const auto before = reloads();
    const Finished rotated = logrotate("--force");
    ASSERT_EQ(rotated.exit_code, 0) << rotated.err;
    ASSERT_TRUE(eventually([&] { return reloads() > before; })) << deployment.daemon().log();
  }
  std::vector<std::string> lines(const std::string& name) const {
    return lines_of(read_file(deployment.storage() / name));
  }

  Simulator authority{scenario};
  Deployment deployment{""};
  double events = 1;
};

TEST_F(Logrotate, UnderstandsTheRulesThatAreShipped) {
  const Finished checked = logrotate("--debug");
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_EQ(checked.err.find("error"), std::string::npos) << checked.err;
  EXPECT_NE(checked.err.find("considering log " + (deployment.storage() / "events.jsonl").string()),
            std::string::npos)
      << checked.err;
}

TEST_F(Logrotate, LosesAndRepeatsNoEvent) {
  flip("USGov");
  rotate();
  EXPECT_FALSE(fs::exists(deployment.storage() / "events.jsonl"))
      << "the daemon makes it when there is something to write";
  flip("USG");
  flip("USGov");
  EXPECT_EQ(lines("events.jsonl").size(), 2);
  rotate();
  flip("USG");

  const Finished oldest = run(
      {"/usr/bin/gzip", "--decompress", "--stdout", deployment.storage() / "events.jsonl.2.gz"});
  std::vector<std::string> all = lines_of(oldest.out);
  EXPECT_EQ(all.size(), 2) << oldest.err;
  for (const char* name : {"events.jsonl.1", "events.jsonl"})
    for (const std::string& line : lines(name))
      all.push_back(line);
  EXPECT_EQ(all, deployment.journal());
  EXPECT_EQ(all.size(), 5);
}

}  // namespace
}  // namespace tenantscope::e2e
