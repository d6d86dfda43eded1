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

struct ExpectationChange {
  std::string_view expectation;  // "region_scope" or "b2b"
  std::string expected;
  std::string actual;  // "" for a region scope that isn't there
  bool met = false;
};

// The expectations that a transition meets otherwise than before; of a baseline, those that it
// doesn't meet.
std::vector<ExpectationChange> expectation_changes(const Expectation& expect,
                                                   const Transition& transition, RuleSet rules);

}  // namespace tenantscope
