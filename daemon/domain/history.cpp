#include "domain/history.hpp"

#include <algorithm>

namespace tenantscope {
namespace {

std::string presence(bool found) { return found ? "found" : "not_found"; }

// What is different between two confirmed findings. Fields of a document are compared with the last
// known one, and only where there was one: what was never known hasn't changed.
std::vector<Change> changes_between(const TenantState& state, const Finding& next, RuleSet rules) {
  std::vector<Change> changes;
  const auto compare = [&](Field field, const std::string& from, const std::string& to,
                           bool different) {
    if (different)
      changes.push_back({field, from, to});
  };
  if (next.found && state.known) {
    const Finding& known = *state.known;
    compare(Field::region_scope, known.region_scope, next.region_scope,
            normalized(known.region_scope) != normalized(next.region_scope));
    compare(Field::sub_scope, known.sub_scope, next.sub_scope,
            normalized(known.sub_scope) != normalized(next.sub_scope));
  }
  const Finding previous = *state.confirmed();
  const B2b before = capability(&previous, rules);
  const B2b after = capability(&next, rules);
  compare(Field::b2b_capability, std::string(to_string(before)), std::string(to_string(after)),
          before != after);
  if (next.found && state.known)
    compare(Field::identity, identity(*state.known), identity(next),
            identity(*state.known) != identity(next));
  compare(Field::presence, presence(state.found), presence(next.found), state.found != next.found);
  return changes;
}

// One more sighting of `seen`, where `same` says that it is what is pending.
Pending sighted(const Finding& seen, WallTime time, const Rare<Pending>& pending,
                bool (*same)(const Finding&, const Finding&)) {
  if (pending && same(pending->finding, seen))
    return {seen, pending->sightings + 1, pending->first_seen, {}};
  return {seen, 1, time, {}};
}

void remember(const Transition& transition, TenantState& state) {
  for (const Change& change : transition.changes) {
    state.last_change.set(change.field, transition.confirmed);
    if (change.field == Field::b2b_capability)
      state.b2b_before = parse_b2b(change.from);
  }
}

void follow_finding(const TenantState& state, const Observation& observation, const Policy& policy,
                    Advance& result) {
  const Finding& finding = *observation.finding;
  TenantState& next = result.state;
  next.last_success = observation.time;

  const auto previous = state.confirmed();
  if (previous && equivalent(*previous, finding)) {
    next.pending.reset();
    return;
  }

  Pending sighting = sighted(finding, observation.time, state.pending, equivalent);
  sighting.before = state.confirmed_seen();
  if (previous && sighting.sightings < policy.confirmations) {
    next.pending = std::move(sighting);
    return;
  }

  Transition transition{
      .generation = state.generation + 1,
      .changes = previous ? changes_between(state, finding, policy.rules) : std::vector<Change>{},
      .previous = previous,
      .current = finding,
      .first_seen = sighting.first_seen,
      .confirmed = observation.time,
      .confirmations = sighting.sightings,
      .evidence = observation.evidence,
      .damaged = state.lost()};
  remember(transition, next);
  next.generation = transition.generation;
  next.found = finding.found;
  if (finding.found)
    next.known = finding;
  next.pending.reset();
  result.transition = std::move(transition);
}

// The tenant that answered, as far as the probe says.
const Finding* answering(const Observation& observation) {
  if (observation.stranger)
    return &*observation.stranger;
  return observation.finding && observation.finding->found ? &*observation.finding : nullptr;
}

// A transition of who answers to the pinned name, where the finding stays.
Transition pin_transition(const TenantState& state, const Pending& sighting,
                          const Observation& observation) {
  return {.generation = state.generation + 1,
          .changes = {},
          .previous = state.confirmed(),
          .current = state.confirmed().value_or(Finding{}),
          .first_seen = sighting.first_seen,
          .confirmed = observation.time,
          .confirmations = sighting.sightings,
          .evidence = observation.evidence,
          .damaged = state.lost(),
          .only_pin = true};
}

// "Not found" says nothing of who the name belongs to, but it interrupts.
void follow_pin(const TenantState& state, const Observation& observation, const Policy& policy,
                Advance& result) {
  TenantState& next = result.state;
  const Finding* const answers = answering(observation);
  if (!answers) {
    if (observation.finding)
      next.pin_pending.reset();
    return;
  }
  const bool met = answers->tenant_id == *policy.pin;
  if (met ? !state.stranger : state.stranger && same_tenant(*state.stranger, *answers)) {
    next.pin_pending.reset();
    return;
  }
  Pending sighting = sighted(*answers, observation.time, state.pin_pending, same_tenant);
  if (sighting.sightings < policy.confirmations) {
    next.pin_pending = std::move(sighting);
    return;
  }

  if (!result.transition) {
    result.transition = pin_transition(state, sighting, observation);
    next.generation = result.transition->generation;
    next.found = next.found || !state.seen();  // nothing is confirmed
  }
  next.pin_pending.reset();
  next.stranger.reset();
  if (!met)
    next.stranger =
        Finding{.found = true, .cloud = answers->cloud, .tenant_id = answers->tenant_id};
  const Word cloud = next.known ? next.known->cloud : Word();
  result.transition->pin =
      PinChange{.answers = std::move(sighting.finding),
                .met = met,
                .lost = !met && state.known && state.known->tenant_id == *policy.pin,
                .expected = identity({.found = true, .cloud = cloud, .tenant_id = *policy.pin})};
}

}  // namespace

std::string_view to_string(Field field) {
  switch (field) {
    case Field::region_scope:
      return "region_scope";
    case Field::sub_scope:
      return "sub_scope";
    case Field::b2b_capability:
      return "b2b_capability";
    case Field::identity:
      return "identity";
    case Field::presence:
      return "presence";
  }
  return "";
}

void ChangeTimes::set(Field field, WallTime time) {
  if (!times_)
    times_ = Times{};
  (*times_)[std::size_t(field)] = time;
}

const ChangeTimes::Times& ChangeTimes::all() const {
  static const Times none;
  return times_ ? *times_ : none;
}

TenantState lost_state(std::uint64_t generation) {
  return {.generation = generation, .found = true};
}

std::optional<Finding> TenantState::confirmed() const {
  if (!seen())
    return std::nullopt;
  return found ? known : Finding{};
}

std::optional<WallTime> TenantState::confirmed_seen() const {
  return pending ? pending->before : last_success;
}

Advance advance(const TenantState& state, const Observation& observation, const Policy& policy) {
  Advance result{.state = state, .transition = {}};
  if (observation.finding)
    follow_finding(state, observation, policy, result);
  if (policy.pin)
    follow_pin(state, observation, policy, result);
  else if (result.transition)
    result.state.stranger.reset();
  return result;
}

void hold(TenantState& state, const Transition& transition) {
  const int sightings = transition.confirmations - 1;
  const std::optional<WallTime> before = state.confirmed_seen();
  if (transition.pin)
    state.pin_pending = Pending{transition.pin->answers, sightings, transition.first_seen, {}};
  if (!transition.pin || transition.pin->met)
    state.last_success = transition.confirmed;
  if (!transition.only_pin && !transition.baseline())
    state.pending = Pending{transition.current, sightings, transition.first_seen, before};
}

void adopt(TenantState& state, TenantState stored) {
  const std::optional<WallTime> heard = state.last_success;
  state = std::move(stored);
  state.forget_pending();
  if (heard)
    state.last_success = heard;
}

}  // namespace tenantscope
