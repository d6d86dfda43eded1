#include "domain/expectation.hpp"

#include <fmt/format.h>

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

std::optional<bool> pin_met(const std::optional<Guid>& pin, const TenantState& state) {
  if (!pin)
    return std::nullopt;
  if (state.stranger && state.stranger->tenant_id != *pin)
    return false;
  return state.known && state.known->tenant_id == *pin ? std::optional(true) : std::nullopt;
}

std::optional<std::string> pin_limit(const std::optional<Guid>& pin, const TenantState& state) {
  if (pin_met(pin, state) != false)
    return std::nullopt;
  const std::string stranger = identity(*state.stranger);
  if (!state.known)
    return fmt::format("The pinned tenant has never answered to this name; {} does.", stranger);
  if (state.known->tenant_id == *pin)
    return fmt::format(
        "This is the verdict of the pinned tenant, which doesn't answer now: {} answers to this "
        "name.",
        stranger);
  return fmt::format(
      "This is the verdict of {}, which was confirmed before it was pinned otherwise: the pinned "
      "tenant has "
      "never answered to this name; {} does.",
      identity(*state.known), stranger);
}

std::vector<ExpectationChange> expectation_changes(const Expectation& expect,
                                                   const Transition& transition, RuleSet rules) {
  const Finding* before = transition.previous ? &*transition.previous : nullptr;
  const Finding* now = &transition.current;
  std::vector<ExpectationChange> changes;
  if (const auto& pin = transition.pin)
    changes.push_back(
        {pin_expectation, pin->expected, identity(pin->answers), pin->met, pin->lost});
  if (transition.only_pin)
    return changes;
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
