// A change event before it has its place in the journal: what CloudEvents' envelope and `data` are
// written from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.hpp"
#include "domain/capability.hpp"
#include "domain/collaboration.hpp"
#include "domain/expectation.hpp"
#include "domain/history.hpp"
#include "domain/labels.hpp"
#include "domain/severity.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {

enum class EventKind { baselined, changed, expectation_changed, collaboration_changed, drill };
inline constexpr std::array event_kinds{EventKind::baselined, EventKind::changed,
                                        EventKind::expectation_changed,
                                        EventKind::collaboration_changed, EventKind::drill};
std::string_view to_string(EventKind kind);

// What a tenant's change did to a declared pair.
struct PairChange {
  std::string collaboration;
  std::string host;  // as the configuration names it
  std::string guest;
  PairCapability from = PairCapability::unknown;
  PairVerdict verdict;
  Guid cause;  // the id of the tenant's event
};

struct ChangeEvent {
  EventKind kind = EventKind::baselined;
  TenantKey tenant;
  Severity severity = Severity::info;
  Transition transition;
  RuleSet rules = default_rules;
  std::vector<ExpectationChange> expectations;  // of an expectation_changed
  std::optional<PairChange> pair;  // of a collaboration_changed; `tenant` is who caused it
  Labels labels;                   // of the tenant
  std::vector<std::string> sinks;  // that want it
};

// How events are judged: what the configuration says.
struct EventPolicy {
  RuleSet rules = default_rules;
  Severities severities;
};

// What a transition is worth telling: that the tenant was seen first or has changed, and that its
// expectations, of which its pin is one, are met otherwise than before. Never empty.
std::vector<ChangeEvent> make_events(const TenantKey& tenant, Transition transition,
                                     const Expectation& expect, const EventPolicy& policy);

// What would be told if the tenant's region scope became `to`, or if it vanished ("not_found").
// `state` is what is confirmed now.
ChangeEvent make_drill(const TenantKey& tenant, const TenantState& state, const std::string& to,
                       WallTime now, const EventPolicy& policy);

// That a declared pair is judged otherwise, because of the transition of `cause`.
ChangeEvent make_pair_event(const TenantKey& cause, const Transition& transition, PairChange change,
                            const EventPolicy& policy);

// "tenantscope.tenant.changed.v1"
std::string_view type_of(EventKind kind);

// The same on every retry, restart and replica of one ledger: UUIDv5, in the ledger's id, of asked,
// tenant and generation (of a pair, and its names); of a drill, which has no generation of its own,
// its sequence.
Guid event_id(const Guid& ledger, const ChangeEvent& event, std::uint64_t sequence);

// Of the tenant's own event, which an event of a pair or an expectation goes with.
Guid cause_id(const Guid& ledger, const ChangeEvent& event);

}  // namespace tenantscope
