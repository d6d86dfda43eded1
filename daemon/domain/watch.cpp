#include "domain/watch.hpp"

namespace tenantscope {

bool stale(const Watch& watch, WallTime now) {
  return now - watch.state.last_success.value_or(watch.status.watched_since) >
         watch.settings->probe.stale_after;
}

}  // namespace tenantscope
