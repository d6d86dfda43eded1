#include "dashboards/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <regex>

#include "e2e/process.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::dashboards::lint {
namespace {

const std::string datasource = "${datasource}";

std::vector<json::object> queried_variables(const json::value& dashboard) {
  std::vector<json::object> queried = variables(dashboard);
  std::erase_if(queried,
                [](const json::object& variable) { return text(variable, "/type") != "query"; });
  return queried;
}

// `job` and `instance`: what the linter calls a good template.
Findings matcher_template(const json::value& dashboard, const std::string& name,
                          const std::string& label) {
  for (const json::object& variable : variables(dashboard)) {
    if (text(variable, "/name") != name)
      continue;
    Findings findings;
    if (text(variable, "/label") != label)
      findings.push_back(fmt::format("{} isn't labelled {}", name, label));
    if (text(variable, "/type") != "query")
      findings.push_back(name + " isn't a query");
    if (text(variable, "/datasource/uid") != datasource)
      findings.push_back(fmt::format("{} doesn't use {}", name, datasource));
    if (text(variable, "/allValue") != ".+")
      findings.push_back(name + ": allValue isn't .+");
    if (!variable.at("multi").as_bool())
      findings.push_back(name + " isn't a multi select");
    return findings;
  }
  return {"no variable " + name};
}

// The selectors of which `wrong` says something.
template <typename Wrong>
Findings of_selectors(const json::value& dashboard, Wrong wrong) {
  Findings findings;
  for (const Query& query : panel_queries(dashboard))
    for (const Selector& selector : selectors(query.expr))
      if (const std::string what = wrong(query, selector); !what.empty())
        findings.push_back(query.where + ": " + selector.metric + " " + what);
  return findings;
}

// What a rule has made of several instances has none.
bool of_a_rule(const Selector& selector) {
  return selector.metric == "ALERTS" || selector.metric.find(':') != std::string::npos;
}

Findings required_matcher(const json::value& dashboard, const std::string& name) {
  const std::string matcher = fmt::format("{0}=~\"${0}\"", name);
  return of_selectors(dashboard, [&](const Query&, const Selector& selector) -> std::string {
    if (name == "instance" && of_a_rule(selector))
      return "";
    return selector.matchers.find(matcher) == std::string::npos ? "isn't matched by " + matcher
                                                                : "";
  });
}

}  // namespace

Findings template_datasource(const json::value& dashboard) {
  Findings findings;
  int found = 0;
  for (const json::object& variable : variables(dashboard)) {
    if (text(variable, "/type") != "datasource")
      continue;
    ++found;
    if (text(variable, "/name") != "datasource")
      findings.push_back("the data source's variable isn't named datasource");
    if (text(variable, "/label") != "Data source")
      findings.push_back("the data source's variable isn't labelled Data source");
    if (text(variable, "/query") != "prometheus")
      findings.push_back("the data source isn't a prometheus");
  }
  if (found != 1)
    findings.push_back(fmt::format("{} data sources' variables", found));
  return findings;
}

Findings template_job(const json::value& dashboard) {
  return matcher_template(dashboard, "job", "Job");
}
Findings template_instance(const json::value& dashboard) {
  return matcher_template(dashboard, "instance", "Instance");
}

Findings template_label_promql(const json::value& dashboard) {
  static const std::regex label_values(R"(label_values\((.+), [$]?[a-z_]+\))");
  Findings findings;
  for (const json::object& variable : queried_variables(dashboard)) {
    const std::string query = text(variable, "/query/query");
    if (!std::regex_match(query, label_values))
      findings.push_back(text(variable, "/name") + " isn't of label_values: " + query);
    if (text(variable, "/definition") != query)
      findings.push_back(text(variable, "/name") + ": another definition than query");
  }
  return findings;
}

Findings template_on_time_change_reload(const json::value& dashboard) {
  Findings findings;
  for (const json::object& variable : queried_variables(dashboard))
    if (variable.at("refresh").to_number<int>() != 2)
      findings.push_back(text(variable, "/name") + " isn't refreshed when the time range changes");
  return findings;
}

Findings panel_datasource(const json::value& dashboard) {
  Findings findings;
  for (const json::object& panel : panels(dashboard)) {
    if (text(panel, "/datasource/uid") != datasource)
      findings.push_back(text(panel, "/title") + " doesn't use " + datasource);
    for (const json::value& target : panel.at("targets").as_array())
      if (text(target, "/datasource/uid") != datasource)
        findings.push_back(text(panel, "/title") + ": a target doesn't use " + datasource);
  }
  return findings;
}

