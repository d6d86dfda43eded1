#include "formats/page/event_line.hpp"

#include <fmt/format.h>

#include "formats/page/page_words.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

Tone tone_of_severity(Severity severity) {
  switch (severity) {
    case Severity::info:
      return Tone::good;
    case Severity::warning:
      return Tone::mind;
    case Severity::critical:
      return Tone::bad;
  }
  return Tone::bad;
}

json::object evidence_fields(const PageEvent& event) {
  return {{"first_seen", event.first_seen},
          {"confirmations", event.confirmations},
          {"request_id", event.request_id},
          {"sha256", event.sha256},
          {"url", event.url}};
}

}  // namespace

json::object event_fields(const PageEvent& event, WallTime now) {
  const bool of_tenant = !event.tenant.name.empty();
  return {{"sequence", event.sequence},
          {"id", event.id},
          {"anchor", fmt::format("event-{}", event.sequence)},
          {"kind", to_string(event.kind)},
          {"severity", to_string(event.severity)},
          {"serious", event.severity != Severity::info},
          {"tone", tone_fields(tone_of_severity(event.severity))},
          {"time", time_fields(event.time, now)},
          {"tenant", event.tenant.name},
          {"asked", event.tenant.asked.text()},
          {"href", of_tenant ? json::value(tenant_address(event.tenant)) : nullptr},
          {"sentence", event.sentence},
          {"pairs", event.pairs > 0 ? json::value(event.pairs) : nullptr},
          {"one_pair", event.pairs == 1},
          {"evidence", evidence_fields(event)}};
}

json::array events_fields(const std::vector<PageEvent>& events, WallTime now) {
  json::array list;
  for (const PageEvent& event : events)
    list.push_back(event_fields(event, now));
  return list;
}

}  // namespace tenantscope
