// The families of series that each tenant has, in the order in which they are shown. Pure.
#pragma once

#include <span>
#include <string_view>

#include "core/watch.hpp"
#include "view/metric_text.hpp"

namespace tenantscope {

// By which rules tenants are judged, and when they are looked at.
struct Viewpoint {
  RuleSet rules = RuleSet::docs_2025;
  WallTime now;
};

struct TenantFamily {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  bool of_probe;  // also shown of one probe outside the schedule
  bool steady;    // mostly the same as at the last scrape
  void (*write)(MetricText& out, std::string_view name, const Watch& watch, const Viewpoint& from);  // its series: any number, or none
};

std::span<const TenantFamily> tenant_families();

}  // namespace tenantscope
