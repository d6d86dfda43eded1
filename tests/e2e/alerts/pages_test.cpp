// How often people are paged: one flip of a host with five pairs, by a real Prometheus and a real
// Alertmanager with the files that are shipped; and what silences it.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <cstring>

#include <fmt/format.h>

#include "e2e/alert_rules.hpp"
#include "e2e/alertmanager_server.hpp"
#include "e2e/prometheus_server.hpp"
#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::e2e {
namespace {

const std::filesystem::path shipped = TENANTSCOPE_SOURCE "/dashboards/prometheus";
constexpr std::size_t all_alerts = 8;  // B2B, scope, expectation and five pairs

std::string scenario() {
  std::string text = "tenants:\n";
  for (const char* name : {"agency", "a", "b", "c", "d", "e"})
    text += fmt::format("  - {{name: {}.example, cloud: usgov, region_scope: USGov}}\n", name);
  return text;
}

constexpr const char* tenants = R"(
tenants:
  - {name: agency.example, cloud: usgov, expect: {b2b: supported}, labels: {team: identity}}
  - {name: a.example, cloud: usgov}
  - {name: b.example, cloud: usgov}
  - {name: c.example, cloud: usgov}
  - {name: d.example, cloud: usgov}
  - {name: e.example, cloud: usgov}
collaborations:
  - {name: joint, hosts: [agency.example], guests: [a.example, b.example, c.example, d.example, e.example]}
)";

class Pages : public testing::Test {
 protected:
  void SetUp() override {
    if (!AlertmanagerServer::may_run())
      GTEST_SKIP() << "mounting isn't permitted";
    deployment.configure(
        configuration(authority.url(), tenants,
                      "{interval: 200ms, timeout: 2s, confirm_interval: 50ms, stale_after: 1h}"));
    deployment.start();
    std::string config =
        replaced(read_file(shipped / "alertmanager.yaml"), "http://127.0.0.1:9095", pager.url(""));
    for (const char* wait : {"group_wait: 30s", "group_wait: 5m", "group_interval: 5m"})
      config = replaced(config, wait, std::string(wait, std::strcspn(wait, ":")) + ": 1s");
    alertmanager = std::make_unique<AlertmanagerServer>(config);
    config = replaced(read_file(shipped / "prometheus.yaml"), "127.0.0.1:10944",
                      address_of(deployment.daemon().url()));
    config = replaced(replaced(config, "127.0.0.1:9093", alertmanager->address()), "_interval: 1m",
                      "_interval: 250ms");
    prometheus = std::make_unique<PrometheusServer>(config, rule_files());
    ASSERT_TRUE(eventually([&] {
      return prometheus->query(
                 "count(tenantscope_collaboration_capability{state=\"supported\"} == 1)", "job") ==
             std::vector<std::string>{" 5"};
    })) << prometheus->process().err();
  }

  std::vector<json::object> alerts() const {
    return alertmanager->firing("filter=tenant=agency.example");
  }
  void await_all() {
    ASSERT_TRUE(eventually([&] { return alerts().size() == all_alerts; })) << alerts().size();
  }
  // Those that went to a receiver, each with its alerts' names.
  std::vector<std::string> told(const std::string& path, const std::string& status) const {
    std::vector<std::string> messages;
    for (const Post& post : pager.posts()) {
      if (post.path != path || !post.body.starts_with('{'))
        continue;
      const json::value message = json::parse(post.body);
      if (text_at(message, "/status") != status)
        continue;
      std::string names;
      for (const json::value& alert : message.at("alerts").as_array())
        names += (names.empty() ? "" : " ") + text_at(alert, "/labels/alertname");
      messages.push_back(names);
    }
    return messages;
  }

  Simulator authority{scenario()};
  Deployment deployment{""};
  Receiver pager;
  std::unique_ptr<AlertmanagerServer> alertmanager;
  std::unique_ptr<PrometheusServer> prometheus;
};

TEST_F(Pages, OneFlipOfAHostWithFivePairsIsOne) {
  authority.change("agency.example", R"({"region_scope": "USG"})");
  await_all();
  const std::vector<std::string> lost{"TenantscopeB2BLost"};
  EXPECT_TRUE(eventually([&] { return told("/pager", "firing") == lost; }));
  for (const json::object& alert : alerts()) {
    const std::string name = text_at(alert, "/labels/alertname");
    EXPECT_EQ(alert.at("status").at("inhibitedBy").as_array().empty(), name == "TenantscopeB2BLost")
        << name;
    if (name != "TenantscopeCollaborationLost") {
      EXPECT_EQ(text_at(alert, "/labels/team"), "identity") << name;
    }
  }
  authority.change("agency.example", R"({"region_scope": "USGov"})");
  EXPECT_TRUE(eventually([&] { return told("/pager", "resolved") == lost; }));
  EXPECT_EQ(told("/pager", "firing"), lost) << "that was all";
}

TEST_F(Pages, ASilenceOfTheTenantSilencesAllOfIt) {
  const Finished silenced =
      run(tool("amtool", {"--alertmanager.url=" + alertmanager->url(), "silence", "add",
                          "tenant=agency.example", "--author=test", "--comment=planned"}));
  ASSERT_EQ(silenced.exit_code, 0) << silenced.err;
  authority.change("agency.example", R"({"region_scope": "USG"})");
  await_all();
  for (const json::object& alert : alerts())
    EXPECT_EQ(alert.at("status").at("silencedBy").as_array().size(), 1)
        << text_at(alert, "/labels/alertname");
}

}  // namespace
}  // namespace tenantscope::e2e
