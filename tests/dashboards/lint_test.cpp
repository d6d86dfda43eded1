#include "dashboards/lint.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <boost/json/serialize.hpp>
#include <filesystem>
#include <functional>
#include <ostream>

#include "e2e/alert_rules.hpp"
#include "e2e/process.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::dashboards::lint {
namespace {

json::value& at(json::value& dashboard, const std::string& pointer) {
  boost::system::error_code error;
  json::value* found = dashboard.find_pointer(pointer, error);
  if (!found)
    throw std::runtime_error("no " + pointer);
  return *found;
}

json::object& panel(json::value& dashboard, const std::string& title) {
  for (json::value& panel : dashboard.at("panels").as_array())
    if (text(panel, "/title") == title)
      return panel.as_object();
  throw std::runtime_error("no panel " + title);
}

json::value& expr(json::value& dashboard, const std::string& title) {
  return panel(dashboard, title).at("targets").as_array()[0].at("expr");
}

json::object& at_defaults(json::value& dashboard, const std::string& title) {
  return panel(dashboard, title).at("fieldConfig").at("defaults").as_object();
}

// Of a column of the table of all tenants.
json::value& property(json::value& dashboard, const std::string& column, const std::string& id) {
  for (json::value& override :
       panel(dashboard, "Every tenant").at("fieldConfig").at("overrides").as_array())
    for (json::value& property : override.at("properties").as_array())
      if (text(override, "/matcher/options") == column && text(property, "/id") == id)
        return property.at("value");
  throw std::runtime_error("no " + id + " of " + column);
}

std::string replaced(const json::value& value, const std::string& what, const std::string& by) {
  std::string text(value.as_string());
  const auto place = text.find(what);
  if (place == std::string::npos)
    throw std::runtime_error("no " + what + " in " + text);
  return text.replace(place, what.size(), by);
}

// A rule, and a way to break it on a copy of the overview.
struct Rule {
  const char* name;
  Findings (*check)(const json::value&);
  std::function<void(json::value&)> breaks;
};
void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.name; }

