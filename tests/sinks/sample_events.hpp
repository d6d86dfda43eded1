// Events as the ledger hands them to sinks.
#pragma once

#include <fmt/format.h>

#include "domain/event.hpp"
#include "formats/json.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

inline const WallTime sample_time = *parse_rfc3339("2026-11-23T10:00:00Z");

// agencyN.example, whose region scope changed from USG to USGov, as the N-th event.
inline JournalEntry sample_event(std::uint64_t sequence) {
  Finding before{.found = true,
                 .cloud = "usgov",
                 .tenant_id = *parse_guid("aaaaaaaa-0000-4000-8000-00000000000a"),
                 .region_scope = "USG"};
  Finding after = before;
  after.region_scope = "USGov";
  const Transition transition{.generation = 2,
                              .changes = {{Field::region_scope, "USG", "USGov"}},
                              .previous = before,
                              .current = after,
                              .first_seen = sample_time,
                              .confirmed = sample_time};
  const TenantKey tenant{.asked = "global", .name = fmt::format("agency{}.example", sequence)};
  const ChangeEvent event = make_events(tenant, transition, {}, {}).front();
  const Guid id = name_based_guid(Guid(), tenant.name);
  return {.sequence = sequence,
          .id = to_string(id),
          .kind = event.kind,
          .tenant = tenant,
          .time = sample_time,
          .event = cloud_event(event, id, sequence, "tenantscope")};
}

inline std::vector<JournalEntry> sample_events(std::size_t count) {
  std::vector<JournalEntry> events;
  for (std::size_t i = 1; i <= count; ++i)
    events.push_back(sample_event(i));
  return events;
}

}  // namespace tenantscope
