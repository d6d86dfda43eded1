#include "formats/alert_json.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/text/visible.hpp"
#include "domain/event.hpp"
#include "formats/event_text.hpp"
#include "formats/json_members.hpp"

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
  if (type == type_of(EventKind::ledger_rewound))
    return "TenantscopeLedgerRewound";
  return "TenantscopeTenantChanged";
}

std::string_view without_leading_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
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
  add(labels, "environment", text_at(data, "environment"));
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
  add(annotations, "summary", event_sentence(envelope));
  add(annotations, "explanation", text_at(verdict, "explanation"));
  add(annotations, "source", text_at(verdict, "source"));
  add(annotations, "link", text_at(data, "link"));
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