const Rule rules[] = {
    {"TemplateDatasource", template_datasource,
     [](auto& d) { at(d, "/templating/list/0/name") = "source"; }},
    {"TemplateJob", template_job, [](auto& d) { at(d, "/templating/list/1/allValue") = ".*"; }},
    {"TemplateInstance", template_instance,
     [](auto& d) { at(d, "/templating/list/2/multi") = false; }},
    {"TemplateLabelPromql", template_label_promql,
     [](auto& d) { at(d, "/templating/list/1/query/query") = "labels(up, job)"; }},
    {"TemplateOnTimeChangeReload", template_on_time_change_reload,
     [](auto& d) { at(d, "/templating/list/2/refresh") = 1; }},
    {"PanelDatasource", panel_datasource,
     [](auto& d) { panel(d, "Stale").at("datasource").at("uid") = "P1809F7CD0C75ACF3"; }},
    {"PanelTitleDescription", panel_title_description,
     [](auto& d) { panel(d, "Stale").at("description") = ""; }},
    {"PanelUnits", panel_units,
     [](auto& d) { panel(d, "Stale").at("fieldConfig").at("defaults").at("unit") = "furlongs"; }},
    {"PanelNoTargets", panel_no_targets,
     [](auto& d) { panel(d, "Stale").at("targets") = json::array{}; }},
    {"TargetPromql", target_promql,
     [](auto& d) { expr(d, "Stale") = replaced(expr(d, "Stale"), "max by", "max bye"); }},
    {"TargetRateInterval", target_rate_interval,
     [](auto& d) {
       expr(d, "Confirmed changes") = "rate(tenantscope_changes_total{job=~\"$job\"}[5m])";
     }},
    {"TargetJob", target_job,
     [](auto& d) { expr(d, "Stale") = replaced(expr(d, "Stale"), "job=~", "job="); }},
    {"TargetInstance", target_instance,
     [](auto& d) {
       expr(d, "Stale") = replaced(expr(d, "Stale"), ", instance=~\"$instance\"", "");
     }},
    {"TargetCounterAgg", target_counter_agg,
     [](auto& d) {
       expr(d, "Confirmed changes") =
           "deriv(tenantscope_changes_total{job=~\"$job\"}[$__rate_interval])";
     }},
    {"TargetHistogram", target_histogram,
     [](auto& d) {
       expr(d, "Stale") =
           "rate(tenantscope_schedule_lag_seconds_bucket{job=~\"$job\"}[$__rate_interval])";
     }},
    {"Uneditable", uneditable, [](auto& d) { at(d, "/editable") = true; }},
    {"Legends", legends,
     [](auto& d) {
       panel(d, "Stale").at("targets").as_array()[0].at("legendFormat") = "{{sink}}";
     }},
    {"Importable", importable, [](auto& d) { d.as_object()["__inputs"] = json::array{}; }},
    {"Layout", layout, [](auto& d) { panel(d, "Stale").at("gridPos").at("x") = 0; }},
    {"LinksLeadSomewhere", links_lead_somewhere,
     [](auto& d) {
       at(property(d, "Tenant", "links"), "/0/url") =
           "/d/tenantscope-tenants?var-tenant=x&var-asked=y";
     }},
    {"LinksSayWhereATenantIsAsked", links_lead_somewhere,
     [](auto& d) {
       json::value& url = at(property(d, "Tenant", "links"), "/0/url");
       url = replaced(url, "var-asked", "x");
     }},
    {"MetricsExist", metrics_exist,
     [](auto& d) { expr(d, "Stale") = replaced(expr(d, "Stale"), "tenant_stale", "tenant_old"); }},
    {"MinimumInterval", minimum_interval,
     [](auto& d) {
       panel(d, "Confirmed changes").at("targets").as_array()[0].at("interval") = "";
     }},
    {"NothingIsNoData", nothing_is_no_data,
     [](auto& d) { at_defaults(d, "Stale")["mappings"] = json::array{}; }},
    {"NothingIsNoDataInATable", nothing_is_no_data,
     [](auto& d) { property(d, "Probe", "mappings") = json::array{}; }},
    {"NoWordWithoutData", nothing_asserts,
     [](auto& d) { at_defaults(d, "Pairs by verdict")["noValue"] = "none declared"; }},
    {"NoNumberWithoutData", nothing_asserts,
     [](auto& d) {
       expr(d, "Stale") = std::string(expr(d, "Stale").as_string()) + " or vector(0)";
     }},
    {"OneColourASeries", colours,
     [](auto& d) {
       auto& overrides = panel(d, "Confirmed changes").at("fieldConfig").at("overrides").as_array();
       overrides[0].at("properties") = overrides[1].at("properties");
     }},
    {"AColourForEachOutcome", colours,
     [](auto& d) {
       auto& overrides = panel(d, "Confirmed changes").at("fieldConfig").at("overrides").as_array();
       overrides.erase(overrides.begin());
     }},
    {"OneColourAWord", colours,
     [](auto& d) { at(property(d, "B2B", "mappings"), "/0/options/2/color") = "green"; }},
    {"ColumnsFit", columns_fit,
     [](auto& d) { panel(d, "Every tenant").at("gridPos").at("w") = 23; }},
    {"HeadingsFit", columns_fit, [](auto& d) { property(d, "Environment", "custom.width") = 80; }},
    {"WordsFit", columns_fit, [](auto& d) { property(d, "Environment", "custom.width") = 110; }},
    {"TenantIdsFit", columns_fit, [](auto& d) { property(d, "Tenant ID", "custom.width") = 280; }},
    {"TitlesFit", titles_fit, [](auto& d) { panel(d, "Stale").at("title") = "Stale tenants"; }},
    {"Axes", axes,
     [](auto& d) {
       at_defaults(d, "Confirmed changes")["custom"].as_object().erase("axisSoftMax");
     }},
};

class DashboardLint : public testing::TestWithParam<Rule> {};

TEST_P(DashboardLint, HasNothingToSayOfOurs) {
  for (const json::value& dashboard : all())
    EXPECT_EQ(GetParam().check(dashboard), Findings{}) << text(dashboard, "/title");
}

TEST_P(DashboardLint, FindsABrokenCopy) {
  json::value broken = all().front();
  GetParam().breaks(broken);
  EXPECT_NE(GetParam().check(broken), Findings{});
}

INSTANTIATE_TEST_SUITE_P(Rules, DashboardLint, testing::ValuesIn(rules),
                         [](const auto& rule) { return rule.param.name; });

TEST(Selectors, AreFoundWithTheirMatchersRangesAndFunctions) {
  const auto found = selectors(
      R"(sum by (job) (rate(a_total{job=~"$job", x="}"}[$__rate_interval])) / up and on (job) label_replace(b{c="up"}, "d", "e", "", ""))");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].function + " " + found[0].metric + " " + found[0].range,
            "rate a_total [$__rate_interval]");
  EXPECT_EQ(found[1].metric, "up");
  EXPECT_EQ(found[2].function + " " + found[2].metric + " " + found[2].matchers,
            "label_replace b {c=\"up\"}");
}

