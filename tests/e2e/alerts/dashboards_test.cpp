// A real Prometheus scrapes a rehearsal with changes, failures and throttling; then it is asked
// what each panel, annotation and variable of the dashboards asks, with the variables replaced as
// Grafana does.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cmath>
#include <regex>
#include <set>

#include "dashboards/dashboard.hpp"
#include "e2e/alert_rules.hpp"
#include "e2e/prometheus_server.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USG}
  - {name: contoso.example, region_scope: NA}
  - {name: partner.example, region_scope: EU}
  - {name: bureau.example, cloud: usgov, region_scope: USG}
  - {name: territory.example, cloud: usgov}
  - {name: wavering.example, region_scope: NA}
  - {name: portal.example, fault: html}
)";

constexpr const char* tenants = R"(
tenants:
  - {name: agency.example, cloud: usgov, expect: {region_scope: USG, b2b: supported}, labels: {team: identity}}
  - {name: contoso.example}
  - {name: partner.example}
  - {name: bureau.example, cloud: usgov}
  - {name: territory.example}
  - {name: wavering.example, confirm_interval: 1h, stale_after: 1d}
  - {name: portal.example}
  - {name: missing.example}
collaborations:
  - {name: joint, hosts: [contoso.example, bureau.example@usgov], guests: [agency.example@usgov, "identity:google"]}
events:
  sinks:
    - {name: audit, file: {path: events.jsonl}}
    - {name: broken, file: {path: no-such-folder/events.jsonl}}
)";

constexpr const char* probe =
    "{interval: 200ms, timeout: 2s, confirmations: 2, confirm_interval: 50ms, stale_after: 1s}";

