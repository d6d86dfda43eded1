// What the daemon's own instruments say is wrong with it, in words for people. Pure.
#pragma once

#include <prometheus/metric_family.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace tenantscope {

struct Problem {
  std::string_view part;  // authority, configuration, log, sink or storage; a thread, of liveness
  std::string name;       // the cloud's or the sink's; "": there is one only
  std::string text;       // a sentence without its full stop
};

// How often each authority may be asked at most, by the cloud's name: requests per second.
using Ceilings = std::map<std::string, double>;

// Of the families that Instruments::collect() gives, in their order, and of the authorities that
// are asked less often than their ceilings say.
std::vector<Problem> problems_in(const std::vector<prometheus::MetricFamily>& families,
                                 WallTime now, const Ceilings& ceilings = {});

}  // namespace tenantscope