TEST(Dashboards, HaveUidsOfTheirOwn) {
  std::set<std::string> uids;
  for (const json::value& dashboard : all())
    EXPECT_TRUE(uids.insert(text(dashboard, "/uid")).second) << text(dashboard, "/uid");
}

TEST(Dashboards, ShowEveryMetric) {
  std::set<std::string> shown;
  for (const json::value& dashboard : all())
    for (const Query& query : panel_queries(dashboard))
      for (const Selector& selector : selectors(query.expr))
        shown.insert(selector.metric);
  for (const std::string& metric : e2e::golden_metrics()) {
    const bool shown_by_its_buckets = metric.ends_with("_sum") || metric.ends_with("_count");
    EXPECT_TRUE(shown.contains(metric) || shown_by_its_buckets) << metric;
  }
}

TEST(Dashboards, AreAsTheirSourceMakesThem) {
  const std::filesystem::path folder = TENANTSCOPE_SOURCE "/dashboards/grafana";
  const TemporaryFolder made;
  const e2e::Finished generated =
      e2e::run({"/usr/bin/python3", (folder / "generate").string(), made.path().string()});
  ASSERT_EQ(generated.exit_code, 0) << generated.err;
  int compared = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".json")
      continue;
    ++compared;
    EXPECT_TRUE(e2e::read_file(file.path()) == e2e::read_file(made.path() / file.path().filename()))
        << file.path()
        << " was edited by hand, or its source was and dashboards/grafana/generate not run";
  }
  EXPECT_EQ(compared, 4);
}

TEST(Provisioning, LooksWhereTheDashboardsPageInstalls) {
  const YAML::Node file = YAML::LoadFile(
      TENANTSCOPE_SOURCE "/dashboards/grafana/provisioning/dashboards/tenantscope.yaml");
  EXPECT_EQ(file["apiVersion"].as<int>(), 1);
  EXPECT_EQ(file["providers"][0]["type"].as<std::string>(), "file");
  const auto path = file["providers"][0]["options"]["path"].as<std::string>();
  EXPECT_NE(e2e::read_file(TENANTSCOPE_SOURCE "/docs/dashboards.md")
                .find(" -t " + path + " dashboards/grafana/tenantscope-*.json\n"),
            std::string::npos)
      << path;
}

TEST(Dashboards, LeadWhereTheyAreTold) {
  const TemporaryFolder made;
  const std::string generate = TENANTSCOPE_SOURCE "/dashboards/grafana/generate";
  const e2e::Finished generated = e2e::run({"/usr/bin/python3", generate, made.path().string(),
                                            "--runbooks=https://wiki.example/runbooks/",
                                            "--daemon=https://tenantscope.example"});
  ASSERT_EQ(generated.exit_code, 0) << generated.err;
  const std::string overview = e2e::read_file(made.path() / "tenantscope-overview.json");
  EXPECT_NE(overview.find("\"query\": \"https://wiki.example/runbooks\""), std::string::npos);
  EXPECT_NE(overview.find("\"query\": \"https://tenantscope.example\""), std::string::npos);
}

TEST(DashboardRules, RecordEachChangeOnceWithWhatItWas) {
  for (const std::string file : {"rules", "intervals", "late"}) {
    const e2e::Finished tested = e2e::run(e2e::tool(
        "promtool", {"test", "rules", TENANTSCOPE_SOURCE "/tests/dashboards/" + file + ".yaml"}));
    EXPECT_EQ(tested.exit_code, 0) << tested.out << tested.err;
  }
}

TEST(Provisioning, ScrapesAsOftenAsPrometheus) {
  const std::string interval =
      YAML::LoadFile(TENANTSCOPE_SOURCE
                     "/dashboards/prometheus/prometheus.yaml")["global"]["scrape_interval"]
          .as<std::string>();
  const YAML::Node source = YAML::LoadFile(
      TENANTSCOPE_SOURCE
      "/dashboards/grafana/provisioning/datasources/tenantscope.yaml")["datasources"][0];
  EXPECT_EQ(source["jsonData"]["timeInterval"].as<std::string>(), interval);
  EXPECT_EQ(interval, "1m");  // what the rule MinimumInterval holds
}

TEST(Provisioning, HasAPrometheus) {
  const YAML::Node file = YAML::LoadFile(
      TENANTSCOPE_SOURCE "/dashboards/grafana/provisioning/datasources/tenantscope.yaml");
  EXPECT_EQ(file["apiVersion"].as<int>(), 1);
  EXPECT_EQ(file["datasources"][0]["type"].as<std::string>(), "prometheus");
  EXPECT_EQ(file["datasources"][0]["access"].as<std::string>(), "proxy");
}

}  // namespace
}  // namespace tenantscope::dashboards::lint
