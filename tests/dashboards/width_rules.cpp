// What is cut on a page that is 1600 px wide: titles, headings and cells, by the widths of the
// letters that Grafana writes with. What scripts/draw-dashboards sees, as far as it can be
// computed.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <utility>

#include "dashboards/lint.hpp"
#include "e2e/alert_rules.hpp"

namespace tenantscope::dashboards::lint {
namespace {

constexpr int page = 1568;         // without Grafana's margins
constexpr int gap = 8;             // between panels
constexpr int table_frame = 20;    // a panel's borders and padding
constexpr int title_frame = 60;    // padding, and the icon of the description
constexpr int cell_frame = 13;     // padding and border
constexpr int columns_shared = 6;  // so many at most share a table's width as they like
constexpr int column_shared = 150;

int width_of_panel(const json::object& panel) {
  return (page + gap) * panel.at("gridPos").at("w").to_number<int>() / 24 - gap;
}

// Inter Medium, 14 px; rounded up by classes of letters.
int width_of(const std::string& words) {
  static constexpr std::pair<const char*, double> classes[] = {{"ijlI!,.:;'| ", 4},
                                                               {"frt()/[]{}\\\"-_", 5.8},
                                                               {"EFJLacehknosuvxyz", 8.3},
                                                               {"ACDGHNOQUVY", 10.6},
                                                               {"mw%MW@", 12.8}};
  const auto of_letter = [](char letter) {
    for (const auto& [letters, width] : classes)
      if (std::string(letters).find(letter) != std::string::npos)
        return width;
    return 9.1;
  };
  return 1 + int(std::transform_reduce(words.begin(), words.end(), 0.0, std::plus<>(), of_letter));
}

int widest(const std::vector<std::string>& texts) {
  int most = 0;
  for (const std::string& text : texts)
    most = std::max(most, width_of(text));
  return most;
}

// The texts of a mapping, as far as they are words for values.
std::vector<std::string> words_of(const json::value& mappings) {
  std::vector<std::string> words;
  for (const json::value& mapping : mappings.as_array())
    if (text(mapping, "/type") == "value")
      for (const auto& word : mapping.at("options").as_object())
        words.push_back(text(word.value(), "/text"));
  return words;
}

std::vector<std::string> alerts() {
  std::vector<std::string> names;
  for (const e2e::Rule& rule : e2e::rules())
    names.push_back(rule.alert);
  return names;
}

// What a column is known to show, by its heading, unit and mappings.
std::vector<std::string> known_texts(const std::string& heading,
                                     const std::vector<Property>& properties) {
  static const std::map<std::string, std::vector<std::string>> by_unit{
      {"dateTimeFromNow", {"a few seconds ago"}},
      {"dateTimeAsIso", {"2026-12-31 23:59:59"}},
      {"s", {"44.25 mins", "5.25 weeks"}},
      {"percentunit", {"99.99%"}},
      {"bytes", {"123.4 MiB"}}};
  std::vector<std::string> texts{heading};
  const auto add = [&](const std::vector<std::string>& more) {
    texts.insert(texts.end(), more.begin(), more.end());
  };
  if (heading == "Alert")
    add(alerts());
  if (heading == "Tenant ID")
    add({"0a3f9c2e-4b7d-4e51-9f0a-8c6d2b1e7a34"});
  for (const Property& property : properties) {
    if (property.series != heading)
      continue;
    if (property.id == "mappings")
      add(words_of(property.value));
    if (property.id == "unit")
      if (const auto unit = by_unit.find(std::string(property.value.as_string()));
          unit != by_unit.end())
        add(unit->second);
  }
  return texts;
}

// The headings that are shown, as far as the dashboard names them, with their widths; 0: none
// given.
std::map<std::string, int> columns_of(const json::object& panel,
                                      const std::vector<Property>& properties) {
  std::map<std::string, int> columns;
  const json::value& shaped = panel.at("transformations").as_array().back();
  for (const auto& column : shaped.at("options").at("renameByName").as_object())
    columns[std::string(column.value().as_string())] = 0;
  for (const Property& property : properties)
    if (property.id == "custom.width" && columns.contains(property.series))
      columns[property.series] = property.value.to_number<int>();
  for (const Property& property : properties)
    if (property.id == "custom.hidden")
      columns.erase(property.series);
  return columns;
}

}  // namespace

Findings titles_fit(const json::value& dashboard) {
  Findings findings;
  for (const json::object& panel : panels(dashboard)) {
    const std::string title = text(panel, "/title");
    const int room = width_of_panel(panel) - title_frame;
    if (width_of(title) > room)
      findings.push_back(
          fmt::format("the title {} is cut: {} of {} px", title, room, width_of(title)));
  }
  return findings;
}

Findings columns_fit(const json::value& dashboard) {
  Findings findings;
  for (const json::object& panel : panels(dashboard)) {
    if (text(panel, "/type") != "table")
      continue;
    const std::string title = text(panel, "/title");
    const std::vector<Property> given = properties(panel);
    const std::map<std::string, int> columns = columns_of(panel, given);
    int taken = 0;
    for (const auto& [name, width] : columns) {
      const int needed = widest(known_texts(name, given)) + cell_frame;
      taken += width ? width : std::max(needed, column_shared);
      if (!width && columns.size() > columns_shared)
        findings.push_back(fmt::format("{}: {} has no width", title, name));
      if (width && width < needed)
        findings.push_back(
            fmt::format("{}: what {} shows is cut: {} of {} px", title, name, width, needed));
    }
    if (const int room = width_of_panel(panel) - table_frame; taken > room)
      findings.push_back(fmt::format("{}: its columns take {} of {} px", title, taken, room));
  }
  return findings;
}

}  // namespace tenantscope::dashboards::lint
