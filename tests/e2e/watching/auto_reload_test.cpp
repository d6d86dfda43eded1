// `serve --config.auto-reload`: the configuration's file is followed, under the same rules as
// lists.
#include <gtest/gtest.h>

#include <filesystem>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: one.example, region_scope: NA}
  - {name: two.example, region_scope: EU}
  - {name: three.example, region_scope: AS}
)";

const std::string two = "tenants: [{name: one.example}, {name: two.example}]\n";

class AutoReloadSlow : public testing::Test {
 protected:
  void SetUp() override {
    configure(two);
    deployment.start({"--config.auto-reload"});
    ASSERT_TRUE(watches(2)) << log();
  }

  void configure(const std::string& rest) {
    deployment.configure(configuration(authority.url(), rest));
  }
  bool shows(const std::string& series, double value) {
    return eventually([&] { return deployment.daemon().metrics()[series] == value; });
  }
  bool watches(double tenants) { return shows("tenantscope_tenants", tenants); }
  bool successful(double value) {
    return shows("tenantscope_config_last_reload_successful", value);
  }
  double failures() {
    return deployment.daemon().metrics()["tenantscope_config_reload_failures_total"].value_or(-1);
  }
  bool logged(const std::vector<std::string>& parts) {
    return eventually([&] { return !lines_with(log(), parts).empty(); });
  }
  std::string log() { return deployment.daemon().log(); }

  Simulator authority{scenario};
  Deployment deployment{""};
};

TEST_F(AutoReloadSlow, TakesAChangeByItself) {
  configure(two + "collaborations: [{name: c, hosts: [one.example], guests: [three.example]}]\n");
  EXPECT_TRUE(watches(3)) << log();
  EXPECT_TRUE(successful(1));
  const auto fresh = deployment.folder() / "fresh";
  write_file(fresh, configuration(authority.url(),
                                  "tenants: [{name: one.example}, "
                                  "{name: two.example}]\nrules: docs-2025\n"));
  std::filesystem::rename(fresh, deployment.config_file());
  EXPECT_TRUE(watches(2)) << log();
  EXPECT_EQ(failures(), 0);
  EXPECT_EQ(lines_with(log(), {"configuration reloaded"}).size(), 2u) << log();
  EXPECT_TRUE(lines_with(log(), {"logger=audit"}).empty()) << "nobody has asked for it";
}

TEST_F(AutoReloadSlow, KeepsTheLastGoodOneBesideABadOne) {
  const auto refused = [&](std::size_t times) {
    return eventually(
        [&] { return lines_with(log(), {"configuration not reloaded"}).size() == times; });
  };
  configure(two + "rules: none\n");
  ASSERT_TRUE(refused(1)) << log();
  EXPECT_TRUE(logged({"level=error", "bad configuration", "`rules` has to be"})) << log();
  EXPECT_TRUE(successful(0));
  EXPECT_TRUE(watches(2));
  write_file(deployment.config_file(), "tenants: [{name: one.exam");
  EXPECT_TRUE(refused(2)) << "half of it\n" << log();
  std::filesystem::remove(deployment.config_file());
  EXPECT_TRUE(refused(3)) << "none of it\n" << log();
  EXPECT_TRUE(logged({"bad configuration", "the file can't be read"})) << log();
  EXPECT_GE(failures(), 3);
  EXPECT_TRUE(watches(2));
  configure(two + "collaborations: [{name: c, hosts: [one.example], guests: [three.example]}]\n");
  EXPECT_TRUE(watches(3)) << log();
  EXPECT_TRUE(successful(1));
  EXPECT_TRUE(refused(3)) << "each reason once\n" << log();
}

TEST_F(AutoReloadSlow, TakesManyTenantsAwayAtTheSecondLookOnly) {
  configure("tenants: [{name: three.example}]\n");
  ASSERT_TRUE(
      logged({"level=warn", "configuration not reloaded: tenants would leave", "leaving=2"}))
      << log();
  EXPECT_TRUE(logged({"tenants leave, as a second look says, too", "leaving=2"})) << log();
  EXPECT_TRUE(watches(1)) << log();
  EXPECT_TRUE(successful(1));
  EXPECT_EQ(failures(), 1);
}

}  // namespace
}  // namespace tenantscope::e2e
