// The whole way of an alert: a simulated authority, the daemon, a real Prometheus and a real
// Alertmanager with the files that are shipped, and a pager. And that each rule, and each query of
// the runbooks, runs there.
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
#include "support/own_loopback.hpp"

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
  - {name: bureau.example, cloud: usgov, region_scope: USG}
  - {name: defence.example, cloud: usgov, region_scope: USGov}
  - {name: town.example, cloud: usgov, region_scope: USG}
  - {name: county.example, region_scope: NA}
  - {name: partner.example, region_scope: EU}
  - {name: slow.example, region_scope: NA}
  - {name: vault.example, region_scope: NA, tenant_id: 00000000-0000-0000-0000-00000000000a}
  - {name: squatted.example, region_scope: NA, tenant_id: 00000000-0000-0000-0000-00000000000c}
)";

constexpr const char* tenants = R"(
tenants:
  - {name: agency.example, cloud: usgov, expect: {b2b: supported}}
  - {name: contoso.example}
  - {name: missing.example}
  - {name: portal.example}
  - {name: factory.example, cloud: china}
  - {name: harbour.example, cloud: china}
  - {name: bureau.example, cloud: usgov}
  - {name: defence.example, cloud: usgov}
  - {name: town.example, cloud: usgov}
  - {name: county.example, expect: {region_scope: EU}}
  - {name: partner.example}
  - {name: slow.example, confirm_interval: 1h}
  - {name: vault.example, tenant_id: 00000000-0000-0000-0000-00000000000a}
  - {name: squatted.example, tenant_id: 00000000-0000-0000-0000-00000000000a}
collaborations:
  - {name: joint, hosts: [agency.example], guests: ["identity:google", contoso.example]}
events:
  sinks:
    - {name: audit, file: {path: events.jsonl}}
    - {name: broken, file: {path: no-such-folder/events.jsonl}}
)";

std::string alertmanager_config(const std::string& receiver) {
  const std::string config =
      replaced(read_file(shipped / "alertmanager.yaml"), "http://127.0.0.1:9095", receiver);
  return replaced(replaced(config, "group_wait: 30s", "group_wait: 0s"), "group_wait: 5m",
                  "group_wait: 0s");
}

std::string prometheus_config(const std::string& daemon, const std::string& alertmanager) {
  const std::string config =
      replaced(read_file(shipped / "prometheus.yaml"), "127.0.0.1:10944", daemon);
  return replaced(replaced(config, "127.0.0.1:9093", alertmanager), "_interval: 1m",
                  "_interval: 250ms");
}

class Alerts : public testing::Test {
 protected:
  void SetUp() override {
    if (!AlertmanagerServer::may_run())
      GTEST_SKIP() << "mounting isn't permitted";
    deployment.configure(
        configuration(authority.url(), tenants,
                      "{interval: 200ms, timeout: 2s, confirm_interval: 50ms, stale_after: 1s}"));
    deployment.start(at_address);
    await_shown(tenant_series("found", "slow.example"));
    authority.change("slow.example",
                     R"({"region_scope": "EU"})");  // pending for as long as Prometheus knows it
    await_shown(tenant_series("change_pending", "slow.example"));
    alertmanager = std::make_unique<AlertmanagerServer>(alertmanager_config(pager.url("")));
    prometheus = std::make_unique<PrometheusServer>(
        prometheus_config(address, alertmanager->address()), rule_files());
    ASSERT_TRUE(shows("tenantscope_tenant_found{tenant=\"agency.example\"} == 1"))
        << prometheus->process().err();
  }

  void await_shown(const std::string& series) {
    ASSERT_TRUE(eventually([&] { return deployment.daemon().metrics()[series] == 1; }))
        << series << "\n"
        << deployment.daemon().log();
  }
  // Whether the query comes to give something.
  bool shows(const std::string& promql) const {
    return eventually([&] { return !prometheus->query(promql, "job").empty(); });
  }
  // The state of the alert in Prometheus: "", "pending" or "firing".
  std::string state(const std::string& alert, const std::string& labels = "") const {
    const auto states =
        prometheus->query(fmt::format("ALERTS{{alertname=\"{}\"{}}}", alert, labels), "alertstate");
    return states.empty() ? "" : states.front().substr(0, states.front().find(' '));
  }
  void await(const std::string& expected, const std::string& alert,
             const std::string& labels = "") {
    EXPECT_TRUE(eventually([&] { return state(alert, labels) == expected; }))
        << alert << " is " << state(alert, labels) << ", not " << expected;
  }

  const std::string address = own_loopback() + ":10944";
  const std::vector<std::string> at_address{"--web.listen-address=" + address};
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
  await("firing", "TenantscopeCollaborationLost",
        ",host_tenant=\"agency.example\",guest_tenant=\"identity:google\"");

