// What the linter doesn't ask, and an import or a reader needs.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <regex>

#include "dashboards/lint.hpp"
#include "e2e/alert_rules.hpp"
#include "e2e/process.hpp"

namespace tenantscope::dashboards::lint {

Findings legends(const json::value& dashboard) {
  static const std::regex label("\\{\\{(\\w+)\\}\\}");
  Findings findings;
  for (const Query& query : panel_queries(dashboard)) {
    if (query.table)
      continue;
    if (query.legend.empty())
      findings.push_back(query.where + " has a query without a legend");
    for (std::sregex_iterator match(query.legend.begin(), query.legend.end(), label), end;
         match != end; ++match)
      if (query.expr.find((*match)[1]) == std::string::npos)
        findings.push_back(query.where + ": the query doesn't name {{" + (*match)[1].str() + "}}");
  }
  return findings;
}

Findings importable(const json::value& dashboard) {
  const json::object& whole = dashboard.as_object();
  Findings findings;
  if (whole.contains("__inputs") || whole.contains("__requires"))
    findings.push_back("__inputs keep a dashboard from being provisioned");
  if (whole.contains("id"))
    findings.push_back("an id belongs to one Grafana");
  if (whole.at("schemaVersion").to_number<int>() != 39)
    findings.push_back("schemaVersion isn't 39");
  if (!std::regex_match(text(dashboard, "/uid"), std::regex("tenantscope-[a-z]+")))
    findings.push_back("no fixed uid");
  if (text(dashboard, "/title").empty() || text(dashboard, "/description").empty())
    findings.push_back("no title or description");
  return findings;
}

Findings layout(const json::value& dashboard) {
  Findings findings;
  std::set<std::string> ids;
  std::set<std::pair<int, int>> taken;
  for (const json::value& panel : dashboard.at("panels").as_array()) {
    const std::string what = text(panel, "/title");
    if (!ids.insert(json::serialize(panel.at("id"))).second)
      findings.push_back(what + " has another panel's id");
    const auto place = [&](const char* side) {
      return panel.at("gridPos").at(side).to_number<int>();
    };
    if (place("x") + place("w") > 24)
      findings.push_back(what + " is wider than the page");
    bool free = true;
    for (int x = place("x"); x < place("x") + place("w"); ++x)
      for (int y = place("y"); y < place("y") + place("h"); ++y)
        free = taken.insert({x, y}).second && free;
    if (!free)
      findings.push_back(what + " lies on another panel");
  }
  for (const json::object& panel : panels(dashboard)) {
    std::set<std::string> refs;
    for (const json::value& target : panel.at("targets").as_array())
      if (!refs.insert(text(target, "/refId")).second)
        findings.push_back(text(panel, "/title") + " has two queries of one refId");
  }
  return findings;
}

Findings links_lead_somewhere(const json::value& dashboard) {
  static const std::regex link("\"/d/([^?\"]*)[?]?([^\"]*)\"");
  static const std::regex given("var-(\\w+)=");
  Findings findings;
  const std::string whole = json::serialize(dashboard);
  for (std::sregex_iterator match(whole.begin(), whole.end(), link), end; match != end; ++match) {
    const json::value* there = nullptr;
    const std::vector<json::value> dashboards = all();
    for (const json::value& other : dashboards)
      if (text(other, "/uid") == (*match)[1])
        there = &other;
    if (!there) {
      findings.push_back("a link to no dashboard of ours: " + (*match)[1].str());
      continue;
    }
    const std::string query = (*match)[2];
    for (std::sregex_iterator name(query.begin(), query.end(), given); name != end; ++name) {
      const auto known = variables(*there);
      if (std::ranges::none_of(known, [&](const json::object& variable) {
            return text(variable, "/name") == (*name)[1];
          }))
        findings.push_back("a link sets what isn't a variable there: " + (*name)[1].str());
    }
  }
  static const std::regex to_tenant("var-tenant=[^&]*(.*?)\"");
  for (std::sregex_iterator match(whole.begin(), whole.end(), to_tenant), end; match != end;
       ++match)
    if ((*match)[1].str().find("&var-asked=") == std::string::npos)
      findings.push_back("a link to a tenant doesn't say where it is asked");
  // The row of links on top goes by the tag that all have.
  if (text(dashboard, "/links/0/tags/0") != "tenantscope" ||
      text(dashboard, "/tags/0") != "tenantscope")
    findings.push_back("not among the linked ones");
  return findings;
}

Findings metrics_exist(const json::value& dashboard) {
  std::set<std::string> known = e2e::golden_metrics();
  known.insert({"up", "ALERTS"});
  for (const e2e::Rule& rule : e2e::rules())
    known.insert(rule.record);
  Findings findings;
  const auto check = [&](const std::string& where, const std::string& expr) {
    for (const Selector& selector : selectors(expr))
      if (!known.contains(selector.metric))
        findings.push_back(where + ": no metric " + selector.metric);
  };
  for (const Query& query : panel_queries(dashboard))
    check(query.where, query.expr);
  for (const Query& query : annotation_queries(dashboard))
    check(query.where, query.expr);
  for (const json::object& variable : variables(dashboard))
    check(text(variable, "/name"), text(variable, "/query/query"));
  return findings;
}

}  // namespace tenantscope::dashboards::lint
