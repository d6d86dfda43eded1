// The Alertmanager configuration that is shipped: amtool's opinion, which receiver gets which
// alert, and which alerts silence others in a real Alertmanager.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "e2e/alert_rules.hpp"
#include "e2e/alertmanager_server.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::e2e {
namespace {

const std::string shipped = TENANTSCOPE_SOURCE "/dashboards/prometheus/alertmanager.yaml";

using Labels = std::map<std::string, std::string>;

TEST(Routes, AmtoolTakesTheConfiguration) {
  const Finished checked = run(tool("amtool", {"check-config", shipped}));
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

const std::string channels = TENANTSCOPE_SOURCE "/dashboards/prometheus/alertmanager-channels.yaml";
const std::string teams = TENANTSCOPE_SOURCE "/dashboards/prometheus/alertmanager-teams.yaml";

TEST(Routes, AmtoolTakesTheChannels) {
  const Finished checked = run(tool("amtool", {"check-config", channels}));
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

// Alertmanagers before 0.28 know no `msteamsv2_configs`, and have nothing else to say.
TEST(Routes, AmtoolTakesTheChannelOfTeamsWhereItKnowsIt) {
  const Finished checked = run(tool("amtool", {"check-config", teams}));
  if (checked.exit_code == 0)
    return;
  EXPECT_NE(checked.out.find("field msteamsv2_configs not found"), std::string::npos)
      << checked.out;
  const TemporaryFolder folder;
  std::string others = read_file(teams);
  const auto begin = others.find("    msteamsv2_configs:");
  others.erase(begin, others.find("  - name: nobody") - begin);
  write_file(folder.path() / "others.yaml", others);
  const Finished rest =
      run(tool("amtool", {"check-config", (folder.path() / "others.yaml").string()}));
  EXPECT_EQ(rest.exit_code, 0) << rest.out << rest.err;
}

TEST(Routes, OfTheChannelsLeadEventsToPeople) {
  const auto receivers = [](const std::string& severity, const std::string& more = "") {
    std::vector<std::string> asked{"config",
                                   "routes",
                                   "test",
                                   "--config.file=" + channels,
                                   "alertname=TenantscopeTenantChanged",
                                   "severity=" + severity};
    if (!more.empty())
      asked.push_back(more);
    const auto lines = lines_of(run(tool("amtool", asked)).out);
    return lines.empty() ? "" : lines.front();
  };
  EXPECT_EQ(receivers("critical"), "pagerduty,slack,mail");
  EXPECT_EQ(receivers("warning"), "slack,mail");
  EXPECT_EQ(receivers("info"), "nobody");
  EXPECT_EQ(receivers("critical", "drill=true"), "slack");
}

TEST(Routes, LeadEachAlertToItsReceiver) {
  const Labels receivers{{"critical", "pager"}, {"warning", "mail"}, {"info", "nobody"}};
  const auto receiver = [](const std::string& alert, const std::string& severity) {
    const Finished routed =
        run(tool("amtool", {"config", "routes", "test", "--config.file=" + shipped,
                            "alertname=" + alert, "severity=" + severity}));
    return lines_of(routed.out).empty() ? routed.err : lines_of(routed.out).front();
  };
  for (const Rule& rule : rules()) {
    if (rule.alert.empty())
      continue;
    const std::string severity = rule.labels.at("severity");
    EXPECT_EQ(receiver(rule.alert, severity), receivers.at(severity)) << rule.alert;
  }
  EXPECT_EQ(receiver("SomebodyElses", "critical"), "nobody");
}

class Inhibition : public testing::Test {
 protected:
  void SetUp() override {
    if (!AlertmanagerServer::may_run())
      GTEST_SKIP() << "mounting isn't permitted";
    alertmanager = std::make_unique<AlertmanagerServer>(read_file(shipped));
  }

  // Fires these, and expects that no other ones are told than `expected`: "ALERT TENANT".
  void expect_told(const std::vector<Labels>& alerts, const std::set<std::string>& expected) const {
    json::array all;
    for (const Labels& labels : alerts)
      all.emplace_back(json::object{{"labels", json::value_from(labels)}});
    const HttpAnswer answer = http("POST", alertmanager->url() + "/api/v2/alerts",
                                   json::serialize(all), {"Content-Type: application/json"});
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_TRUE(eventually([&] {
      return alertmanager->firing().size() == alerts.size() && told() == expected;
    })) << testing::PrintToString(told());
  }

  std::set<std::string> told() const {
    std::set<std::string> told;
    for (const json::object& alert : alertmanager->firing("active=true&inhibited=false")) {
      const json::object& labels = alert.at("labels").as_object();
      told.insert(text_at(labels, "/alertname") +
                  (labels.contains("tenant") ? " " + text_at(labels, "/tenant") : ""));
    }
    return told;
  }

  static Labels tenant(const std::string& alert, const std::string& name,
                       const std::string& asked = "usgov",
                       const std::string& severity = "warning") {
    return {{"alertname", alert},
            {"job", "tenantscope"},
            {"tenant", name},
            {"asked", asked},
            {"severity", severity}};
  }

  std::unique_ptr<AlertmanagerServer> alertmanager;
};

TEST_F(Inhibition, AnAuthorityThatIsDownSilencesWhatItsTenantsHaveToSayOfTheirSilence) {
  expect_told({{{"alertname", "TenantscopeAuthorityDown"},
                {"job", "tenantscope"},
                {"asked", "usgov"},
                {"severity", "critical"}},
               {{"alertname", "TenantscopeAuthorityCertificateExpires"},
                {"job", "tenantscope"},
                {"asked", "usgov"},
                {"severity", "warning"}},
               tenant("TenantscopeTenantStale", "a.example"),
               tenant("TenantscopePendingTooLong", "a.example"),
               tenant("TenantscopeTenantStale", "b.example", "global"),
               tenant("TenantscopeB2BLost", "a.example", "usgov", "critical")},
              {"TenantscopeAuthorityDown", "TenantscopeAuthorityCertificateExpires",
               "TenantscopeTenantStale b.example", "TenantscopeB2BLost a.example"});
}

TEST_F(Inhibition, ADaemonThatIsDownSilencesWhatItHadToSay) {
  const auto daemon = [](const std::string& alert, const std::string& instance) {
    return Labels{{"alertname", alert},
                  {"job", "tenantscope"},
                  {"instance", instance},
                  {"severity", "critical"}};
  };
  expect_told(
      {daemon("TenantscopeExporterDown", "one"), daemon("TenantscopeStorageDown", "one"),
       daemon("TenantscopeStorageDown", "other"), daemon("TenantscopeWebCertificateExpires", "one"),
       daemon("TenantscopeAuthorityCertificateExpires", "one"),
       tenant("TenantscopeTenantStale", "a.example"),
       tenant("TenantscopeExpectationViolated", "a.example"),
       tenant("TenantscopeIdentityChanged", "a.example", "usgov", "critical")},
      {"TenantscopeExporterDown", "TenantscopeStorageDown", "TenantscopeWebCertificateExpires",
       "TenantscopeIdentityChanged a.example"});
}

TEST_F(Inhibition, ATenantThatIsGoneNeedNotSayThatB2BIsLost) {
  expect_told({tenant("TenantscopeTenantNotFound", "a.example", "usgov", "critical"),
               tenant("TenantscopeTenantNotFound", "b.example", "usgov", "warning"),
               tenant("TenantscopeB2BLost", "a.example", "usgov", "critical"),
               tenant("TenantscopeB2BLost", "b.example", "usgov", "critical"),
               tenant("TenantscopeTenantNotFound", "c.example", "usgov", "critical"),
               tenant("TenantscopeB2BLost", "c.example", "usgov", "warning")},
              {"TenantscopeTenantNotFound a.example", "TenantscopeTenantNotFound b.example",
               "TenantscopeB2BLost b.example", "TenantscopeTenantNotFound c.example"});
}

TEST_F(Inhibition, ANameThatAnotherTenantAnswersToNeedNotSayThatItIsStale) {
  expect_told(
      {tenant("TenantscopeIdentityChanged", "a.example", "usgov", "critical"),
       tenant("TenantscopeIdentityChanged", "b.example", "usgov", "warning"),
       tenant("TenantscopeTenantStale", "a.example"), tenant("TenantscopeTenantStale", "b.example"),
       tenant("TenantscopeTenantStale", "a.example", "global"),
       tenant("TenantscopeB2BLost", "a.example", "usgov", "critical")},
      {"TenantscopeIdentityChanged a.example", "TenantscopeIdentityChanged b.example",
       "TenantscopeTenantStale a.example", "TenantscopeB2BLost a.example"});
}

}  // namespace
}  // namespace tenantscope::e2e
