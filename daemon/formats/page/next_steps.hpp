// What to do about a tenant, by what is known of it: for people who haven't read the documentation.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "domain/watch.hpp"
#include "formats/page/tenant_marks.hpp"

namespace tenantscope {

struct NextStep {
  std::string text;  // one sentence or two
  std::string path;  // of a page that helps, relative to the root; "": there is none
};

// The most urgent first; never empty.
std::vector<NextStep> next_steps(const Watch& watch, RuleSet rules, WallTime now);

}  // namespace tenantscope
