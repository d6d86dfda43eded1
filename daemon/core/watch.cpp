#include "core/watch.hpp"

namespace tenantscope {

std::optional<bool> region_scope_met(const Watch& watch) {
  const auto& expected = watch.settings.expect.region_scope;
  const auto confirmed = watch.state.confirmed();
  if (!expected || !confirmed) return std::nullopt;
  return confirmed->found && normalized(confirmed->region_scope) == normalized(*expected);
}

std::optional<bool> b2b_met(const Watch& watch, RuleSet rules) {
  const auto& expected = watch.settings.expect.b2b;
  const auto confirmed = watch.state.confirmed();
  if (!expected || !confirmed) return std::nullopt;
  return capability(&*confirmed, rules) == *expected;
}

bool stale(const Watch& watch, WallTime now) {
  return now - watch.state.last_success.value_or(watch.status.watched_since) > watch.settings.probe.stale_after;
}

}  // namespace tenantscope