  const auto has = [](const Post& post, const std::string& path, const std::string& status) {
    if (post.path != path || !post.body.starts_with('{'))
      return false;
    const json::value message = json::parse(post.body);
    for (const json::value& alert : message.at("alerts").as_array())
      if (text_at(alert, "/labels/alertname") == "TenantscopeB2BLost" &&
          text_at(alert, "/status") == status) {
        EXPECT_EQ(text_at(alert, "/labels/tenant"), "agency.example");
        EXPECT_EQ(text_at(alert, "/annotations/summary"),
                  "agency.example@usgov: B2B collaboration isn't supported now");
        const std::string description = text_at(alert, "/annotations/description");
        EXPECT_NE(description.find("is not_supported."), std::string::npos) << description;
        EXPECT_EQ(text_at(alert, "/annotations/runbook_url"),
                  "docs/runbooks/TenantscopeB2BLost.md");
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
  EXPECT_TRUE(eventually(
      [&] { return alertmanager->firing("filter=alertname=TenantscopeB2BLost").empty(); }));
  EXPECT_FALSE(alertmanager->firing("filter=alertname=TenantscopeB2BGained").empty());
}

TEST_F(Alerts, TellOfAPinnedNameThatAnotherTenantAnswersTo) {
  await_shown(tenant_series("found", "vault.example"));
  await("firing", "TenantscopeIdentityChanged",
        ",tenant=\"squatted.example\",severity=\"warning\"");
  const std::string identity = ",tenant=\"vault.example\",severity=\"critical\"";
  EXPECT_EQ(state("TenantscopeIdentityChanged", identity), "");
  authority.change("vault.example", R"({"tenant_id": "00000000-0000-0000-0000-00000000000c"})");
  await("firing", "TenantscopeIdentityChanged", identity);
  EXPECT_EQ(state("TenantscopeExpectationViolated", ",tenant=\"vault.example\""), "");
  ASSERT_TRUE(eventually([&] {
    return !alertmanager
                ->firing("filter=alertname=TenantscopeIdentityChanged&filter=tenant=vault.example")
                .empty();
  }));
  const std::string description = text_at(
      alertmanager
          ->firing("filter=alertname=TenantscopeIdentityChanged&filter=tenant=vault.example")
          .front(),
      "/annotations/description");
  EXPECT_NE(description.find(
                "It is 00000000-0000-0000-0000-00000000000c in the cloud global now. What is "
                "shown is the verdict of the pinned tenant, which doesn't answer now."),
            std::string::npos)
      << description;
  authority.change("vault.example", R"({"tenant_id": "00000000-0000-0000-0000-00000000000a"})");
  await("", "TenantscopeIdentityChanged", identity);
}

TEST_F(Alerts, AreOneForAnAuthorityThatGivesNoAnswers) {
  const std::vector<std::string> china{"china 1"};
  EXPECT_TRUE(eventually(
      [&] { return prometheus->query("asked:tenantscope_authority:down", "asked") == china; }));
  await("pending", "TenantscopeTenantStale", ",tenant=\"portal.example\"");
  EXPECT_TRUE(eventually([&] {
    return prometheus->query("tenantscope_tenant_stale{asked=\"china\"} == 1", "asked").size() == 2;
  }));
  await("", "TenantscopeTenantStale",
        ",asked=\"china\"");  // once both groups of rules were evaluated
  EXPECT_EQ(prometheus->query("asked:tenantscope_authority:down", "asked"), china);
}

// The time since when it fires, by which a real Alertmanager and people know that it is the same.
TEST_F(Alerts, AreTheSameOverARestart) {
  authority.change("agency.example", R"({"region_scope": "USG"})");
  await("firing", "TenantscopeB2BLost");
  const auto value = [&](const std::string& promql) { return prometheus->query(promql, "job"); };
  const std::string since = "ALERTS_FOR_STATE{alertname=\"TenantscopeB2BLost\"}",
                    started = "process_start_time_seconds";
  const auto fires_since = value(since), started_at = value(started);
  ASSERT_EQ(fires_since.size(), 1);
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_TRUE(eventually([&] {
    return value("up{job=\"tenantscope\"}") == std::vector<std::string>{"tenantscope 0"};
  }));
  EXPECT_TRUE(eventually([&] { return value("tenantscope_tenants").empty(); }))
      << "nothing is known of it now";
  EXPECT_EQ(state("TenantscopeB2BLost"), "firing");
  deployment.start(at_address);
  EXPECT_TRUE(
      eventually([&] { return value(started).size() == 1 && value(started) != started_at; }));
  EXPECT_TRUE(shows("tenantscope_tenant_up{tenant=\"agency.example\"} == 1"));
  EXPECT_EQ(value(since), fires_since);
  EXPECT_EQ(alertmanager->firing("filter=alertname=TenantscopeB2BLost").size(), 1);
}

// A change is new until it is recorded: what a rule has recorded counts as well.
std::string given_by(const Rule& rule) {
  return rule.record.empty()
             ? rule.expr
             : fmt::format("({}) or last_over_time({}[5m])", rule.expr, rule.record);
}

// Why a rule's expression gives nothing below.
const std::map<std::string, std::string> empty_rules{
    {"TenantscopeEventDeliveryStuck", "no event is 15 minutes old"},
    {"TenantscopeWatchListShrank", "as many tenants are watched as ever"},
    {"TenantscopeAuthorityDown", "nothing is known of 5 minutes ago; what it is of is recorded"},
    {"TenantscopePendingTooLong", "nothing is known of 15 minutes ago; what it is of is recorded"},
    {"TenantscopeAuthorityCertificateExpires", "the authority is asked without TLS"},
    {"TenantscopeWebCertificateExpires", "so is the daemon"},
    {"TenantscopeStorageDown", "storage works; StorageFaults sees the metric at 0"},
    {"TenantscopeNoActiveReplica", "the daemon has its storage for itself"},
    {"TenantscopeReplicaConfigDiffers", "so it has nobody to differ from"},
    {"instance:tenantscope_standby:last15m", "nor does anybody stand by"},
    {"TenantscopeStorageNotSynchronous", "nor is it looked at whether SQLite is replicated"},
    {"TenantscopeStorageRewound", "it never went back; Restore sees the metric at 1"},
    {"TenantscopeExporterDown",
     "the daemon is scraped; another way of it is seen in AreTheSameOverARestart"},
};

TEST_F(Alerts, EachRuleAndEachQueryOfTheRunbooksRuns) {
  authority.change("agency.example", R"({"region_scope": "USG"})");
  authority.change("bureau.example", R"({"region_scope": "USGov"})");
  authority.change("town.example", R"({"region_scope": "XX"})");
  authority.change("defence.example", R"({"sub_scope": "DOD"})");
  authority.change("county.example", R"({"tenant_id": "00000000-0000-0000-0000-00000000000c"})");
  authority.change("partner.example", R"({"found": false})");
  write_file(deployment.config_file(), "tenants: {}\n");
  deployment.reload();
  for (const Rule& rule : rules()) {
    const std::string name = rule.alert + rule.record;
    if (const auto empty = empty_rules.find(name); empty != empty_rules.end()) {
      EXPECT_EQ(prometheus->query(rule.expr, "job").size(), 0)
          << name << " isn't empty, though " << empty->second;
    } else {
      EXPECT_TRUE(shows(given_by(rule))) << name << " gives nothing: " << rule.expr;
    }
    for (const std::string& metric : metric_names(rule.expr))
      EXPECT_TRUE(metrics_of_choice().contains(metric) || empty_rules.contains(metric) ||
                  metric == rule.record ||  // shown once its own group is evaluated, in a minute
                  shows("last_over_time(" + metric + "[5m])"))
          << "nothing has ever shown " << metric;
    for (const std::string& query :
         rule.alert.empty() ? std::vector<std::string>() : blocks(runbook(rule.alert), "promql"))
      EXPECT_NO_THROW(prometheus->query(query, "tenant")) << rule.alert << ".md";
  }
  EXPECT_TRUE(eventually([&] {
    std::size_t healthy = 0;
    const json::value data = prometheus->api("/rules");
    for (const json::value& group : data.at("groups").as_array())
      for (const json::value& rule : group.at("rules").as_array())
        healthy += text_at(rule, "/health") != "err";  // some have an interval of their own
    return healthy == rules().size();
  }));
}

// The tenants in place of those that are shipped, and more often.
TEST_F(Alerts, TheProbeJobAsksTheDaemonAboutEachTenant) {
  std::string config = prometheus_config(address, alertmanager->address());
  config = replaced(replaced(config, "agency.onmicrosoft.us", "missing.example"), "21vianet.com",
                    "harbour.example");
  config =
      replaced(replaced(config, "_interval: 4m", "_interval: 1s"), "_timeout: 15s", "_timeout: 1s");
  const PrometheusServer asking(config, rule_files());
  const std::set<std::string> expected{"harbour.example 0", "missing.example 1",
                                       "partner.example 1"};
  EXPECT_TRUE(eventually([&] {
    const auto results = asking.query("probe_success{job=\"tenantscope-probe\"}", "instance");
    return std::set<std::string>(results.begin(), results.end()) == expected;
  })) << testing::PrintToString(asking.query("probe_success", "instance"));
  EXPECT_EQ(
      asking.query("tenantscope_tenant_up{job=\"tenantscope-probe\",asked=\"china\"}", "tenant"),
      std::vector<std::string>{"harbour.example 0"});

  const std::string missing =
      "ALERTS{alertname=\"TenantscopeTenantNotFound\",tenant=\"missing.example\"}";
  EXPECT_TRUE(eventually([&] { return !asking.query(missing, "job").empty(); }));
  EXPECT_EQ(asking.query(missing, "job"), std::vector<std::string>{"tenantscope 1"})
      << "what /probe says is confirmed by nobody";
}

}  // namespace
}  // namespace tenantscope::e2e
