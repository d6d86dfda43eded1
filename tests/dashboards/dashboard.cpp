#include "dashboards/dashboard.hpp"

#include <boost/json/parse.hpp>
#include <regex>
#include <stdexcept>

#include "e2e/process.hpp"

namespace tenantscope::dashboards {

std::vector<json::value> all() {
  std::vector<json::value> dashboards;
  for (const std::string name : {"overview", "tenant", "collaborations", "exporter"})
    dashboards.push_back(json::parse(
        e2e::read_file(TENANTSCOPE_SOURCE "/dashboards/grafana/tenantscope-" + name + ".json")));
  return dashboards;
}

std::string text(const json::value& piece, const std::string& pointer) {
  boost::system::error_code none;
  const json::value* found = piece.find_pointer(pointer, none);
  return found && found->is_string() ? std::string(found->as_string()) : "";
}

std::vector<json::object> panels(const json::value& dashboard) {
  std::vector<json::object> panels;
  for (const json::value& panel : dashboard.at("panels").as_array())
    if (text(panel, "/type") != "row")
      panels.push_back(panel.as_object());
  return panels;
}

std::vector<json::object> variables(const json::value& dashboard) {
  std::vector<json::object> variables;
  for (const json::value& variable : dashboard.at_pointer("/templating/list").as_array())
    variables.push_back(variable.as_object());
  return variables;
}

std::vector<Property> properties(const json::object& panel) {
  std::vector<Property> found;
  for (const json::value& override : panel.at("fieldConfig").at("overrides").as_array())
    for (const json::value& property : override.at("properties").as_array())
      found.push_back(
          {text(override, "/matcher/options"), text(property, "/id"), property.at("value")});
  return found;
}

std::vector<Query> panel_queries(const json::value& dashboard) {
  std::vector<Query> queries;
  for (const json::object& panel : panels(dashboard)) {
    for (const json::value& target : panel.at("targets").as_array()) {
      const json::value* instant = target.as_object().if_contains("instant");
      queries.push_back({.where = text(panel, "/title"),
                         .expr = text(target, "/expr"),
                         .legend = text(target, "/legendFormat"),
                         .instant = instant && instant->as_bool(),
                         .table = text(target, "/format") == "table"});
    }
  }
  return queries;
}

std::vector<Query> annotation_queries(const json::value& dashboard) {
  std::vector<Query> queries;
  for (const json::value& annotation : dashboard.at_pointer("/annotations/list").as_array())
    if (!text(annotation, "/expr").empty())
      queries.push_back({.where = text(annotation, "/name"), .expr = text(annotation, "/expr")});
  return queries;
}

std::vector<Selector> selectors(const std::string& expr) {
  // A text, which is skipped, or a name with what follows it: a metric has matchers or a range, or
  // is called like one.
  static const std::regex name_or_text(
      "\"[^\"]*\"|([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:\"[^\"]*\"|[^}\"])*\\})?(\\[[^\\]]*\\])?");
  static const std::regex metric("(tenantscope|process)_.*|up");
  static const std::regex called("([a-z_]+)\\($");
  std::vector<Selector> selectors;
  for (std::sregex_iterator match(expr.begin(), expr.end(), name_or_text), end; match != end;
       ++match) {
    const std::string name = (*match)[1];
    if (name.empty() ||
        !((*match)[2].matched || (*match)[3].matched || std::regex_match(name, metric)))
      continue;
    std::smatch function;
    const std::string to_here = expr.substr(0, std::size_t(match->position()));
    std::regex_search(to_here, function, called);
    selectors.push_back(
        {.function = function[1], .metric = name, .matchers = (*match)[2], .range = (*match)[3]});
  }
  return selectors;
}

std::string interpolated(std::string expr, const std::map<std::string, std::string>& values) {
  static const std::regex variable("\\$(\\w+)|\\$\\{(\\w+)\\}");
  std::string result;
  for (std::smatch match; std::regex_search(expr, match, variable);) {
    const auto value = values.find(match[1].matched ? match[1] : match[2]);
    result += match.prefix().str() + (value == values.end() ? match.str() : value->second);
    expr = match.suffix().str();
  }
  return result + expr;
}

}  // namespace tenantscope::dashboards
