#include "core/backoff.hpp"

#include <algorithm>

namespace tenantscope {
namespace {

Duration at_least(Duration pause, std::optional<Duration> retry_after) {
  return std::max(pause, std::min(retry_after.value_or(pause), Backoff::longest_retry_after));
}

}  // namespace

Duration Backoff::failed(double chance, std::optional<Duration> retry_after) {
  const Duration whole = std::min(longest, shortest * (1 << std::min(failures_, 16)));
  ++failures_;
  const Duration half = std::max(shortest, whole / 2);
  return at_least(half + std::chrono::duration_cast<Duration>((whole - half) * chance), retry_after);
}

Duration slow_pause(std::optional<Duration> retry_after) { return at_least(Backoff::longest, retry_after); }

}  // namespace tenantscope
