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
  if (!observation.finding)
    return result;
  const Finding& finding = *observation.finding;
  TenantState& next = result.state;
  next.last_success = observation.time;

  const auto previous = state.confirmed();
  if (previous && equivalent(*previous, finding)) {
    next.pending.reset();
    return result;
  }

  Pending sighting{finding, 1, observation.time, state.confirmed_seen()};
  if (state.pending && equivalent(state.pending->finding, finding)) {
    sighting.sightings = state.pending->sightings + 1;
    sighting.first_seen = state.pending->first_seen;
  }
  if (previous && sighting.sightings < policy.confirmations) {
    next.pending = std::move(sighting);
    return result;
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
      .damaged = !previous && state.generation > 0};
  for (const Change& change : transition.changes)
    next.last_change.set(change.field, transition.confirmed);
  next.generation = transition.generation;
  next.found = finding.found;
  if (finding.found)
    next.known = finding;
  next.pending.reset();
  result.transition = std::move(transition);
  return result;
}

void hold(TenantState& state, const Transition& transition) {
  const std::optional<WallTime> before = state.confirmed_seen();
  state.last_success = transition.confirmed;
  if (transition.baseline())
    return;
  state.pending =
      Pending{transition.current, transition.confirmations - 1, transition.first_seen, before};
}

}  // namespace tenantscope
