// A probe as text for people: the request, its phases, the answer with its headers and, where it
// may be seen, the beginning of its body, and the verdict with its rule. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/request_trace.hpp"
#include "domain/watch.hpp"

namespace tenantscope {

// `seen`: a tenant of which nothing is known but what the probe saw. `body`: the answer's; nothing:
// who asks may not see it. What comes from outside is on one line and visible here, and without
// what may be a secret.
std::string probe_report(const Watch& seen, const Evidence& evidence, const RequestTrace& trace,
                         RuleSet rules, std::optional<std::string_view> body);

}  // namespace tenantscope
