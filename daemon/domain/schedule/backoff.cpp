#include "domain/schedule/backoff.hpp"

#include <algorithm>

namespace tenantscope {

Duration Backoff::obeyed(std::optional<Duration> retry_after) {
  return std::min(retry_after.value_or(Duration::zero()), longest_retry_after);
}

Duration Backoff::failed(double chance, std::optional<Duration> retry_after) {
  const Duration whole = std::min(longest, shortest * (1 << std::min(failures_, 16)));
  ++failures_;
  const Duration half = std::max(shortest, whole / 2);
  return std::max(half + std::chrono::duration_cast<Duration>((whole - half) * chance),
                  obeyed(retry_after));
}

Duration slow_pause(std::optional<Duration> retry_after) {
  return std::max(Backoff::longest, Backoff::obeyed(retry_after));
}

}  // namespace tenantscope
