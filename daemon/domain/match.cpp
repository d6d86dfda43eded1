#include "domain/match.hpp"

#include <algorithm>

namespace tenantscope {

EventTraits traits_of(const ChangeEvent& event) {
  EventTraits traits{.kind = event.kind, .severity = event.severity, .fields = {}};
  for (const Change& change : event.transition.changes)
    traits.fields.push_back(change.field);
  for (const ExpectationChange& change : event.expectations)
    if (change.expectation == pin_expectation)
      traits.fields.push_back(Field::identity);
  return traits;
}

bool Match::wants(const EventTraits& event, const Labels& tenant) const {
  const auto listed = [](const auto& list, const auto& value) {
    return list.empty() || std::ranges::find(list, value) != list.end();
  };
  const bool plays_a_change = event.kind == EventKind::drill && listed(types, EventKind::changed);
  if (!(listed(types, event.kind) || plays_a_change) || !listed(severities, event.severity))
    return false;
  if (event.kind == EventKind::ledger_rewound)
    return true;
  return (fields.empty() ||
          std::ranges::any_of(event.fields, [&](Field field) { return listed(fields, field); })) &&
         std::ranges::all_of(labels, [&](const auto& label) {
           const auto own = tenant.find(label.first);
           return own != tenant.end() && own->second == label.second;
         });
}

}  // namespace tenantscope
