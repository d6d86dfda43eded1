#include "formats/event_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "domain/environment.hpp"
#include "formats/json_members.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

// A confirmed finding, as far as a sentence speaks of it.
struct Seen {
  bool known = false;
  bool found = false;
  std::string_view environment = {};  // its title; "": not known
  std::string_view region_scope = {};
  std::string_view b2b = {};
};

// What a sentence is made from: views of an event.
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
    std::string_view collaboration = {};
    std::string_view host = {};
    std::string_view guest = {};
    std::string_view from = {};
    std::string_view to = {};
  };

  std::string_view type;
  std::string_view tenant;
  std::string_view asked;
  bool damaged = false;  // a baseline, as what was stored is damaged
  Seen previous = {};
  Seen current = {};
  std::vector<Changed> changes = {};
  std::vector<Expected> expectations = {};
  Pair pair = {};
  std::uint64_t rewound_to = 0;
};

std::string_view scope_text(std::string_view scope) { return scope.empty() ? "none" : scope; }

// "not_supported" reads "not supported".
std::string state_text(std::string_view state) {
  std::string text(state);
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string value_text(std::string_view field, std::string_view value) {
  const bool state = field == to_string(Field::b2b_capability) || field == "b2b";
  return state ? state_text(value) : std::string(scope_text(value));
}

std::string field_text(std::string_view field) {
  if (field == to_string(Field::b2b_capability) || field == "b2b")
    return "B2B";
  return field == "tenant_id" ? "tenant ID" : state_text(field);
}

std::string tenant_text(const Words& words) {
  return fmt::format("{}{}{}", words.tenant, words.asked.empty() ? "" : "@", words.asked);
}

std::string seen_text(const Seen& seen) {
  if (!seen.found)
    return "no such tenant in the cloud that was asked";
  return fmt::format("{}{}region scope {}, B2B {}", seen.environment,
                     seen.environment.empty() ? "" : ", ", scope_text(seen.region_scope),
                     state_text(seen.b2b));
}

std::string change_text(const Words::Changed& change) {
  if (change.field == to_string(Field::identity))
    return fmt::format("another tenant answers, {} in place of {}", change.to, change.from);
  return fmt::format("{} {} -> {}", field_text(change.field), value_text(change.field, change.from),
                     value_text(change.field, change.to));
}

// A tenant that is found now is described whole: what it was before may be long ago, or nothing.
std::string changes_text(const Words& words) {
  std::vector<std::string> parts;
  const auto presence =
      std::ranges::find(words.changes, to_string(Field::presence), &Words::Changed::field);
  const bool appears = presence != words.changes.end() && words.current.found;
  if (presence != words.changes.end())
    parts.push_back(appears ? "found now, " + seen_text(words.current)
                            : "no such tenant is found any more");
  for (const Words::Changed& change : words.changes)
    if (change.field != to_string(Field::presence) &&
        !(appears && change.field == to_string(Field::b2b_capability)))
      parts.push_back(change_text(change));
  const std::string_view before = words.previous.environment;
  const std::string_view after = words.current.environment;
  if (!before.empty() && !after.empty() && before != after)
    parts.push_back(fmt::format("environment {} -> {}", before, after));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string expectations_text(const Words& words) {
  std::vector<std::string> parts;
  for (const Words::Expected& change : words.expectations) {
    const std::string is = fmt::format("{} is {}", field_text(change.expectation),
                                       value_text(change.expectation, change.actual));
    parts.push_back(change.met ? is + " as expected"
                               : fmt::format("{}, expected {}", is,
                                             value_text(change.expectation, change.expected)));
  }
  const bool met = std::ranges::all_of(words.expectations, &Words::Expected::met);
  return fmt::format("{}: {}", met ? "as expected again" : "not as expected",
                     fmt::join(parts, ", "));
}

// What the event says of its tenant.
std::string said(const Words& words) {
  if (words.type == type_of(EventKind::expectation_changed))
    return expectations_text(words);
  if (!words.current.known)
    return "what was seen isn't told";
  if (words.type == type_of(EventKind::baselined) || !words.previous.known)
    return fmt::format(
        "{}: {}", words.damaged ? "new baseline, as what was stored of it was damaged" : "baseline",
        seen_text(words.current));
  return words.changes.empty() ? "stays as it is: " + seen_text(words.current)
                               : changes_text(words);
}

std::string sentence_of(const Words& words) {
  if (words.type == type_of(EventKind::ledger_rewound))
    return fmt::format(
        "The journal went back to event {}, as a backup was restored: later events of before are "
        "gone from it, and what they told comes again where it still holds.",
        words.rewound_to);
  if (words.type == type_of(EventKind::collaboration_changed))
    return fmt::format("{}: {} invites {}: {} -> {}, as {} has changed.", words.pair.collaboration,
                       words.pair.host, words.pair.guest, state_text(words.pair.from),
                       state_text(words.pair.to), tenant_text(words));
  return fmt::format("{}{}: {}.",
                     words.type == type_of(EventKind::drill) ? "DRILL, nothing has changed: " : "",
                     tenant_text(words), said(words));
}

std::string_view known_title(Environment environment) {
  return environment == Environment::unknown ? std::string_view() : title(environment);
}

Seen seen_in(const json::object& data, std::string_view key) {
  const json::value* value = data.if_contains(key);
  const json::object& finding = object_of(value);
  const auto environment = std::ranges::find(environments, text_at(finding, "environment"),
                                             [](Environment one) { return to_string(one); });
  return {.known = value && value->is_object(),
          .found = flag_at(finding, "found"),
          .environment = environment == environments.end() ? "" : known_title(*environment),
          .region_scope = text_at(finding, "region_scope"),
          .b2b = text_at(finding, "b2b")};
}

Seen seen_of(const Finding& finding, RuleSet rules) {
  return {.known = true,
          .found = finding.found,
          .environment = known_title(environment_of(&finding)),
          .region_scope = finding.region_scope,
          .b2b = to_string(capability(&finding, rules))};
}

Words words_of(const json::object& event) {
  const json::object& data = object_at(event, "data");
  Words words{.type = text_at(event, "type"),
              .tenant = text_at(data, "tenant"),
              .asked = text_at(data, "asked"),
              .damaged = text_at(data, "reason") == "damaged",
              .previous = seen_in(data, "previous"),
              .current = seen_in(data, "current"),
              .pair = {.collaboration = text_at(data, "collaboration"),
                       .host = text_at(data, "host"),
                       .guest = text_at(data, "guest"),
                       .from = text_at(data, "from"),
                       .to = text_at(data, "to")},
              .rewound_to = number_at(data, "rewound_to")};
  for (const json::value& value : array_at(data, "changes")) {
    const json::object& change = object_of(&value);
    words.changes.push_back(
        {text_at(change, "field"), text_at(change, "from"), text_at(change, "to")});
  }
  for (const json::value& value : array_at(data, "expectations")) {
    const json::object& change = object_of(&value);
    words.expectations.push_back({text_at(change, "expectation"), text_at(change, "expected"),
                                  text_at(change, "actual"), flag_at(change, "met")});
  }
  return words;
}

Words words_of(const ChangeEvent& event) {
  const Transition& transition = event.transition;
  Words words{.type = type_of(event.kind),
              .tenant = event.tenant.name,
              .asked = event.tenant.asked,
              .damaged = event.kind == EventKind::baselined && transition.damaged,
              .current = seen_of(transition.current, event.rules)};
  if (transition.previous)
    words.previous = seen_of(*transition.previous, event.rules);
  for (const Change& change : transition.changes)
    words.changes.push_back({to_string(change.field), change.from, change.to});
  for (const ExpectationChange& change : event.expectations)
    words.expectations.push_back({change.expectation, change.expected, change.actual, change.met});
  if (event.rewind)
    words.rewound_to = event.rewind->last;
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
