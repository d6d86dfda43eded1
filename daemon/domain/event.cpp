#include "domain/event.hpp"

#include <fmt/format.h>

namespace tenantscope {
namespace {

std::vector<Occasion> occasions_of(const Transition& transition) {
  if (transition.baseline())
    return {transition.damaged ? Occasion::baseline_damaged : Occasion::baseline};
  std::vector<Occasion> found;
  for (const Change& change : transition.changes) {
    switch (change.field) {
      case Field::region_scope:
        found.push_back(Occasion::region_scope_changed);
        break;
      case Field::sub_scope:
        found.push_back(Occasion::sub_scope_changed);
        break;
      case Field::identity:
        found.push_back(Occasion::identity_changed);
        break;
      case Field::presence:
        found.push_back(transition.current.found ? Occasion::tenant_returned
                                                 : Occasion::tenant_vanished);
        break;
      case Field::b2b_capability:
        if (change.from == to_string(B2b::supported))
          found.push_back(Occasion::b2b_lost);
        if (change.to == to_string(B2b::supported))
          found.push_back(Occasion::b2b_gained);
        break;
    }
  }
  return found;
}

Occasion occasion_of(const ExpectationChange& change) {
  if (change.met)
    return Occasion::expectation_met;
  return change.lost ? Occasion::identity_changed : Occasion::expectation_violated;
}

// Of the tenant's own event among those of a transition.
std::string own_name(const ChangeEvent& event) {
  return fmt::format("{}/{}/{}", event.tenant.asked, event.tenant.name,
                     event.transition.generation);
}

}  // namespace

std::string_view to_string(EventKind kind) {
  switch (kind) {
    case EventKind::baselined:
      return "baselined";
    case EventKind::changed:
      return "changed";
    case EventKind::expectation_changed:
      return "expectation_changed";
    case EventKind::collaboration_changed:
      return "collaboration_changed";
    case EventKind::drill:
      return "drill";
    case EventKind::ledger_rewound:
      return "ledger_rewound";
  }
  return "";
}

std::string_view type_of(EventKind kind) {
  switch (kind) {
    case EventKind::baselined:
      return "tenantscope.tenant.baselined.v1";
    case EventKind::changed:
      return "tenantscope.tenant.changed.v1";
    case EventKind::expectation_changed:
      return "tenantscope.expectation.changed.v1";
    case EventKind::collaboration_changed:
      return "tenantscope.collaboration.changed.v1";
    case EventKind::drill:
      return "tenantscope.drill.v1";
    case EventKind::ledger_rewound:
      return "tenantscope.ledger.rewound.v1";
  }
  return "";
}

std::vector<ChangeEvent> make_events(const TenantKey& tenant, Transition transition,
                                     const Expectation& expect, const EventPolicy& policy) {
  auto changes = expectation_changes(expect, transition, policy.rules);
  std::vector<ChangeEvent> events;
  events.reserve(changes.empty() || transition.only_pin ? 1 : 2);
  if (!transition.only_pin)
    events.push_back({.kind = transition.baseline() ? EventKind::baselined : EventKind::changed,
                      .tenant = tenant,
                      .severity = policy.severities.of(occasions_of(transition)),
                      .transition = transition,
                      .rules = policy.rules});
  if (changes.empty())
    return events;
  std::vector<Occasion> met;
  met.reserve(changes.size() + 1);
  for (const ExpectationChange& change : changes)
    met.push_back(occasion_of(change));
  if (transition.only_pin && transition.damaged)
    met.push_back(Occasion::baseline_damaged);
  events.push_back({.kind = EventKind::expectation_changed,
                    .tenant = tenant,
                    .severity = policy.severities.of(met),
                    .transition = std::move(transition),
                    .rules = policy.rules,
                    .expectations = std::move(changes)});
  return events;
}

ChangeEvent make_drill(const TenantKey& tenant, const TenantState& state, const std::string& to,
                       WallTime now, const EventPolicy& policy) {
  Finding finding;
  if (to != "not_found") {
    finding = state.known.value_or(Finding{.cloud = "global"});
    finding.found = true;
    finding.region_scope = to;
    if (const std::string scope = normalized(to); scope == "usgov" || scope == "usg")
      finding.cloud = "usgov";
  }
  const Observation played{.finding = finding, .evidence = {}, .time = now};
  const Advance advanced = advance(state, played, {.confirmations = 1, .rules = policy.rules});
  Transition transition = advanced.transition.value_or(Transition{.changes = {},
                                                                  .previous = state.confirmed(),
                                                                  .current = finding,
                                                                  .first_seen = now,
                                                                  .confirmed = now});
  transition.generation = state.generation;
  transition.damaged = false;
  const Severity severity = policy.severities.of(occasions_of(transition));
  return {.kind = EventKind::drill,
          .tenant = tenant,
          .severity = severity,
          .transition = std::move(transition),
          .rules = policy.rules};
}

ChangeEvent make_pair_event(const TenantKey& cause, const Transition& transition, PairChange change,
                            const EventPolicy& policy) {
  const bool lost = change.from == PairCapability::supported;
  return {.kind = EventKind::collaboration_changed,
          .tenant = cause,
          .severity = policy.severities.of(lost ? Occasion::collaboration_lost
                                                : Occasion::collaboration_changed),
          .transition = transition,
          .rules = policy.rules,
          .pair = std::move(change)};
}

ChangeEvent make_rewind_event(const Rewind& rewind, WallTime now, const EventPolicy& policy) {
  return {.kind = EventKind::ledger_rewound,
          .tenant = {},
          .severity = policy.severities.of(Occasion::ledger_rewound),
          .transition = {.first_seen = now, .confirmed = now},
          .rules = policy.rules,
          .rewind = rewind};
}

Guid event_id(const Guid& ledger, const ChangeEvent& event, std::uint64_t sequence) {
  switch (event.kind) {
    case EventKind::baselined:
    case EventKind::changed:
      break;
    case EventKind::expectation_changed:
      return name_based_guid(ledger, own_name(event) + "/expectation");
    case EventKind::collaboration_changed:
      return name_based_guid(
          ledger, fmt::format("{}/collaboration/{}\n{}\n{}", own_name(event),
                              event.pair->collaboration, event.pair->host, event.pair->guest));
    case EventKind::drill:
      return name_based_guid(
          ledger, fmt::format("{}/{}/drill/{}", event.tenant.asked, event.tenant.name, sequence));
    case EventKind::ledger_rewound:
      return name_based_guid(ledger, fmt::format("rewound/{}", sequence));
  }
  return cause_id(ledger, event);
}

Guid cause_id(const Guid& ledger, const ChangeEvent& event) {
  return name_based_guid(ledger, own_name(event));
}

}  // namespace tenantscope
