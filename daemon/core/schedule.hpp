// When which tenant is due: a heap of (due, index), and the pure functions that give the next due time.
// A waiting tenant costs one heap entry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <queue>
#include <string_view>
#include <vector>

#include "core/history.hpp"
#include "core/settings.hpp"
#include "core/tenant.hpp"

namespace tenantscope {

// A tenant's own place within its interval, the same in every process: spreads the tenants evenly.
Duration phase_of(const TenantKey& key, Duration interval);

// When to probe again after a probe that ended at `now`:
// a pending change: after confirm_interval; `failures` in a row: after a back-off that doubles up to the interval;
// otherwise at the tenant's next slot (phase modulo interval) that is at least half an interval away.
SteadyTime next_due(SteadyTime now, const TenantKey& key, const ProbeSettings& probe, bool pending, std::uint64_t failures);

struct Due {
  SteadyTime time;
  std::uint64_t tenant = 0;  // the scheduler's number of the tenant

  bool operator>(const Due& other) const { return time > other.time; }
};

using DueHeap = std::priority_queue<Due, std::vector<Due>, std::greater<>>;

}  // namespace tenantscope
