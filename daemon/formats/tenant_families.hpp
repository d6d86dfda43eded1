// The families of series that each tenant has, in the order in which they are shown. Pure.
#pragma once

#include <span>
#include <string_view>

#include "domain/watch.hpp"
#include "formats/metric_text.hpp"

namespace tenantscope {

// A tenant as it is looked at.
struct TenantView {
  const Watch& watch;
  std::string_view labels;  // as write_labels() has them
  RuleSet rules = default_rules;
  WallTime now;
};

struct TenantFamily {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  bool of_probe;  // also shown of one probe outside the schedule
  bool steady;    // mostly the same as at the last scrape
  void (*write)(MetricText& out, std::string_view name,
                const TenantView& tenant);  // its series: any number, or none
};

std::span<const TenantFamily> tenant_families();

// The state that its family shows as 1.
B2b shown_capability(const Watch& watch, RuleSet rules);

}  // namespace tenantscope