Findings panel_title_description(const json::value& dashboard) {
  Findings findings;
  for (const json::object& panel : panels(dashboard))
    if (text(panel, "/title").empty() || text(panel, "/description").empty())
      findings.push_back(fmt::format("panel {} \"{}\" lacks a title or a description",
                                     json::serialize(panel.at("id")), text(panel, "/title")));
  return findings;
}

Findings panel_units(const json::value& dashboard) {
  // Those of Grafana's that are used here.
  static constexpr std::array units{
      "none", "short", "s",           "ops",           "reqps",
      "cps",  "bytes", "percentunit", "dateTimeAsIso", "dateTimeFromNow"};
  const auto known = [](const std::string& unit) {
    return std::ranges::find(units, unit) != units.end();
  };
  Findings findings;
  for (const json::object& panel : panels(dashboard)) {
    const json::value& config = panel.at("fieldConfig");
    if (!known(text(config, "/defaults/unit")))
      findings.push_back(text(panel, "/title") + " has no known unit");
    for (const json::value& override : config.at("overrides").as_array())
      for (const json::value& property : override.at("properties").as_array())
        if (text(property, "/id") == "unit" && !known(text(property, "/value")))
          findings.push_back(text(panel, "/title") + ": unknown unit");
  }
  return findings;
}

Findings panel_no_targets(const json::value& dashboard) {
  Findings findings;
  for (const json::object& panel : panels(dashboard))
    if (panel.at("targets").as_array().empty())
      findings.push_back(text(panel, "/title") + " has no target");
  return findings;
}

Findings target_promql(const json::value& dashboard) {
  json::array rules;
  for (const auto& queries : {panel_queries(dashboard), annotation_queries(dashboard)})
    for (const Query& query : queries)
      rules.push_back(json::object{{"record", fmt::format("query:{}", rules.size())},
                                   {"expr", interpolated(query.expr, {{"__rate_interval", "1m"},
                                                                      {"__interval", "1m"},
                                                                      {"__range", "1h"},
                                                                      {"__from", "0"},
                                                                      {"label", "tenant"}})}});
  const TemporaryFolder folder;
  e2e::write_file(
      folder.path() / "rules.json",
      json::serialize(json::object{
          {"groups", json::array{json::object{{"name", "queries"}, {"rules", rules}}}}}));
  const e2e::Finished checked =
      e2e::run(e2e::tool("promtool", {"check", "rules", (folder.path() / "rules.json").string()}));
  return checked.exit_code == 0 ? Findings{} : Findings{checked.out + checked.err};
}

Findings target_rate_interval(const json::value& dashboard) {
  return of_selectors(dashboard, [](const Query&, const Selector& selector) -> std::string {
    const bool rate = selector.function == "rate" || selector.function == "irate" ||
                      selector.function == "increase";
    return rate && selector.range != "[$__rate_interval]"
               ? "has a rate over " + selector.range + ", not $__rate_interval"
               : "";
  });
}

Findings target_job(const json::value& dashboard) { return required_matcher(dashboard, "job"); }
Findings target_instance(const json::value& dashboard) {
  return required_matcher(dashboard, "instance");
}

// The linter knows no difference to the step before, which counts each event once.
Findings target_counter_agg(const json::value& dashboard) {
  return of_selectors(dashboard, [](const Query& query, const Selector& selector) -> std::string {
    const bool rate = selector.function == "rate" || selector.function == "irate" ||
                      selector.function == "increase" ||
                      query.expr.find("[5m] offset $__interval") != std::string::npos;
    return selector.metric.ends_with("_total") && !rate ? "is a counter without rate or increase"
                                                        : "";
  });
}

Findings target_histogram(const json::value& dashboard) {
  return of_selectors(dashboard, [](const Query& query, const Selector& selector) -> std::string {
    return selector.metric.ends_with("_bucket") && !query.expr.starts_with("histogram_quantile(")
               ? "isn't in a histogram_quantile"
               : "";
  });
}

Findings uneditable(const json::value& dashboard) {
  return dashboard.at("editable").as_bool()
             ? Findings{"what is edited in Grafana is lost: editable should be false"}
             : Findings{};
}

}  // namespace tenantscope::dashboards::lint
