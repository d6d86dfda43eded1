// For each transition of a tenant, the alerts of the shipped rules are as severe as the events:
// what /metrics shows before and after it goes through promtool.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "domain/documents.hpp"
#include "domain/event.hpp"
#include "e2e/alert_rules.hpp"
#include "e2e/process.hpp"
#include "e2e/tools.hpp"
#include "formats/exposition.hpp"
#include "formats/tenant_labels.hpp"
#include "support/watch_settings.hpp"

namespace tenantscope::e2e {
namespace {

using documents::contoso;
using documents::fabrikam;
using documents::found;

const TenantKey key{.asked = "global", .name = "agency.example"};
constexpr int changes_at = 10;  // minutes

struct Row {
  const char* transition;
  std::optional<Finding> before;  // nothing: never seen
  Finding after;
  std::string events;            // their severities
  std::set<std::string> alerts;  // "ALERT SEVERITY" that fire then
  std::string pin = {};
  std::optional<Finding> stranger = {};  // who answered to the pinned name before
  Expectation expect = {};
};

const std::string contosos{contoso}, fabrikams{fabrikam};
const Finding of_fabrikam = found("global", "NA", "", fabrikam);

const std::vector<Row> rows{
    {"first seen", {}, found("usgov", "USG"), "info", {}},
    {"B2B lost",
     found("usgov", "USGov"),
     found("usgov", "USG"),
     "critical",
     {"TenantscopeB2BLost critical", "TenantscopeScopeChanged warning"}},
    {"B2B gained",
     found("usgov", "USG"),
     found("usgov", "USGov"),
     "warning",
     {"TenantscopeB2BGained warning", "TenantscopeScopeChanged warning"}},
    {"another scope of the same verdict",
     found("global", "NA"),
     found("global", "EU"),
     "warning",
     {"TenantscopeScopeChanged warning"}},
    {"a scope that is not as expected",
     found("global", "NA"),
     found("global", "EU"),
     "warning",
     {"TenantscopeScopeChanged warning", "TenantscopeExpectationViolated warning"},
     {},
     {},
     {.region_scope = "NA", .b2b = {}}},
    {"only the sub scope",
     found("usgov", "USGov"),
     found("usgov", "USGov", "DOD"),
     "info",
     {"TenantscopeScopeChanged info"}},
    {"another tenant",
     found("global", "NA"),
     of_fabrikam,
     "critical",
     {"TenantscopeIdentityChanged critical"}},
    {"vanished",
     found("global", "NA"),
     {},
     "critical",
     {"TenantscopeTenantNotFound critical", "TenantscopeB2BLost critical"}},
    {"vanished, and B2B was not supported",
     found("usgov", "USG"),
     {},
     "critical",
     {"TenantscopeTenantNotFound critical", "TenantscopeB2BLost warning"}},
    {"appeared", Finding{}, found("global", "NA"), "warning", {"TenantscopeB2BGained warning"}},
    {"appeared, and B2B is not supported",
     Finding{},
     found("usgov", "USG"),
     "warning",
     {"TenantscopeB2BLost warning"}},
    {"B2B not supported, and then an undocumented scope",
     found("usgov", "USG"),
     found("usgov", "XX"),
     "warning",
     {"TenantscopeB2BLost warning", "TenantscopeScopeChanged warning"}},
    {"an undocumented scope, and then B2B not supported",
     found("usgov", "XX"),
     found("usgov", "USG"),
     "warning",
     {"TenantscopeB2BLost warning", "TenantscopeScopeChanged warning"}},
    {"B2B lost to an undocumented scope",
     found("usgov", "USGov"),
     found("usgov", "XX"),
     "critical",
     {"TenantscopeB2BLost critical", "TenantscopeScopeChanged warning"}},
    {"B2B gained from an undocumented scope",
     found("usgov", "XX"),
     found("usgov", "USGov"),
     "warning",
     {"TenantscopeB2BGained warning", "TenantscopeScopeChanged warning"}},
    {"appeared with a scope that is not documented",
     Finding{},
     found("usgov", "XX"),
     "warning",
     {}},
    {"a pin met from the beginning", {}, found("global", "NA"), "info", {}, contosos},
    {"a pin never met",
     {},
     of_fabrikam,
     "warning",
     {"TenantscopeIdentityChanged warning"},
     contosos},
    {"a pin that came later, and is wrong",
     found("global", "NA", "", fabrikam),
     of_fabrikam,
     "warning",
     {"TenantscopeIdentityChanged warning"},
     contosos},
    {"a pin lost",
     found("global", "NA"),
     of_fabrikam,
     "critical",
     {"TenantscopeIdentityChanged critical"},
     contosos},
    {"a pin lost again, to a third tenant",
     found("global", "NA"),
     found("china", "AS", "", "00000000-0000-0000-0000-00000000000c"),
     "critical",
     {"TenantscopeIdentityChanged critical"},
     contosos,
     of_fabrikam},
    {"a pin met again",
     found("global", "NA"),
     found("global", "NA"),
     "info",
     {},
     contosos,
     of_fabrikam},
};

Watch watch_of(const TenantState& state, const Row& row) {
  Watch watch{
      .settings = shared({.key = key, .tenant_id = parse_guid(row.pin), .expect = row.expect}),
      .state = state};
  watch.status.probed = true;
  return watch;
}

// Each series of the tenant, as promtool's input has it, and its value.
std::map<std::string, std::string> series_of(const Watch& watch) {
  Exposition exposition(ExpositionFormat::text);
  for (const TenantFamily& family : tenant_families()) {
    exposition.begin(family);
    MetricText labels;
    write_labels(labels, key);
    exposition.tenant(family,
                      {.watch = watch, .labels = labels.text(), .rules = default_rules, .now = {}});
  }
  std::map<std::string, std::string> series;
  std::istringstream lines{std::string(exposition.text())};
  for (std::string line; std::getline(lines, line);) {
    const auto space = line.rfind(' ');
    if (!line.starts_with("tenantscope_"))
      continue;
    std::string name = line.substr(0, space);
    name.insert(name.find('{') + 1, R"(job="tenantscope",instance="a",)");
    series[name] = line.substr(space + 1);
  }
  return series;
}

std::string promtool_case(const Row& row, const Watch& before, const Watch& after) {
  std::string text = fmt::format(
      "  - name: '{}'\n    interval: 1m\n    input_series:\n"
      "      - {{series: 'tenantscope_tenants{{job=\"tenantscope\",instance=\"a\"}}', values: "
      "'1x20'}}\n"
      "      - {{series: 'up{{job=\"tenantscope\",instance=\"a\"}}', values: '1x20'}}\n",
      row.transition);
  const auto was = row.before ? series_of(before) : std::map<std::string, std::string>{};
  const auto is = series_of(after);
  std::set<std::string> names;
  for (const auto& [name, value] : was)
    names.insert(name);
  for (const auto& [name, value] : is)
    names.insert(name);
  for (const std::string& name : names)
    text += fmt::format("      - {{series: '{}', values: '{} {}'}}\n", name,
                        was.contains(name) ? was.at(name) + "x9" : "_x10",
                        is.contains(name) ? is.at(name) + "x9" : "stale");
  text += fmt::format(
      "    promql_expr_test:\n"
      "      - expr: group by (alertname, severity) (ALERTS{{alertstate=\"firing\"}})\n"
      "        eval_time: {}m\n        exp_samples: [",
      changes_at + 1);
  for (const std::string& alert : row.alerts) {
    const auto space = alert.find(' ');
    text += fmt::format("{{labels: '{{alertname=\"{}\",severity=\"{}\"}}', value: 1}}, ",
                        alert.substr(0, space), alert.substr(space + 1));
  }
  return text + "]\n";
}

TEST(Severities, AreOfEveryTransitionOfTheCapability) {
  std::set<std::pair<B2b, B2b>> all;
  for (const Row& row : rows)
    if (row.before && !row.stranger && row.pin.empty())
      all.emplace(capability(&*row.before, default_rules), capability(&row.after, default_rules));
  for (const B2b before : b2b_states)
    for (const B2b after : b2b_states)
      EXPECT_TRUE(before == after || all.contains({before, after}))
          << to_string(before) << " -> " << to_string(after);
}

TEST(Severities, AreTheSameOfEventsAndRules) {
  std::string cases = "rule_files: [";
  for (const auto& file : rule_files())
    cases += file.string() + ", ";
  cases += "]\ntests:\n";
  for (const Row& row : rows) {
    SCOPED_TRACE(row.transition);
    Policy policy{.confirmations = 1, .pin = parse_guid(row.pin)};
    const WallTime confirmed{std::chrono::minutes(changes_at)};
    TenantState before;
    if (row.before)
      before = advance({}, {.finding = *row.before, .evidence = {}, .time = {}}, {}).state;
    if (row.stranger)
      before.stranger = *row.stranger;
    Observation seen{.finding = row.after, .evidence = {}, .time = confirmed};
    if (policy.pin && row.after.found && row.after.tenant_id != *policy.pin) {
      seen.finding = Error{ErrorKind::identity, "another"};
      seen.stranger = row.after;
    }
    const Advance advanced = advance(before, seen, policy);
    ASSERT_TRUE(advanced.transition);
    Severity worst = Severity::info;
    for (const ChangeEvent& event : make_events(key, *advanced.transition, row.expect, {}))
      worst = std::max(worst, event.severity);
    EXPECT_EQ(to_string(worst), row.events);
    Severity fires = Severity::info;
    for (const std::string& alert : row.alerts)
      for (const Severity severity : severities)
        if (alert.ends_with(to_string(severity)))
          fires = std::max(fires, severity);
    if (row.alerts.empty())
      EXPECT_NE(row.events, "critical") << "no rule tells of it";
    else
      EXPECT_EQ(to_string(fires), row.events);
    cases += promtool_case(row, watch_of(before, row), watch_of(advanced.state, row));
  }
  const TemporaryFolder folder;
  write_file(folder.path() / "cases.yaml", cases);
  const Finished tested =
      run(tool("promtool", {"test", "rules", (folder.path() / "cases.yaml").string()}));
  EXPECT_EQ(tested.exit_code, 0) << tested.out << tested.err << cases;
}

}  // namespace
}  // namespace tenantscope::e2e
