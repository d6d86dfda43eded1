#include "domain/schedule/schedule.hpp"

#include <algorithm>

#include "base/stable_hash.hpp"

namespace tenantscope {

Duration phase_of(const TenantKey& key, Duration interval) {
  return Duration(std::int64_t(stable_hash(key.name, stable_hash(key.asked)) %
                               std::uint64_t(interval.count())));
}

SteadyTime next_due(SteadyTime began, SteadyTime now, const TenantKey& key,
                    const ProbeSettings& probe, bool pending, std::uint64_t failures) {
  if (pending && failures == 0)
    return std::max(now, began + probe.confirm_interval);
  if (failures > 0) {
    const auto doublings = std::min<std::uint64_t>(failures - 1, 20);
    const Duration wait =
        std::min(probe.confirm_interval, probe.interval) * (std::int64_t(1) << doublings);
    if (wait < probe.interval)
      return now + wait;
  }
  const Duration phase = phase_of(key, probe.interval);
  const auto earliest =
      std::chrono::ceil<Duration>((began + probe.interval / 2).time_since_epoch());
  const auto cycles = (earliest - phase + probe.interval - Duration(1)) / probe.interval;
  return std::max(now, SteadyTime(phase + cycles * probe.interval));
}

}  // namespace tenantscope
