// What a reader must not be told by how a panel looks: that all is well where nothing is known, or
// that two things are one.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <map>
#include <regex>

#include "dashboards/lint.hpp"
#include "e2e/process.hpp"

namespace tenantscope::dashboards::lint {
namespace {

// The colours of what a value may be; nothing unless null and NaN are "no data" in grey.
std::vector<std::string> colours_of_words(const json::value& mappings, bool& nothing_is_grey) {
  std::vector<std::string> colours;
  nothing_is_grey = false;
  for (const json::value& mapping : mappings.as_array()) {
    if (text(mapping, "/type") == "special")
      nothing_is_grey = text(mapping, "/options/match") == "null+nan" &&
                        text(mapping, "/options/result/text") == "no data" &&
                        text(mapping, "/options/result/color") == "#808080";
    if (text(mapping, "/type") == "value")
      for (const auto& word : mapping.at("options").as_object())
        colours.push_back(text(word.value(), "/color"));
  }
  std::erase(colours, "");
  return colours;
}

bool repeats(std::vector<std::string> names) {
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

// The values that a label of a closed set may have in a query's series, as the golden metrics have
// them; what a rule records may have any.
std::set<std::string> known_values(const std::string& label, const std::string& expr) {
  static const std::vector<std::string> lines =
      e2e::lines_of(e2e::read_file(TENANTSCOPE_SOURCE "/tests/e2e/golden_metrics.txt"));
  const std::regex value("^(\\w+)\\{.*\\b" + label + "=\"(\\w+)\"");
  std::set<std::string> metrics;
  for (const Selector& selector : selectors(expr))
    metrics.insert(selector.metric.find(':') == std::string::npos ? selector.metric
                                                                  : "tenantscope_changes_total");
  std::set<std::string> values;
  for (const std::string& line : lines)
    if (std::smatch match; std::regex_search(line, match, value) && metrics.contains(match[1]))
      values.insert(match[2]);
  return values;
}

}  // namespace

// What compares scrapes looks back over as many as the shipped interval asks for.
Findings minimum_interval(const json::value& dashboard) {
  Findings findings;
  for (const json::object& panel : panels(dashboard))
    for (const json::value& target : panel.at("targets").as_array()) {
      const std::string expr = text(target, "/expr");
      const bool compares = expr.find("rate(") != std::string::npos ||
                            expr.find("increase(") != std::string::npos ||
                            expr.find("interval") != std::string::npos;
      if (compares && text(target, "/interval") != "1m")
        findings.push_back(text(panel, "/title") + " has no minimum interval of 1m");
    }
  return findings;
}

Findings nothing_is_no_data(const json::value& dashboard) {
  Findings findings;
  for (const json::object& panel : panels(dashboard)) {
    const json::object& defaults = panel.at("fieldConfig").at("defaults").as_object();
    const json::value* mappings = defaults.if_contains("mappings");
    bool grey = false;
    if (mappings)
      colours_of_words(*mappings, grey);
    if (!grey && (mappings || text(panel, "/type") == "stat"))
      findings.push_back(text(panel, "/title") + " doesn't map null and NaN to grey \"no data\"");
    for (const Property& property : properties(panel))
      if (property.id == "mappings" && (colours_of_words(property.value, grey), !grey))
        findings.push_back(text(panel, "/title") + ": " + property.series +
                           " doesn't map null and NaN to grey \"no data\"");
  }
  return findings;
}

Findings nothing_asserts(const json::value& dashboard) {
  Findings findings;
  for (const json::object& panel : panels(dashboard)) {
    if (json::serialize(panel.at("fieldConfig")).find("\"noValue\"") != std::string::npos)
      findings.push_back(text(panel, "/title") + " says something where there is no data: noValue");
    for (const json::value& target : panel.at("targets").as_array())
      if (std::regex_search(text(target, "/expr"), std::regex("\\b(vector|absent\\w*)\\(")))
        findings.push_back(text(panel, "/title") + " makes a value out of nothing");
  }
  return findings;
}

Findings colours(const json::value& dashboard) {
  static const std::regex closed("\\{\\{(outcome|reason|state|field|kind|phase|result)\\}\\}");
  Findings findings;
  for (const json::object& panel : panels(dashboard)) {
    const std::string title = text(panel, "/title");
    std::map<std::string, std::string> fixed;
    std::vector<std::string> used;
    for (const Property& property : properties(panel)) {
      if (property.id == "color")
        used.push_back(fixed[property.series] = text(property.value, "/fixedColor"));
      bool grey = false;
      if (property.id == "mappings" && repeats(colours_of_words(property.value, grey)))
        findings.push_back(title + ": two words of " + property.series + " have one colour");
    }
    if (repeats(used))
      findings.push_back(title + ": two series have one colour");
    bool grey = false;
    const json::object& defaults = panel.at("fieldConfig").at("defaults").as_object();
    if (defaults.contains("mappings") && repeats(colours_of_words(defaults.at("mappings"), grey)))
      findings.push_back(title + ": two words have one colour");
    if (text(panel, "/type") != "timeseries")
      continue;
    for (const json::value& target : panel.at("targets").as_array()) {
      std::smatch match;
      const std::string legend = text(target, "/legendFormat");
      if (!std::regex_match(legend, match, closed)) {
        if (!fixed.empty())
          findings.push_back(title + ": some series have a fixed colour, others haven't");
        continue;
      }
      for (const std::string& name : known_values(match[1], text(target, "/expr")))
        if (!fixed.contains(name))
          findings.push_back(fmt::format("{}: {} has no colour of its own", title, name));
    }
  }
  return findings;
}

// Over zeros Grafana's axes go to 100 by themselves.
Findings axes(const json::value& dashboard) {
  Findings findings;
  for (const json::object& panel : panels(dashboard)) {
    if (text(panel, "/type") != "timeseries")
      continue;
    const json::value* most =
        panel.at("fieldConfig").at("defaults").at("custom").as_object().if_contains("axisSoftMax");
    if (!most)
      findings.push_back(text(panel, "/title") + ": its axis runs to 100 over zeros");
  }
  return findings;
}

}  // namespace tenantscope::dashboards::lint
