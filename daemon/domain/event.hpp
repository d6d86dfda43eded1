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

enum class EventKind {
  baselined,
  changed,
  expectation_changed,
  collaboration_changed,
  drill,
  ledger_rewound,
};
inline constexpr std::array event_kinds{EventKind::baselined,
                                        EventKind::changed,
                                        EventKind::expectation_changed,
                                        EventKind::collaboration_changed,
                                        EventKind::drill,
                                        EventKind::ledger_rewound};
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

// That the ledger went back, as to a backup.
struct Rewind {
  Guid journal;  // the ledger's id since then
  Guid previous_journal;
  std::uint64_t last = 0;  // the largest sequence from before that still means the same event
};

struct ChangeEvent {
  EventKind kind = EventKind::baselined;
  TenantKey tenant;
  Severity severity = Severity::info;
  Transition transition;
  RuleSet rules = default_rules;
  std::vector<ExpectationChange> expectations;  // of an expectation_changed
  std::optional<PairChange> pair;  // of a collaboration_changed; `tenant` is who caused it
  std::optional<Rewind> rewind;    // of a ledger_rewound, which is of no tenant
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

// That the ledger went back. Of no tenant: the key is empty.
ChangeEvent make_rewind_event(const Rewind& rewind, WallTime now, const EventPolicy& policy);

// "tenantscope.tenant.changed.v1"
std::string_view type_of(EventKind kind);

// The same on every retry, restart and replica of one ledger: UUIDv5, in the ledger's id, of asked,
// tenant and generation (of a pair, and its names); of a drill and a rewind, which have no
// generation of their own, the sequence.
Guid event_id(const Guid& ledger, const ChangeEvent& event, std::uint64_t sequence);

// Of the tenant's own event, which an event of a pair or an expectation goes with.
Guid cause_id(const Guid& ledger, const ChangeEvent& event);

}  // namespace tenantscope
