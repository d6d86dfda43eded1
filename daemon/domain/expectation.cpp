#include "domain/expectation.hpp"

namespace tenantscope {

std::optional<bool> region_scope_met(const Expectation& expect, const Finding* confirmed) {
  if (!expect.region_scope || !confirmed)
    return std::nullopt;
  return confirmed->found &&
         normalized(confirmed->region_scope) == normalized(*expect.region_scope);
}

std::optional<bool> b2b_met(const Expectation& expect, const Finding* confirmed, RuleSet rules) {
  if (!expect.b2b || !confirmed)
    return std::nullopt;
  return capability(confirmed, rules) == *expect.b2b;
}

std::vector<ExpectationChange> expectation_changes(const Expectation& expect,
                                                   const Transition& transition, RuleSet rules) {
  const Finding* before = transition.previous ? &*transition.previous : nullptr;
  const Finding* now = &transition.current;
  std::vector<ExpectationChange> changes;
  if (const auto met = region_scope_met(expect, now);
      met && *met != region_scope_met(expect, before).value_or(true))
    changes.push_back({"region_scope", *expect.region_scope, now->region_scope, *met});
  if (const auto met = b2b_met(expect, now, rules);
      met && *met != b2b_met(expect, before, rules).value_or(true))
    changes.push_back({"b2b", std::string(to_string(*expect.b2b)),
                       std::string(to_string(capability(now, rules))), *met});
  return changes;
}

}  // namespace tenantscope
