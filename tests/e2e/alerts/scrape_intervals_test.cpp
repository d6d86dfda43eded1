// Each alert at a scrape each 15 s, each minute and each 5 min: it fires when what its text says
// has held for as long as it says, and a single scrape that looks so isn't enough where the text
// speaks of a time.
#include <gtest/gtest.h>

#include <set>

#include <fmt/format.h>

#include "e2e/alert_rules.hpp"
#include "e2e/process.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::e2e {
namespace {

constexpr int begins = 20;  // minutes: what is told happens then
constexpr int ends = 70;
constexpr int intervals[] = {15, 60, 300};  // seconds

struct Series {
  std::string name;
  std::string before;  // "_": none
  std::string after;
  std::string step = {};  // added every 5 minutes
};

struct Row {
  std::string alert;
  std::string severity;
  std::vector<Series> series;
  int quiet = 0;  // minutes: still
  int fires = 0;  // likewise: at the scrape after that at the latest
  bool of_a_time = true;
};

const std::string daemon = R"({job="tenantscope",instance="a")";
const std::string tenant = daemon + R"(,tenant="agency.example",asked="usgov")";
const std::string other = daemon + R"(,tenant="bureau.example",asked="usgov")";

Series changed(const std::string& field) {
  return {"tenantscope_tenant_last_change_timestamp_seconds" + tenant + ",field=\"" + field + "\"}",
          "_", "1200"};
}
Series capability(const char* before, const char* after) {
  return {"tenantscope_tenant_b2b_capability" + tenant + ",state=\"supported\"}", before, after};
}

const std::vector<Row> rows{
    {"TenantscopeScopeChanged", "warning", {changed("region_scope")}, 19, 21, false},
    {"TenantscopeScopeChanged", "info", {changed("sub_scope")}, 19, 21, false},
    {"TenantscopeB2BLost",
     "critical",
     {changed("b2b_capability"), capability("1", "0")},
     19,
     21,
     false},
    {"TenantscopeB2BGained",
     "warning",
     {changed("b2b_capability"), capability("0", "1")},
     19,
     21,
     false},
    {"TenantscopeIdentityChanged", "critical", {changed("identity")}, 19, 21, false},
    {"TenantscopeTenantNotFound",
     "critical",
     {changed("presence"), {"tenantscope_tenant_found" + tenant + "}", "1", "0"}},
     19,
     21,
     false},
    {"TenantscopeExpectationViolated",
     "warning",
     {{"tenantscope_tenant_expectation_met" + tenant + ",expectation=\"b2b\"}", "1", "0"}},
     19,
     21,
     false},
    {"TenantscopeCollaborationLost",
     "critical",
     {{"tenantscope_collaboration_capability" + daemon +
           R"(,collaboration="joint",host_tenant="a.example",guest_tenant="b.example",state="supported"})",
       "1", "0"}},
     19,
     21,
     false},
    {"TenantscopeTenantStale",
     "warning",
     {{"tenantscope_tenant_stale" + tenant + "}", "0", "1"},
      {"tenantscope_tenant_stale" + other + "}", "0", "0"}},
     34,
     36},
    {"TenantscopePendingTooLong",
     "warning",
     {{"tenantscope_tenant_change_pending" + tenant + "}", "0", "1"}},
     49,
     63},
    {"TenantscopePendingTooLong",
     "warning",
     {{"tenantscope_tenant_change_pending" + tenant + "}", "_", "1"}},
     49,
     52,
     false},
    {"TenantscopeAuthorityDown",
     "critical",
     {{"tenantscope_authority_up" + daemon + ",asked=\"usgov\"}", "1", "0"}},
     29,
     36},
    {"TenantscopeAuthorityDown",
     "critical",
     {{"tenantscope_authority_up" + daemon + ",asked=\"usgov\"}", "_", "0"}},
     29,
     36,
     false},
    {"TenantscopeAuthorityThrottled",
     "info",
     {{"tenantscope_authority_throttled_total" + daemon + ",asked=\"usgov\"}", "0", "1", "1"}},
     34,
     36},
    {"TenantscopeAuthorityCertificateExpires",
     "warning",
     {{"tenantscope_authority_certificate_expiry_timestamp_seconds" + daemon + ",asked=\"usgov\"}",
       "9000000", "200000"}},
     34,
     36},
    {"TenantscopeWebCertificateExpires",
     "warning",
     {{"tenantscope_web_certificate_expiry_timestamp_seconds" + daemon + "}", "9000000",
       "1000000"}},
     24,
     26},
    {"TenantscopeEventDeliveryStuck",
     "warning",
     {{"tenantscope_event_outbox_oldest_timestamp_seconds" + daemon + ",sink=\"soc\"}", "_",
       "1200"},
      {"tenantscope_event_outbox_events" + daemon + ",sink=\"soc\"}", "0", "1"}},
     34,
     42},
    {"TenantscopeStorageDown",
     "critical",
     {{"tenantscope_storage_up" + daemon + "}", "1", "0"}},
     24,
     27},
    {"TenantscopeNoActiveReplica",
     "critical",
     {{"tenantscope_replica_active" + daemon + "}", "1", "0"}},
     24,
     31},
    {"TenantscopeExporterDown", "critical", {{"up" + daemon + "}", "1", "0"}}, 24, 31},
    {"TenantscopeReplicaConfigDiffers",
     "warning",
     {{"tenantscope_replica_config_matches" + daemon + "}", "1", "0"}},
     24,
     26},
    {"TenantscopeStorageNotSynchronous",
     "warning",
     {{"tenantscope_storage_synchronous" + daemon + "}", "1", "0"},
      {"tenantscope_replica_active" + daemon + "}", "1", "1"}},
     24,
     26},
    {"TenantscopeStorageRewound",
     "warning",
     {{"tenantscope_storage_rewinds_total" + daemon + "}", "0", "1"},
      {"process_start_time_seconds" + daemon + "}", "0", "0"}},
     19,
     21,
     false},
    {"TenantscopeStorageRewound",
     "warning",
     {{"tenantscope_storage_rewinds_total" + daemon + "}", "_", "1"},
      {"process_start_time_seconds" + daemon + "}", "_", "1200"}},
     19,
     21,
     false},
    {"TenantscopeConfigReloadFailed",
     "warning",
     {{"tenantscope_config_last_reload_successful" + daemon + "}", "1", "0"}},
     24,
     26},
    {"TenantscopeWatchListShrank",
     "warning",
     {{"tenantscope_tenants" + daemon + "}", "10", "3"}},
     24,
     26},
};

// `once`: one scrape shows it.
std::string samples(const Series& series, int interval, bool once) {
  std::string text;
  for (int at = 0; at <= ends * 60; at += interval) {
    const int since = at - begins * 60;
    const bool counter = !series.step.empty();
    if (since < 0 || (once && !counter && since >= interval))
      text += series.before;
    else if (counter && !once)
      text += std::to_string(std::stoi(series.after) + std::stoi(series.step) * (since / 300));
    else
      text += series.after;
    text += " ";
  }
  return text;
}

std::string promtool_test(const Row& row, int interval, bool once) {
  std::string text =
      fmt::format("  - name: '{} {} each {} s'\n    interval: {}s\n    input_series:\n", row.alert,
                  once ? "once" : "for long", interval, interval);
  std::vector<Series> all = row.series;
  if (row.alert != "TenantscopeWatchListShrank")
    all.push_back({"tenantscope_tenants" + daemon + "}", "10", "10"});
  for (const Series& series : all)
    text += fmt::format("      - {{series: '{}', values: '{}'}}\n", series.name,
                        samples(series, interval, once));
  const std::string firing = fmt::format(
      "ALERTS{{alertname=\"{}\",severity=\"{}\",alertstate=\"firing\"}}", row.alert, row.severity);
  const auto expect = [&](const std::string& expr, int minute, bool fires) {
    text += fmt::format("      - {{expr: 'group({})', eval_time: {}m, exp_samples: [{}]}}\n", expr,
                        minute, fires ? "{labels: '{}', value: 1}" : "");
  };
  text += "    promql_expr_test:\n";
  if (once) {
    expect("last_over_time(" + firing + "[2h])", ends, false);
  } else {
    expect("last_over_time(" + firing + "[2h])", row.quiet, false);
    expect(firing, row.fires + interval / 60, true);
  }
  return text;
}

TEST(ScrapeIntervalsSlow, AreOfEveryAlert) {
  std::set<std::string> expected, had;
  for (const Rule& rule : rules())
    if (!rule.alert.empty())
      expected.insert(rule.alert);
  for (const Row& row : rows)
    had.insert(row.alert);
  EXPECT_EQ(had, expected);
}

TEST(ScrapeIntervalsSlow, ChangeNothingOfWhatAnAlertSays) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments{"test", "rules"};
  for (const Row& row : rows) {
    const std::string alert_rules = row.alert + ".rules.yaml";
    write_file(folder.path() / alert_rules, rules_of(row.alert));
    std::string text = "rule_files: [" + alert_rules + "]\nevaluation_interval: 1m\ntests:\n";
    for (const int interval : intervals) {
      text += promtool_test(row, interval, false);
      if (row.of_a_time)
        text += promtool_test(row, interval, true);
    }
    arguments.push_back(folder.path() / fmt::format("{}.yaml", arguments.size()));
    write_file(arguments.back(), text);
  }
  Process promtool(tool("promtool", arguments));
  EXPECT_EQ(promtool.wait(std::chrono::minutes(5)), 0) << promtool.out() << promtool.err();
}

}  // namespace
}  // namespace tenantscope::e2e
