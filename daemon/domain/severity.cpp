#include "domain/severity.hpp"

#include <algorithm>

namespace tenantscope {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::critical:
      return "critical";
  }
  return "";
}

std::string_view to_string(Occasion occasion) {
  switch (occasion) {
    case Occasion::baseline:
      return "baseline";
    case Occasion::baseline_damaged:
      return "baseline_damaged";
    case Occasion::identity_changed:
      return "identity_changed";
    case Occasion::tenant_vanished:
      return "tenant_vanished";
    case Occasion::tenant_returned:
      return "tenant_returned";
    case Occasion::region_scope_changed:
      return "region_scope_changed";
    case Occasion::sub_scope_changed:
      return "sub_scope_changed";
    case Occasion::b2b_lost:
      return "b2b_lost";
    case Occasion::b2b_gained:
      return "b2b_gained";
    case Occasion::expectation_violated:
      return "expectation_violated";
    case Occasion::expectation_met:
      return "expectation_met";
    case Occasion::collaboration_lost:
      return "collaboration_lost";
    case Occasion::collaboration_changed:
      return "collaboration_changed";
    case Occasion::ledger_rewound:
      return "ledger_rewound";
  }
  return "";
}

Severity Severities::of(std::span<const Occasion> all) const {
  Severity worst = Severity::info;
  for (const Occasion occasion : all)
    worst = std::max(worst, of(occasion));
  return worst;
}

}  // namespace tenantscope
