#include "config/event_choice.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "config/tenant_list.hpp"

namespace tenantscope {
namespace {

// Values that people write by their names.
template <class Value, std::size_t count>
struct Choice {
  std::string_view what;    // "severity"
  std::string_view others;  // "the severities are"
  std::array<Value, count> values;
  std::string_view (*name)(Value);

  std::optional<Value> read(const YamlNode& node, FileFindings& findings) const {
    std::array<std::string_view, count> names;
    for (std::size_t i = 0; i < count; ++i) {
      names[i] = name(values[i]);
      if (names[i] == node.scalar)
        return values[i];
    }
    findings.add(node, fmt::format("unknown {} {}{}", what, quote(node.scalar),
                                   suggestion(node.scalar, names, others)));
    return std::nullopt;
  }

  std::vector<Value> read_list(const YamlNode& list, FileFindings& findings) const {
    std::vector<Value> read_values;
    for (const YamlNode& item : list.items)
      if (const YamlNode* text = text_item(item, fmt::format("a {}", what), findings))
        if (const auto value = read(*text, findings))
          read_values.push_back(*value);
    return read_values;
  }
};

constexpr Choice<EventKind, event_kinds.size()> type_choice{"type", "the types are", event_kinds,
                                                            type_of};
constexpr Choice<Field, change_fields.size()> field_choice{"field", "the fields are", change_fields,
                                                           to_string};
constexpr Choice<Severity, severities.size()> severity_choice{"severity", "the severities are",
                                                              severities, to_string};

// They are as they are written: without one of them a sink would be told more than it should.
Labels read_match_labels(const YamlNode& node, FileFindings& findings, FileFindings& warnings) {
  for (const YamlNode& key : node.keys)
    if (is_own_field(key.scalar))
      warnings.add(key, fmt::format("no tenant has a label {}, as a field of tenantscope's own has "
                                    "that name: no event matches",
                                    quote(key.scalar)));
  return read_labels(node, findings);
}

}  // namespace

Match read_match(const YamlNode& node, FileFindings& findings, FileFindings& warnings) {
  MapReader map(node, "`match`", findings);
  Match match;
  if (const YamlNode* types = map.list("types"))
    match.types = type_choice.read_list(*types, findings);
  if (const YamlNode* fields = map.list("fields"))
    match.fields = field_choice.read_list(*fields, findings);
  if (const YamlNode* list = map.list("severities"))
    match.severities = severity_choice.read_list(*list, findings);
  if (const YamlNode* labels = map.map("labels"))
    match.labels = read_match_labels(*labels, findings, warnings);
  map.refuse_unknown();
  return match;
}

Severities read_severities(const YamlNode& node, FileFindings& findings) {
  MapReader map(node, "`severity`", findings);
  Severities by_occasion;
  for (const Occasion occasion : occasions)
    if (const YamlNode* text = map.text(to_string(occasion)))
      if (const auto severity = severity_choice.read(*text, findings))
        by_occasion.set(occasion, *severity);
  map.refuse_unknown();
  return by_occasion;
}

}  // namespace tenantscope
