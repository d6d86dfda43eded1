#include "formats/alert_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <string>

#include "base/text/visible.hpp"
#include "domain/event.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

std::string_view alert_name(std::string_view type) {
  if (type == type_of(EventKind::baselined))
    return "TenantscopeTenantBaselined";
  if (type == type_of(EventKind::expectation_changed))
    return "TenantscopeExpectationChanged";
  if (type == type_of(EventKind::collaboration_changed))
    return "TenantscopeCollaborationChanged";
  if (type == type_of(EventKind::drill))
    return "TenantscopeDrill";
  return "TenantscopeTenantChanged";
}

// What is asked of an event may not be there: an older version wrote it.
const json::object& object_of(const json::value* value) {
  static const json::object nothing;
  return value && value->is_object() ? value->get_object() : nothing;
}

const json::object& object_at(const json::object& from, std::string_view key) {
  return object_of(from.if_contains(key));
}

const json::array& array_at(const json::object& from, std::string_view key) {
  static const json::array nothing;
  const json::value* value = from.if_contains(key);
  return value && value->is_array() ? value->get_array() : nothing;
}

std::string_view text_at(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

bool flag_at(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  return value && value->is_bool() && value->get_bool();
}

std::string_view shown(std::string_view value) { return value.empty() ? "(none)" : value; }

std::string_view without_leading_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

std::string change_text(const json::object& change) {
  return fmt::format("{}: {} -> {}", text_at(change, "field"), shown(text_at(change, "from")),
                     shown(text_at(change, "to")));
}

std::string expectation_text(const json::object& change) {
  const auto actual =
      fmt::format("{} is {}", text_at(change, "expectation"), shown(text_at(change, "actual")));
  return flag_at(change, "met")
             ? actual + ", as expected"
             : fmt::format("{}, expected {}", actual, text_at(change, "expected"));
}

std::string finding_text(const json::object& finding) {
  if (!flag_at(finding, "found"))
    return "not found";
  return fmt::format("region_scope {}, b2b {}", shown(text_at(finding, "region_scope")),
                     shown(text_at(finding, "b2b")));
}

template <class Describe>
std::string list(const json::array& changes, Describe describe) {
  std::string text;
  for (const json::value& change : changes)
    if (change.is_object())
      text += (text.empty() ? "" : ", ") + describe(change.get_object());
  return text;
}

std::string summary(std::string_view type, const json::object& data) {
  if (type == type_of(EventKind::collaboration_changed))
    return fmt::format("{}: {} invites {}: {} -> {}", text_at(data, "collaboration"),
                       text_at(data, "host"), text_at(data, "guest"), text_at(data, "from"),
                       text_at(data, "to"));
  std::string what = type == type_of(EventKind::expectation_changed)
                         ? list(array_at(data, "expectations"), expectation_text)
                         : list(array_at(data, "changes"), change_text);
  if (what.empty())
    what = finding_text(object_at(data, "current"));
  if (type == type_of(EventKind::baselined))
    what = (data.contains("reason") ? "seen anew, as its stored state was damaged, "
                                    : "first seen, ") +
           what;
  if (type == type_of(EventKind::drill))
    what = "drill, " + what;
  return fmt::format("{}: {}", text_at(data, "tenant"), what);
}

// Alertmanager wants no label without a value. What it shows is visible, as the same labels of
// /metrics are.
void add(json::object& to, std::string_view name, std::string_view value) {
  if (!value.empty())
    to.emplace(name, visible(value));
}

}  // namespace

json::object alert_json(std::string_view event, WallTime until) {
  boost::system::error_code broken;
  const json::value parsed = json::parse(event, broken);
  const json::object& envelope = object_of(&parsed);
  const json::object& data = object_at(envelope, "data");
  const std::string_view type = text_at(envelope, "type");

  json::object labels;
  add(labels, "alertname", alert_name(type));
  add(labels, "tenant", text_at(data, "tenant"));
  add(labels, "asked", text_at(data, "asked"));
  add(labels, "severity", text_at(data, "severity"));
  for (const char* name : {"collaboration", "host", "guest"})
    add(labels, name, text_at(data, name));
  add(labels, "sequence", without_leading_zeros(text_at(envelope, "sequence")));
  if (type == type_of(EventKind::drill))
    add(labels, "drill", "true");
  for (const auto& label : object_at(data, "labels"))  // ours stay as they are
    if (label.value().is_string())
      add(labels, label.key(), label.value().get_string());

  json::object annotations;
  const json::object& verdict = object_at(data, "verdict");
  add(annotations, "summary", summary(type, data));
  add(annotations, "explanation", text_at(verdict, "explanation"));
  add(annotations, "source", text_at(verdict, "source"));
  add(annotations, "event_id", text_at(envelope, "id"));

  // An alert that starts after its end, as when a clock was set back, would be refused and with it
  // all that came along.
  const WallTime start = std::min(parse_rfc3339(text_at(envelope, "time")).value_or(until), until);
  return {{"labels", std::move(labels)},
          {"annotations", std::move(annotations)},
          {"startsAt", rfc3339(start)},
          {"endsAt", rfc3339(until)}};
}

}  // namespace tenantscope
