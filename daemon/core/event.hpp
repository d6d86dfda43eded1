// A change event before it has its place in the journal: what CloudEvents' envelope and `data` are written from.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/capability.hpp"
#include "core/guid.hpp"
#include "core/history.hpp"
#include "core/tenant.hpp"

namespace tenantscope {

enum class EventKind { baselined, changed, expectation_changed, collaboration_changed, drill };
inline constexpr std::array event_kinds{EventKind::baselined, EventKind::changed, EventKind::expectation_changed,
                                        EventKind::collaboration_changed, EventKind::drill};
std::string_view to_string(EventKind kind);

enum class Severity { info, warning, critical };
std::string_view to_string(Severity severity);

struct ChangeEvent {
  EventKind kind = EventKind::baselined;
  TenantKey tenant;
  Severity severity = Severity::info;
  Transition transition;
  RuleSet rules = RuleSet::docs_2025;
};

ChangeEvent make_event(const TenantKey& tenant, Transition transition, RuleSet rules);

// "tenantscope.tenant.changed.v1"
std::string_view type_of(EventKind kind);

// The same on every retry, restart and replica of one ledger: UUIDv5 of asked, tenant and generation in the ledger's id.
Guid event_id(const Guid& ledger, const TenantKey& tenant, std::uint64_t generation);

}  // namespace tenantscope
