// The operator's declared intent for a tenant, and whether what is confirmed meets it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rare.hpp"
#include "domain/capability.hpp"
#include "domain/finding.hpp"
#include "domain/history.hpp"

namespace tenantscope {

struct Expectation {
  Rare<std::string> region_scope;
  std::optional<B2b> b2b;

  bool operator==(const Expectation&) const = default;
};

// Nothing where that isn't expected, or nothing is known yet (nullptr).
std::optional<bool> region_scope_met(const Expectation& expect, const Finding* confirmed);
std::optional<bool> b2b_met(const Expectation& expect, const Finding* confirmed, RuleSet rules);
// Whether the pinned tenant is the one that is confirmed to answer to the name. A name that isn't
// found says nothing new of that.
std::optional<bool> pin_met(const std::optional<Guid>& pin, const TenantState& state);

// The sentence that says whose the verdict is. Nothing: the pin is met, or nothing is known.
std::optional<std::string> pin_limit(const std::optional<Guid>& pin, const TenantState& state);

inline constexpr std::string_view pin_expectation = "tenant_id";

struct ExpectationChange {
  std::string_view expectation;  // "region_scope", "b2b" or "tenant_id"
  std::string expected;
  std::string actual;  // "" for a region scope that isn't there
  bool met = false;
  bool lost = false;  // a pinned tenant that was confirmed, and doesn't answer now
};

// The expectations that a transition meets otherwise than before; of a baseline, those that it
// doesn't meet.
std::vector<ExpectationChange> expectation_changes(const Expectation& expect,
                                                   const Transition& transition, RuleSet rules);

}  // namespace tenantscope
