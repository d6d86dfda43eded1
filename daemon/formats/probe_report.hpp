// A probe as text for people: the request, its phases, the answer's headers, and the verdict with
// its rule. Pure.
#pragma once

#include <string>

#include "base/request_trace.hpp"
#include "domain/watch.hpp"

namespace tenantscope {

// `seen`: a tenant of which nothing is known but what the probe saw. What comes from outside is
// printable ASCII here.
std::string probe_report(const Watch& seen, const Evidence& evidence, const RequestTrace& trace,
                         RuleSet rules);

}  // namespace tenantscope
