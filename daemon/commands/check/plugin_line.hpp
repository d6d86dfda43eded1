// What `check` prints, as the Monitoring Plugins guidelines want it: a line of less than 80
// characters, its performance data, and with -v lines below. Printable ASCII without `|`, whatever
// the names and documents bring.
#pragma once

#include <string>
#include <string_view>

#include "commands/check/service_check.hpp"

namespace tenantscope {

// Verbosity 1 adds the verdict, 2 the finding, 3 the evidence.
std::string plugin_output(const ServiceCheck& check, const ServiceLimits& limits, int verbosity);

// Where it didn't come to a check at all; what the line has no room for comes below it.
std::string plugin_unknown(std::string_view why);

}  // namespace tenantscope