// The rules of the dashboards, of which a minute is a quarter of a second here, and an alert.
void write_rules(const std::filesystem::path& file) {
  std::string rules = read_file(TENANTSCOPE_SOURCE "/dashboards/prometheus/dashboards.rules.yaml");
  for (const auto& [shipped, here] :
       {std::pair{"interval: 1m", "interval: 250ms"}, std::pair{"offset 1m", "offset 500ms"},
        std::pair{"offset 2m", "offset 1s"}})
    rules = std::regex_replace(rules, std::regex(shipped), here);
  write_file(file, rules +
                       "  - name: rehearsal\n"
                       "    rules:\n"
                       "      - alert: TenantscopeRehearsed\n"
                       "        expr: max without (instance) "
                       "(tenantscope_tenant_up{tenant=\"agency.example\"}) >= 0\n"
                       "        labels: {severity: info}\n");
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

class Dashboards : public testing::Test {
 protected:
  void SetUp() override {
    deployment.configure(configuration(authority.url(), tenants, probe));
    write_rules(folder.path() / "dashboards.rules.yaml");
    prometheus = std::make_unique<PrometheusServer>(
        fmt::format("global: {{scrape_interval: 250ms, scrape_timeout: 250ms, "
                    "evaluation_interval: 250ms}}\n"
                    "rule_files: [dashboards.rules.yaml]\n"
                    "scrape_configs:\n"
                    "  - {{job_name: tenantscope, static_configs: [{{targets: ['{}']}}]}}\n",
                    address_of(deployment.start().url())),
        std::vector{folder.path() / "dashboards.rules.yaml"});
    await("tenantscope_events_total{kind='baselined'}", 7);
    await("tenantscope_tenant_stale{tenant='portal.example'}", 1);
    authority.change("agency.example",
                     R"({"fault": {"kind": "throttle", "retry_after": "1s", "count": 2}})");
    await("tenantscope_tenant_up{tenant='agency.example'}", 0);
    await("tenantscope_tenant_up{tenant='agency.example'}", 1);
    authority.change("agency.example", R"({"region_scope": "USGov", "sub_scope": "DODCON"})");
    authority.change("wavering.example", R"({"region_scope": "AS"})");
    authority.change("partner.example", R"({"found": false})");
    await("tenantscope_changes_total{field='b2b_capability'}", 2);
    await("tenantscope_changes_total{field='presence'}", 1);
    await("tenantscope_tenant_change_pending{tenant='wavering.example'}", 1);
    await("tenantscope_event_outbox_events{sink='audit'}", 0);
    await(
        "count by (job) (rate(tenantscope_event_delivery_failures_total{sink='broken'}[5s]) > 0) > "
        "bool 0",
        1);
    await(
        "count by (job) (last_over_time(change:tenantscope_tenant_changed_timestamp_seconds:new"
        "{field='b2b_capability'}[1h]))",
        2);
    await("count by (job) (ALERTS{alertstate='firing'})", 1);
    until = seconds_now();
    since = until - std::ceil(until - since) -
            1;  // whole steps, and a start that the kernel knows to the second only
  }

  // Until Prometheus has seen it.
  void await(const std::string& promql, double value) {
    ASSERT_TRUE(eventually([&] {
      const auto answer = prometheus->query(promql, "job");
      return !answer.empty() &&
             std::stod(answer.front().substr(answer.front().rfind(' '))) == value;
    })) << promql
        << "\n"
        << deployment.daemon().log();
  }

  // "All" is what a variable with several values stands at; the others stand at a value.
  std::map<std::string, std::string> variables() const {
    return {
        {"job", ".+"},
        {"instance", ".+"},
        {"collaboration", ".+"},
        {"tenant", "agency.example"},
        {"asked", "usgov"},
        {"asked_in", ".*"},
        {"cloud", ".*"},
        {"environment", ".*"},
        {"label", "tenant"},
        {"value", ".*"},
        {"__interval", "1s"},
        {"__rate_interval", "1250ms"},  // a step and a scrape's interval, four of these at least
        {"__range", fmt::format("{:.0f}s", std::ceil(until - since))},
        {"__from", fmt::format("{:.0f}", since * 1000)}};
  }

  // The answer's series; a range's step is 1 s.
  json::array ask(const std::string& expr, bool instant) const {
    const std::string query = "query=" + url_encoded(dashboards::interpolated(expr, variables()));
    const json::value answer =
        prometheus->api(instant ? fmt::format("/query?{}&time={:.3f}", query, until)
                                : fmt::format("/query_range?{}&start={:.3f}&end={:.3f}&step=1",
                                              query, since, until));
    return answer.at("result").as_array();
  }

  // A panel's answers at the end, as "LABEL=VALUE,… NUMBER", sorted; of all its queries.
  std::vector<std::string> shown(const std::string& title, const std::string& panel) const {
    std::vector<std::string> lines;
    for (const json::value& dashboard : dashboards::all()) {
      if (dashboards::text(dashboard, "/title") != "tenantscope / " + title)
        continue;
      for (const dashboards::Query& query : dashboards::panel_queries(dashboard)) {
        if (query.where != panel)
          continue;
        for (const json::value& series : ask(query.expr, true)) {
          std::string labels;
          for (const auto& [name, value] : series.at("metric").as_object())
            if (name != "instance" && name != "job")
              labels += (labels.empty() ? "" : ",") + std::string(name) + "=" +
                        std::string(value.as_string());
          lines.push_back(labels + " " + text_at(series, "/value/1"));
        }
      }
    }
    std::ranges::sort(lines);
    return lines;
  }

  double since = seconds_now();
  double until = 0;
  Simulator authority{scenario};
  TemporaryFolder folder;
  Deployment deployment{""};
  std::unique_ptr<PrometheusServer> prometheus;
};

// Whether there is a number in it.
bool has_data(const json::array& result) {
  for (const json::value& series : result) {
    const bool range = series.as_object().contains("values");
    const json::array points =
        range ? series.at("values").as_array() : json::array{series.at("value")};
    for (const json::value& point : points)
      if (!std::isnan(std::stod(std::string(point.at(1).as_string()))))
        return true;
  }
  return false;
}

// Whether it is of what this daemon doesn't show.
bool is_of_choice(const std::string& promql) {
  return std::ranges::any_of(metric_names(promql), [](const std::string& metric) {
    return metrics_of_choice().contains(metric);
  });
}

TEST_F(Dashboards, FindDataForEveryPanelAnnotationAndVariable) {
  static const std::regex label_values(R"(label_values\((.+), ([a-z_]+)\))");
  for (const json::value& dashboard : dashboards::all()) {
    SCOPED_TRACE(dashboards::text(dashboard, "/title"));
    for (const dashboards::Query& query : dashboards::panel_queries(dashboard))
      EXPECT_TRUE(has_data(ask(query.expr, query.instant)) || is_of_choice(query.expr))
          << query.where << ": " << query.expr;

    for (const dashboards::Query& query : dashboards::annotation_queries(dashboard)) {
      const json::array marks = ask(query.expr, false);
      EXPECT_TRUE(has_data(marks)) << query.where << ": " << query.expr;
      for (const json::value& series : marks) {  // its values are the instants, in ms
        const double at = std::stod(text_at(series, "/values/0/1")) / 1000;
        EXPECT_TRUE(since <= at && at <= until) << query.where << " at " << at;
      }
    }

    for (const json::object& variable : dashboards::variables(dashboard)) {
      const std::string query =
          dashboards::interpolated(dashboards::text(variable, "/query/query"), variables());
      std::smatch match;
      if (!std::regex_match(query, match, label_values))
        continue;  // the data source's
      const json::value values =
          prometheus->api("/label/" + match[2].str() + "/values?match[]=" + url_encoded(match[1]));
      EXPECT_FALSE(values.as_array().empty()) << query;
      const std::string expected = variables().at(dashboards::text(variable, "/name"));
      EXPECT_TRUE(expected == ".+" || expected == ".*" ||
                  json::serialize(values).find(expected) != std::string::npos)
          << query;
    }
  }
}

TEST_F(Dashboards, ShowWhatHappened) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(shown("Overview", "Exporters down"), Lines{" 0"});
  EXPECT_EQ(shown("Overview", "Alerts"), Lines{" 1"});
  EXPECT_EQ(shown("Overview", "Tenants by B2B capability"),
            (Lines{"state=not_supported 1", "state=supported 3", "state=unknown 4"}));
  EXPECT_EQ(shown("Overview", "Tenants"), Lines{" 8"});
  EXPECT_EQ(shown("Overview", "Not found"), Lines{" 2"});
  EXPECT_EQ(shown("Overview", "Pending"), Lines{" 1"});
  EXPECT_EQ(shown("Overview", "Failing"), Lines{" 1"});
  EXPECT_EQ(shown("Overview", "Stale"), Lines{" 1"});
  EXPECT_EQ(
      shown("Overview", "Tenants by region scope"),
      (Lines{"scope=(none) 1", "scope=NA 2", "scope=USG 1", "scope=USGov,sub_scope=DODCON 1"}));
  EXPECT_EQ(shown("Overview", "Needs a look"),
            (Lines{"asked=global,problem=a change awaits confirmation,tenant=wavering.example 1",
                   "asked=global,problem=last probe failed: "
                   "not_json,reason=not_json,tenant=portal.example 1",
                   "asked=global,problem=nothing heard for too long,tenant=portal.example 1",
                   "asked=usgov,expectation=region_scope,problem=not as expected: "
                   "region_scope,tenant=agency.example 0"}));
  EXPECT_EQ(shown("Tenant", "B2B capability"), Lines{"tenant=agency.example 1"});
  EXPECT_EQ(shown("Tenant", "Region scope"), Lines{"scope=USGov,sub_scope=DODCON 1"});
  EXPECT_EQ(shown("Tenant", "Expectations"),
            (Lines{"expectation=b2b 1", "expectation=region_scope 0"}));
  // 1 supported, 2 conditional, 3 not_supported
  EXPECT_EQ(shown("Collaborations", "Who can invite whom"),
            (Lines{"guest_tenant=agency.example@usgov,host_tenant=bureau.example@usgov 3",
                   "guest_tenant=agency.example@usgov,host_tenant=contoso.example 2",
                   "guest_tenant=identity:google,host_tenant=bureau.example@usgov 3",
                   "guest_tenant=identity:google,host_tenant=contoso.example 1"}));

  EXPECT_EQ(shown("Tenant", "Pairs with this tenant").size(),
            2U);  // as contoso's and bureau's guest
}

TEST_F(Dashboards, SayNothingOfWhatIsNotHeard) {
  deployment.stop();
  await("up", 0);
  await(
      "count by (job) (last_over_time(asked:tenantscope_tenant_up:avg[1h])) unless on (job) "
      "asked:tenantscope_tenant_up:avg",
      2);
  await("count by (job) (last_over_time(ALERTS[1h])) unless on (job) ALERTS", 1);
  until = seconds_now();
  EXPECT_EQ(shown("Overview", "Exporters down"), std::vector<std::string>{" 1"});
  // What has been, and that it isn't heard.
  const std::set<std::string> told{"Exporters down", "Needs a look", "Instances",
                                   "Changes in this time range", "Availability by cloud"};
  for (const json::value& dashboard : dashboards::all())
    for (const dashboards::Query& query : dashboards::panel_queries(dashboard)) {
      if (!query.instant || told.contains(query.where))
        continue;
      EXPECT_FALSE(has_data(ask(query.expr, true))) << query.where << ": " << query.expr;
    }
}

}  // namespace
}  // namespace tenantscope::e2e
