// What to do about a tenant, by what is known of it: for whoever has never read the documentation.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "domain/tenant_marks.hpp"
#include "domain/watch.hpp"

namespace tenantscope {

struct NextStep {
  std::string text;  // one sentence or two
  std::string path;  // of a page that helps, relative to the root; "": there is none
};

// The most urgent first; never empty.
std::vector<NextStep> next_steps(const Watch& watch, RuleSet rules, WallTime now);

}  // namespace tenantscope
