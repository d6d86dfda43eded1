#include "core/event.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tenantscope {
namespace {

Severity severity_of(const Transition& transition) {
  if (transition.baseline()) return Severity::info;
  Severity worst = Severity::info;
  for (const Change& change : transition.changes) {
    switch (change.field) {
      case Field::identity: return Severity::critical;
      case Field::presence:
        if (change.to == "not_found") return Severity::critical;
        break;
      case Field::b2b_capability:
        if (change.from == to_string(B2b::supported)) return Severity::critical;
        worst = Severity::warning;
        break;
      case Field::region_scope: worst = Severity::warning; break;
      case Field::sub_scope: break;
    }
  }
  return worst;
}

}  // namespace

std::string_view to_string(EventKind kind) {
  switch (kind) {
    case EventKind::baselined: return "baselined";
    case EventKind::changed: return "changed";
    case EventKind::expectation_changed: return "expectation_changed";
    case EventKind::collaboration_changed: return "collaboration_changed";
    case EventKind::drill: return "drill";
  }
  return "";
}

std::string_view type_of(EventKind kind) {
  switch (kind) {
    case EventKind::baselined: return "tenantscope.tenant.baselined.v1";
    case EventKind::changed: return "tenantscope.tenant.changed.v1";
    case EventKind::expectation_changed: return "tenantscope.expectation.changed.v1";
    case EventKind::collaboration_changed: return "tenantscope.collaboration.changed.v1";
    case EventKind::drill: return "tenantscope.drill.v1";
  }
  return "";
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::critical: return "critical";
  }
  return "";
}

ChangeEvent make_event(const TenantKey& tenant, Transition transition, RuleSet rules) {
  const auto kind = transition.baseline() ? EventKind::baselined : EventKind::changed;
  const auto severity = severity_of(transition);
  return {.kind = kind, .tenant = tenant, .severity = severity, .transition = std::move(transition), .rules = rules};
}

Guid event_id(const Guid& ledger, const TenantKey& tenant, std::uint64_t generation) {
  return name_based_guid(ledger, fmt::format("{}/{}/{}", tenant.asked, tenant.name, generation));
}

}  // namespace tenantscope
