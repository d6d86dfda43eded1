#include "formats/template/message_fields.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <chrono>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/time.hpp"
#include "domain/capability.hpp"
#include "domain/collaboration.hpp"
#include "domain/event.hpp"
#include "formats/json_members.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_key = 255;  // PagerDuty's

// What an event says of what works: B2B, a tenant's presence, a pair, an expectation.
struct Turn {
  bool back = false;
  bool lost = false;
};

Turn turn_of_change(std::string_view field, std::string_view from, std::string_view to) {
  if (field == to_string(Field::presence))
    return {.back = to == "found", .lost = to != "found"};
  if (field == to_string(Field::b2b_capability))
    return {.back = to == to_string(B2b::supported), .lost = from == to_string(B2b::supported)};
  return {.back = false, .lost = field == to_string(Field::identity)};
}

Turn turn_of_pair(std::string_view from, std::string_view to) {
  const std::string_view supported = to_string(PairCapability::supported);
  return {.back = to == supported, .lost = from == supported};
}

void add_turn(Turn& all, Turn one) {
  all.back = all.back || one.back;
  all.lost = all.lost || one.lost;
}

Turn turn_of_event(const json::object& event) {
  const json::object& data = object_at(event, "data");
  const std::string_view type = text_at(event, "type");
  Turn turn;
  if (type == type_of(EventKind::expectation_changed)) {
    for (const json::value& one : array_at(data, "expectations"))
      add_turn(turn,
               {.back = flag_at(object_of(&one), "met"), .lost = !flag_at(object_of(&one), "met")});
    return turn;
  }
  if (type == type_of(EventKind::collaboration_changed))
    return turn_of_pair(text_at(data, "from"), text_at(data, "to"));
  for (const json::value& one : array_at(data, "changes")) {
    const json::object& change = object_of(&one);
    add_turn(turn, turn_of_change(text_at(change, "field"), text_at(change, "from"),
                                  text_at(change, "to")));
  }
  return turn;
}

// What was lost is back, and nothing else is lost.
bool resolved(const std::vector<json::object>& events) {
  Turn all;
  for (const json::object& event : events)
    add_turn(all, turn_of_event(event));
  return all.back && !all.lost;
}

// Of the kind and the severity, each a field of its own, as templates can't compare.
json::object marks_of(const json::object& event) {
  json::object marks;
  for (const EventKind kind : event_kinds)
    marks.emplace(to_string(kind), text_at(event, "type") == type_of(kind));
  for (const Severity severity : severities)
    marks.emplace(to_string(severity),
                  text_at(object_at(event, "data"), "severity") == to_string(severity));
  return marks;
}

json::object parse_event(std::string_view text) {
  boost::system::error_code broken;
  json::value event = json::parse(text, broken);
  if (!event.is_object())
    return {};
  json::object object = std::move(event.get_object());
  object["is"] = marks_of(object);
  return object;
}

std::string key_of_message(const json::object& event) {
  const json::object& data = object_at(event, "data");
  std::string key = fmt::format("{}/{}/{}", text_at(data, "asked"), text_at(data, "tenant"),
                                text_at(event, "type"));
  return key.size() > longest_key ? "sha256/" + sha256_hex(key) : key;
}

std::int64_t epoch_of(const json::object& event) {
  const auto time = parse_rfc3339(text_at(event, "time"));
  return time ? std::chrono::floor<std::chrono::seconds>(*time).time_since_epoch().count() : 0;
}

json::array labels_of(const json::object& event) {
  json::array labels;
  for (const auto& label : object_at(object_at(event, "data"), "labels"))
    labels.push_back(json::object{{"name", label.key()}, {"value", label.value()}});
  return labels;
}

json::array list_of(std::vector<json::object>::const_iterator first,
                    std::vector<json::object>::const_iterator end) {
  json::array list;
  for (auto event = first; event != end; ++event)
    list.push_back(*event);
  return list;
}

json::object values_of(const Message& message) {
  json::object values;
  for (const auto& [name, value] : message.values)
    values[name] = value;
  return values;
}

}  // namespace

json::object message_fields(const Message& message) {
  std::vector<json::object> events;
  events.reserve(message.events.size());
  for (const std::string_view event : message.events)
    events.push_back(parse_event(event));
  json::object fields = events.front();
  json::object& is = fields["is"].as_object();
  is["resolved"] = resolved(events);
  is["pairs"] = events.size() > 1;
  is["labelled"] = !object_at(object_at(fields, "data"), "labels").empty();
  fields["dedup_key"] = key_of_message(fields);
  fields["epoch"] = epoch_of(fields);
  fields["labels"] = labels_of(fields);
  fields["events"] = list_of(events.begin(), events.end());
  fields["others"] = list_of(events.begin() + 1, events.end());
  if (message.external_url.empty())
    fields["external_url"] = nullptr;
  else
    fields["external_url"] = message.external_url;
  fields["values"] = values_of(message);
  return fields;
}

}  // namespace tenantscope
