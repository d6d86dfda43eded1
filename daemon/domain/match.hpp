// Which events a sink wants. Pure.
#pragma once

#include <vector>

#include "domain/event.hpp"

namespace tenantscope {

// What a match looks at: known of an event before it is written, and read back from the journal.
struct EventTraits {
  EventKind kind = EventKind::baselined;
  Severity severity = Severity::info;
  std::vector<Field> fields;  // that have changed; of a pin, `identity`
};

EventTraits traits_of(const ChangeEvent& event);

// An event has to be among each of these; an empty one is passed by any event. What the ledger says
// of itself has neither fields nor labels, and isn't asked for them: it is of all tenants.
struct Match {
  std::vector<EventKind> types;  // a drill goes wherever the change that it plays would go
  std::vector<Field> fields;     // one of them has to have changed
  std::vector<Severity> severities;
  Labels labels;  // all of them, on the tenant

  bool wants(const EventTraits& event, const Labels& tenant) const;

  bool operator==(const Match&) const = default;
};

}  // namespace tenantscope
