// The whole way of an alert: a simulated authority, the daemon, a real Prometheus and a real Alertmanager with the files that are shipped,
// and a pager. And that each rule, and each query of the runbooks, runs there.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "e2e/alert_rules.hpp"
#include "e2e/alertmanager_server.hpp"
#include "e2e/prometheus_server.hpp"
#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

const std::filesystem::path shipped = TENANTSCOPE_SOURCE "/dashboards/prometheus";

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USGov}
  - {name: contoso.example, region_scope: NA}
  - {name: portal.example, fault: html}
  - {name: factory.example, cloud: china, region_scope: AS, fault: {kind: throttle, retry_after: 1s}}
  - {name: harbour.example, cloud: china, region_scope: AS, fault: html}
)";

constexpr const char* tenants = R"(
tenants:
  - {name: agency.example, cloud: usgov, expect: {b2b: supported}}
  - {name: contoso.example}
  - {name: missing.example}
  - {name: portal.example}
  - {name: factory.example, cloud: china}
  - {name: harbour.example, cloud: china}
collaborations:
  - {name: joint, hosts: [agency.example], guests: ["identity:google"]}
events:
  sinks:
    - {name: audit, file: {path: events.jsonl}}
    - {name: broken, file: {path: no-such-folder/events.jsonl}}
)";

std::string alertmanager_config(const std::string& receiver) {
  const std::string config = replaced(read_file(shipped / "alertmanager.yaml"), "http://127.0.0.1:9095", receiver);
  return replaced(replaced(config, "group_wait: 30s", "group_wait: 0s"), "group_wait: 5m", "group_wait: 0s");
}

std::string prometheus_config(const std::string& daemon, const std::string& alertmanager) {
  const std::string config = replaced(read_file(shipped / "prometheus.yaml"), "127.0.0.1:10944", daemon);
  return replaced(replaced(config, "127.0.0.1:9093", alertmanager), "_interval: 1m", "_interval: 250ms");
}

class Alerts : public testing::Test {
 protected:
  void SetUp() override {
    if (!PrometheusServer::installed() || !AlertmanagerServer::installed()) GTEST_SKIP() << "no servers: run scripts/setup --tests";
    deployment.configure(configuration(authority.url(), tenants, "{interval: 200ms, timeout: 2s, confirm_interval: 50ms, stale_after: 1s}"));
    deployment.start();
    alertmanager = std::make_unique<AlertmanagerServer>(alertmanager_config(pager.url("")));
    prometheus = std::make_unique<PrometheusServer>(prometheus_config(address_of(deployment.daemon().url()), alertmanager->address()), rule_files());
    ASSERT_TRUE(eventually([&] { return !prometheus->query("tenantscope_tenant_found{tenant=\"agency.example\"} == 1", "tenant").empty(); }))
        << prometheus->process().err();
  }

  // The state of the alert in Prometheus: "", "pending" or "firing".
  std::string state(const std::string& alert, const std::string& labels = "") const {
    const auto states = prometheus->query(fmt::format("ALERTS{{alertname=\"{}\"{}}}", alert, labels), "alertstate");
    return states.empty() ? "" : states.front().substr(0, states.front().find(' '));
  }
  void await(const std::string& expected, const std::string& alert, const std::string& labels = "") {
    EXPECT_TRUE(eventually([&] { return state(alert, labels) == expected; })) << alert << " is " << state(alert, labels) << ", not " << expected;
  }

  Simulator authority{scenario};
  Deployment deployment{""};
  Receiver pager;
  std::unique_ptr<AlertmanagerServer> alertmanager;
  std::unique_ptr<PrometheusServer> prometheus;
};

