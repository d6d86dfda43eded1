#include "domain/watch.hpp"

namespace tenantscope {

// A last success that lies a day ahead was stored by a clock that was wrong: when it was, nobody
// knows.
bool stale(const Watch& watch, WallTime now) {
  if (watch.status.asked_elsewhere)
    return false;
  const Duration age = now - watch.state.last_success.value_or(watch.status.watched_since);
  return age > watch.settings->probe.stale_after || age < -std::chrono::hours(24);
}

}  // namespace tenantscope
