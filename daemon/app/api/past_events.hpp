// The journal from its end, for people who look for an event: newest first, by what they say of it,
// a page at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "app/table.hpp"
#include "base/time.hpp"
#include "domain/event.hpp"
#include "storage/ledger.hpp"
#include "web/server.hpp"

namespace tenantscope {

// What an event has to be; what is empty is passed by any.
struct EventFilter {
  std::optional<TenantKey> tenant = {};
  std::vector<EventKind> types = {};
  std::vector<Severity> severities = {};
  std::optional<WallTime> since = {};
  std::optional<WallTime> until = {};
};

// ?tenant=NAME[@CLOUD] [&cloud=] &type= &severity= &since= &until=. Several types or severities are
// apart by commas; a type is written as in an event, or short, such as `changed`; a time as RFC
// 3339, as a day such as 2026-11-23 (in UTC; until its end), or as a duration such as 7d, ago. What
// is empty counts as not given, as forms send it. Throws RefusedRequest.
EventFilter event_filter(const Table& table, const WebRequest& request, WallTime now);

struct PastEvents {
  std::vector<JournalEntry> events;  // newest first
  std::optional<std::uint64_t>
      next;  // older ones have smaller numbers than this; nothing: none are
};

inline constexpr std::uint64_t from_the_end = std::numeric_limits<std::uint64_t>::max();
inline constexpr std::size_t most_looked_at = 10'000;  // events, for one page

// `limit` events that the table shows already, with sequence < before; fewer, with a `next`, where
// most_looked_at events were looked at, or at the deadline. At least one block is always read.
// Error: the storage can't be read.
Result<PastEvents> past_events(const Table& table, Journal& journal, const EventFilter& filter,
                               std::uint64_t before, std::size_t limit, SteadyTime deadline);

}  // namespace tenantscope