TEST_F(Alerts, ReachThePagerWhenATenantFlipsAndEndWhenItFlipsBack) {
  EXPECT_EQ(state("TenantscopeB2BLost"), "");
  authority.change("agency.example", R"({"region_scope": "USG"})");
  await("firing", "TenantscopeB2BLost", ",tenant=\"agency.example\",severity=\"critical\"");
  await("firing", "TenantscopeScopeChanged", ",tenant=\"agency.example\",severity=\"warning\"");
  await("firing", "TenantscopeExpectationViolated", ",tenant=\"agency.example\"");
  await("firing", "TenantscopeCollaborationLost", ",host=\"agency.example\",guest=\"identity:google\"");

  const auto has = [](const Post& post, const std::string& path, const std::string& status) {
    if (post.path != path || !post.body.starts_with('{')) return false;
    const json::value message = json::parse(post.body);
    for (const json::value& alert : message.at("alerts").as_array())
      if (text_at(alert, "/labels/alertname") == "TenantscopeB2BLost" && text_at(alert, "/status") == status) {
        EXPECT_EQ(text_at(alert, "/labels/tenant"), "agency.example");
        EXPECT_EQ(text_at(alert, "/annotations/summary"), "agency.example@usgov: B2B collaboration isn't supported now");
        EXPECT_NE(text_at(alert, "/annotations/description").find("is not_supported."), std::string::npos) << text_at(alert, "/annotations/description");
        EXPECT_EQ(text_at(alert, "/annotations/runbook_url"), "docs/runbooks/TenantscopeB2BLost.md");
        return true;
      }
    return false;
  };
  const auto told = [&](const std::string& path, const std::string& status) {
    const auto posts = pager.posts();
    return std::ranges::any_of(posts, [&](const Post& post) { return has(post, path, status); });
  };
  EXPECT_TRUE(eventually([&] { return told("/pager", "firing"); }));
  EXPECT_FALSE(told("/mail", "firing")) << "it is critical";

  authority.change("agency.example", R"({"region_scope": "USGov"})");
  await("", "TenantscopeB2BLost");
  await("", "TenantscopeCollaborationLost");
  await("firing", "TenantscopeB2BGained", ",tenant=\"agency.example\"");
  EXPECT_TRUE(eventually([&] { return alertmanager->firing("filter=alertname=TenantscopeB2BLost").empty(); }));
  EXPECT_FALSE(alertmanager->firing("filter=alertname=TenantscopeB2BGained").empty());
}

TEST_F(Alerts, AreOneForAnAuthorityThatGivesNoAnswers) {
  await("pending", "TenantscopeAuthorityDown", ",asked=\"china\"");
  await("pending", "TenantscopeTenantStale", ",tenant=\"portal.example\"");
  EXPECT_TRUE(eventually([&] { return prometheus->query("tenantscope_tenant_stale{asked=\"china\"} == 1", "asked").size() == 2; }));
  await("", "TenantscopeTenantStale", ",asked=\"china\"");  // once both groups of rules were evaluated
  EXPECT_EQ(prometheus->query("ALERTS{alertname=\"TenantscopeAuthorityDown\"}", "asked"), std::vector<std::string>{"china 1"});
}

TEST_F(Alerts, EachRuleAndEachQueryOfTheRunbooksRuns) {
  authority.change("agency.example", R"({"region_scope": "USG"})");
  await("firing", "TenantscopeB2BLost");
  std::set<std::string> seen;
  EXPECT_TRUE(eventually([&] {
    seen.clear();
    const json::value data = prometheus->api("/rules");
    for (const json::value& group : data.at("groups").as_array())
      for (const json::value& rule : group.at("rules").as_array())
        if (text_at(rule, "/health") == "ok") seen.insert(text_at(rule, "/name"));
    return std::ranges::all_of(rules(), [&](const Rule& rule) { return seen.contains(rule.alert + rule.record); });
  })) << testing::PrintToString(seen);

  for (const Rule& rule : rules()) {
    EXPECT_NO_THROW(prometheus->query(rule.expr, "tenant")) << rule.alert << rule.record;
    for (const std::string& name : metric_names(rule.expr))
      EXPECT_TRUE(eventually([&] { return !prometheus->query("last_over_time(" + name + "[5m])", "job").empty(); })) << "nothing has ever shown " << name;
    for (const std::string& query : rule.alert.empty() ? std::vector<std::string>() : blocks(runbook(rule.alert), "promql"))
      EXPECT_NO_THROW(prometheus->query(query, "tenant")) << rule.alert << ".md";
  }
}

TEST_F(Alerts, TheProbeJobAsksTheDaemonAboutEachTenant) {
  std::set<std::string> urls;
  const json::value data = prometheus->api("/targets?state=active");
  for (const json::value& target : data.at("activeTargets").as_array())
    if (text_at(target, "/labels/job") == "tenantscope-probe") urls.insert(text_at(target, "/labels/instance") + " " + text_at(target, "/scrapeUrl"));
  const std::string probe = " " + deployment.daemon().url() + "/probe?";
  EXPECT_EQ(urls, (std::set<std::string>{"agency.onmicrosoft.us" + probe + "target=agency.onmicrosoft.us", "partner.example" + probe + "target=partner.example",
                                         "21vianet.com" + probe + "cloud=china&target=21vianet.com"}));
}

}  // namespace
}  // namespace tenantscope::e2e
