#include "formats/event_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <string_view>
#include <vector>

#include "domain/environment.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

// What a sentence is made from.
struct Words {
  struct Changed {
    std::string_view field;
    std::string_view from;
    std::string_view to;
  };
  struct Expected {
    std::string_view expectation;
    std::string_view expected;
    std::string_view actual;
    bool met;
  };
  struct Pair {
    std::string_view collaboration;
    std::string_view host;
    std::string_view guest;
    std::string_view from;
    std::string_view to;
  };

  std::string_view type;
  std::string_view tenant;
  std::string_view asked;
  bool damaged = false;  // a baseline, as what was stored is damaged
  bool found = false;
  std::string_view environment;  // "": not known
  std::string_view region_scope;
  std::string_view b2b;
  std::vector<Changed> changes;
  std::vector<Expected> expectations;
  Pair pair;
};

// "not_supported" reads "not supported".
std::string shown(std::string_view value) {
  if (value.empty())
    return "none";
  std::string text(value);
  if (parse_b2b(value))
    std::ranges::replace(text, '_', ' ');
  return text;
}

std::string_view name_of(std::string_view field) {
  if (field == to_string(Field::region_scope))
    return "region scope";
  if (field == to_string(Field::sub_scope))
    return "sub scope";
  if (field == to_string(Field::b2b_capability))
    return "B2B";
  return field;
}

std::string current_text(const Words& words) {
  if (!words.found)
    return "no such tenant in the cloud that was asked";
  return fmt::format("{}{}region scope {}, B2B {}", words.environment,
                     words.environment.empty() ? "" : ", ", shown(words.region_scope),
                     shown(words.b2b));
}

std::string change_text(const Words::Changed& change) {
  if (change.field == to_string(Field::presence))
    return change.to == "found" ? "found again" : "vanished, no such tenant is found any more";
  if (change.field == to_string(Field::identity))
    return fmt::format("answers as another tenant, {} in place of {}", change.to, change.from);
  return fmt::format("{} {} -> {}", name_of(change.field), shown(change.from), shown(change.to));
}

template <class All, class Describe>
std::string joined(const All& all, Describe describe) {
  std::string text;
  for (const auto& one : all)
    text += (text.empty() ? "" : ", ") + describe(one);
  return text;
}

std::string expectation_text(const Words::Expected& change) {
  const std::string is = fmt::format("{} is {}", change.expectation, shown(change.actual));
  return change.met ? is + " as expected"
                    : fmt::format("{}, expected {}", is, shown(change.expected));
}

// What the event says of its tenant.
std::string said(const Words& words) {
  if (words.type == type_of(EventKind::expectation_changed))
    return fmt::format("{}: {}",
                       std::ranges::all_of(words.expectations, &Words::Expected::met)
                           ? "as expected again"
                           : "not as expected",
                       joined(words.expectations, expectation_text));
  if (words.type == type_of(EventKind::baselined))
    return fmt::format("{}: {}",
                       words.damaged ? "new baseline, as its stored state was damaged" : "baseline",
                       current_text(words));
  return words.changes.empty() ? "stays as it is: " + current_text(words)
                               : joined(words.changes, change_text);
}

std::string sentence_of(const Words& words) {
  if (words.type == type_of(EventKind::collaboration_changed))
    return fmt::format("{}: {} invites {}: {} -> {}.", words.pair.collaboration, words.pair.host,
                       words.pair.guest, shown(words.pair.from), shown(words.pair.to));
  return fmt::format("{}{}@{}: {}.",
                     words.type == type_of(EventKind::drill) ? "DRILL, nothing has changed: " : "",
                     words.tenant, words.asked, said(words));
}

// What is asked of an event may not be there: an older version wrote it.
const json::object& object_at(const json::object& from, std::string_view key) {
  static const json::object nothing;
  const json::value* value = from.if_contains(key);
  return value && value->is_object() ? value->get_object() : nothing;
}

std::string_view text_at(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

bool flag_at(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  return value && value->is_bool() && value->get_bool();
}

template <class Read>
void each_at(const json::object& from, std::string_view key, Read read) {
  if (const json::value* all = from.if_contains(key); all && all->is_array())
    for (const json::value& one : all->get_array())
      if (one.is_object())
        read(one.get_object());
}

std::string_view environment_at(const json::object& finding) {
  const std::string_view key = text_at(finding, "environment");
  const auto known = std::ranges::find(
      environments, key, [](Environment environment) { return to_string(environment); });
  return known == environments.end() || *known == Environment::unknown ? std::string_view()
                                                                       : title(*known);
}

Words words_of(const json::object& event) {
  const json::object& data = object_at(event, "data");
  const json::object& current = object_at(data, "current");
  Words words{.type = text_at(event, "type"),
              .tenant = text_at(data, "tenant"),
              .asked = text_at(data, "asked"),
              .damaged = text_at(data, "reason") == "damaged",
              .found = flag_at(current, "found"),
              .environment = environment_at(current),
              .region_scope = text_at(current, "region_scope"),
              .b2b = text_at(current, "b2b"),
              .changes = {},
              .expectations = {},
              .pair = {.collaboration = text_at(data, "collaboration"),
                       .host = text_at(data, "host"),
                       .guest = text_at(data, "guest"),
                       .from = text_at(data, "from"),
                       .to = text_at(data, "to")}};
  each_at(data, "changes", [&](const json::object& change) {
    words.changes.push_back(
        {text_at(change, "field"), text_at(change, "from"), text_at(change, "to")});
  });
  each_at(data, "expectations", [&](const json::object& change) {
    words.expectations.push_back({text_at(change, "expectation"), text_at(change, "expected"),
                                  text_at(change, "actual"), flag_at(change, "met")});
  });
  return words;
}

Words words_of(const ChangeEvent& event) {
  const Finding& current = event.transition.current;
  const Environment environment = environment_of(&current);
  Words words{.type = type_of(event.kind),
              .tenant = event.tenant.name,
              .asked = event.tenant.asked.text(),
              .found = current.found,
              .environment = environment == Environment::unknown ? "" : title(environment),
              .region_scope = current.region_scope.text(),
              .b2b = to_string(capability(&current, event.rules)),
              .changes = {},
              .expectations = {},
              .pair = {}};
  for (const Change& change : event.transition.changes)
    words.changes.push_back({to_string(change.field), change.from, change.to});
  for (const ExpectationChange& change : event.expectations)
    words.expectations.push_back(
        {change.expectation, change.expected, change.actual, change.met});
  if (event.pair)
    words.pair = {.collaboration = event.pair->collaboration,
                  .host = event.pair->host,
                  .guest = event.pair->guest,
                  .from = to_string(event.pair->from),
                  .to = to_string(event.pair->verdict.capability)};
  return words;
}

}  // namespace

std::string event_sentence(const ChangeEvent& event) { return sentence_of(words_of(event)); }

std::string event_sentence(const json::object& event) {
  const std::string_view summary = text_at(object_at(event, "data"), "summary");
  return summary.empty() ? sentence_of(words_of(event)) : std::string(summary);
}

}  // namespace tenantscope
