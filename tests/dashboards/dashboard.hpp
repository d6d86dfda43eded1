// The dashboards of dashboards/grafana, and what their tests ask of one: its panels, its queries,
// the series that these select.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <vector>

namespace tenantscope::dashboards {

namespace json = boost::json;

std::vector<json::value> all();  // overview, tenant, collaborations, exporter

std::string text(const json::value& piece, const std::string& pointer);  // "" where there is none

std::vector<json::object> panels(const json::value& dashboard);     // without the rows' headings
std::vector<json::object> variables(const json::value& dashboard);  // of templating

// What a panel's overrides say of a series or column.
struct Property {
  std::string series;
  std::string id;
  json::value value;
};
std::vector<Property> properties(const json::object& panel);

// A query of a panel or of an annotation.
struct Query {
  std::string where;  // the panel's or annotation's name
  std::string expr;
  std::string legend;
  bool instant = false;
  bool table = false;
};
std::vector<Query> panel_queries(const json::value& dashboard);
std::vector<Query> annotation_queries(const json::value& dashboard);

// A selector within an expression: function(metric{matchers}[range]).
struct Selector {
  std::string function;  // called on it directly; "" if none
  std::string metric;
  std::string matchers;
  std::string range;  // with its brackets
};
std::vector<Selector> selectors(const std::string& expr);

// As Grafana replaces variables: $name and ${name}. What isn't among `values` stays.
std::string interpolated(std::string expr, const std::map<std::string, std::string>& values);

}  // namespace tenantscope::dashboards
