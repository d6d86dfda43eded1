#include "formats/alert_json.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "base/text/html.hpp"
#include "base/text/visible.hpp"
#include "domain/capability.hpp"
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

std::string_view runbook_of_change(const json::object& change) {
  const std::string_view field = text_at(change, "field");
  const std::string_view to = text_at(change, "to");
  if (field == to_string(Field::identity))
    return "TenantscopeIdentityChanged";
  if (field == to_string(Field::presence) && to != "found")
    return "TenantscopeTenantNotFound";
  if (field == to_string(Field::b2b_capability))
    return to == to_string(B2b::supported) ? "TenantscopeB2BGained" : "TenantscopeB2BLost";
  return "TenantscopeScopeChanged";
}

// The page about what has happened: docs/runbooks has one for each alert, which more than one kind
// of event may raise. "": there is none.
std::string_view runbook_of(std::string_view type, const json::object& data) {
  if (type == type_of(EventKind::expectation_changed))
    return "TenantscopeExpectationViolated";
  if (type == type_of(EventKind::collaboration_changed))
    return "TenantscopeCollaborationLost";
  const json::array& changes = array_at(data, "changes");
  constexpr std::array by_weight{"TenantscopeIdentityChanged", "TenantscopeTenantNotFound",
                                 "TenantscopeB2BLost", "TenantscopeB2BGained",
                                 "TenantscopeScopeChanged"};
  for (const std::string_view page : by_weight)
    if (std::ranges::any_of(changes, [&](const json::value& change) {
          return runbook_of_change(object_of(&change)) == page;
        }))
      return page;
  return {};
}

// As the alerts of dashboards/prometheus have them.
std::string runbook_url(std::string_view page) {
  return page.empty() ? "" : fmt::format("docs/runbooks/{}.md", page);
}

// Where people see its tenant; the overview where it is of none.
std::string page_url(std::string_view external_url, const json::object& data) {
  const std::string_view tenant = text_at(data, "tenant");
  return tenant.empty()
             ? fmt::format("{}/", external_url)
             : fmt::format("{}/tenants/{}?cloud={}", external_url, percent_encoded(tenant),
                           percent_encoded(text_at(data, "asked")));
}

json::object annotations_of(const json::object& envelope, std::string_view external_url) {
  const json::object& data = object_at(envelope, "data");
  const json::object& verdict = object_at(data, "verdict");
  json::object annotations;
  add(annotations, "summary", event_sentence(envelope));
  add(annotations, "description", text_at(verdict, "explanation"));
  add(annotations, "explanation", text_at(verdict, "explanation"));
  add(annotations, "source", text_at(verdict, "source"));
  add(annotations, "link", text_at(data, "link"));
  add(annotations, "runbook_url", runbook_url(runbook_of(text_at(envelope, "type"), data)));
  if (!external_url.empty())
    add(annotations, "dashboard_url", page_url(external_url, data));
  add(annotations, "event_id", text_at(envelope, "id"));
  return annotations;
}

// Where the daemon's API has the event.
std::string event_url(std::string_view external_url, std::string_view sequence) {
  std::uint64_t number = 0;
  std::from_chars(sequence.data(), sequence.data() + sequence.size(), number);
  return fmt::format("{}/api/v1/events?after={}&limit=1", external_url,
                     number == 0 ? 0 : number - 1);
}

}  // namespace

json::object alert_json(std::string_view event, WallTime until, std::string_view external_url) {
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

  // An alert that starts after its end, as when a clock was set back, would be refused and with it
  // all that came along.
  const WallTime start = std::min(parse_rfc3339(text_at(envelope, "time")).value_or(until), until);
  json::object alert{{"labels", std::move(labels)},
                     {"annotations", annotations_of(envelope, external_url)},
                     {"startsAt", rfc3339(start)},
                     {"endsAt", rfc3339(until)}};
  if (!external_url.empty())
    alert.emplace("generatorURL", event_url(external_url, text_at(envelope, "sequence")));
  return alert;
}

}  // namespace tenantscope
