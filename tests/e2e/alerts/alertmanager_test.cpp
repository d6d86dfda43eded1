// A real Alertmanager: an alert is there within seconds, again after either side was killed, and
// resolved at the end.
#include <gtest/gtest.h>

#include <csignal>

#include <fmt/format.h>

#include "e2e/alertmanager_server.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

using namespace std::chrono_literals;

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USGov}
)";

TEST(AlertmanagerSlow, ShowsTheAlertAgainAfterAKillOfEitherSideAndResolvedAtTheEnd) {
  if (!AlertmanagerServer::may_run())
    GTEST_SKIP() << "mounting isn't permitted";
  const Simulator authority(scenario);
  AlertmanagerServer one, other;
  Deployment deployment(configuration(authority.url(), fmt::format(R"(
tenants: [{{name: agency.example, cloud: usgov}}]
events:
  sinks:
    - name: am
      match: {{types: [tenantscope.tenant.changed.v1]}}
      alertmanager: {{urls: ["{}", "{}"], hold: 75s}}
)",
                                                                   one.url(), other.url())));
  deployment.start();
  ASSERT_TRUE(eventually([&] {
    return deployment.daemon().metrics()["tenantscope_events_total{kind=\"baselined\"}"] == 1;
  }));
  EXPECT_TRUE(one.firing().empty());
  authority.change("agency.example", R"({"region_scope": "USG"})");
  const auto shows = [&](const AlertmanagerServer& instance) {
    return instance.firing().size() == 1;
  };
  ASSERT_TRUE(eventually([&] { return shows(one) && shows(other); }, 5s))
      << deployment.daemon().log();
  const json::object alert = one.firing().front();
  EXPECT_EQ(text_at(alert, "/labels/alertname"), "TenantscopeTenantChanged");
  EXPECT_EQ(text_at(alert, "/labels/tenant"), "agency.example");
  EXPECT_EQ(text_at(alert, "/labels/asked"), "usgov");
  EXPECT_EQ(text_at(alert, "/labels/severity"), "critical");
  EXPECT_NE(text_at(alert, "/annotations/summary").find("region scope USGov -> USG"),
            std::string::npos);

  one.kill();
  one.restart();
  EXPECT_TRUE(one.firing().empty()) << "it has forgotten";
  EXPECT_TRUE(eventually([&] { return shows(one); }, 60s)) << deployment.daemon().log();

  deployment.daemon().process().signal(SIGKILL);
  deployment.daemon().process().wait();
  other.kill();
  other.restart();
  deployment.start();
  EXPECT_TRUE(eventually([&] { return shows(other); }, 5s)) << deployment.daemon().log();
  EXPECT_EQ(other.firing().front().at("fingerprint"), alert.at("fingerprint")) << "the same alert";
  EXPECT_EQ(deployment.daemon().metrics()["tenantscope_event_outbox_events{sink=\"am\"}"], 0);

  EXPECT_TRUE(eventually([&] { return one.firing().empty() && other.firing().empty(); }, 90s))
      << "resolved at the end";
  EXPECT_EQ(deployment.stop(), 0);
}

}  // namespace
}  // namespace tenantscope::e2e
