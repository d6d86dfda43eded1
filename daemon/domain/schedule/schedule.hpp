// When a tenant is due: pure functions that give the next date.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "domain/settings.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {

// A tenant's own place within its interval, the same in every process: spreads the tenants evenly.
Duration phase_of(const TenantKey& key, Duration interval);

// When to probe again after a probe that began at `began` and ended at `now`:
// a pending change: confirm_interval after it began; `failures` in a row, pending or not: after a
// back-off that doubles from confirm_interval and stays below the interval; otherwise at the
// tenant's next slot (phase modulo interval) that is at least half an interval after it began, so
// that those that failed together don't come together for ever. Never before `now`: a
// tenant that answers more slowly than its interval is asked as often as it answers.
SteadyTime next_due(SteadyTime began, SteadyTime now, const TenantKey& key,
                    const ProbeSettings& probe, bool pending, std::uint64_t failures);

}  // namespace tenantscope
