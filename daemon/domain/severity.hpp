// How much an event matters: the worst of the occasions for it, each as severe as the configuration
// says.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tenantscope {

enum class Severity { info, warning, critical };
inline constexpr std::array severities{Severity::info, Severity::warning, Severity::critical};
std::string_view to_string(Severity severity);

enum class Occasion {
  baseline,
  baseline_damaged,
  identity_changed,
  tenant_vanished,
  tenant_returned,
  region_scope_changed,
  sub_scope_changed,
  b2b_lost,
  b2b_gained,
  expectation_violated,
  expectation_met,
  collaboration_lost,
  collaboration_changed,
  ledger_rewound,
};
inline constexpr std::array occasions{Occasion::baseline,
                                      Occasion::baseline_damaged,
                                      Occasion::identity_changed,
                                      Occasion::tenant_vanished,
                                      Occasion::tenant_returned,
                                      Occasion::region_scope_changed,
                                      Occasion::sub_scope_changed,
                                      Occasion::b2b_lost,
                                      Occasion::b2b_gained,
                                      Occasion::expectation_violated,
                                      Occasion::expectation_met,
                                      Occasion::collaboration_lost,
                                      Occasion::collaboration_changed,
                                      Occasion::ledger_rewound};
std::string_view to_string(Occasion occasion);

class Severities {
 public:
  Severity of(Occasion occasion) const { return by_occasion_[std::size_t(occasion)]; }
  void set(Occasion occasion, Severity severity) { by_occasion_[std::size_t(occasion)] = severity; }

  // The worst; info where there is no occasion.
  Severity of(std::span<const Occasion> all) const;

  bool operator==(const Severities&) const = default;

 private:
  std::array<Severity, occasions.size()> by_occasion_{
      Severity::info,    Severity::warning, Severity::critical, Severity::critical,
      Severity::warning, Severity::warning, Severity::info,     Severity::critical,
      Severity::warning, Severity::warning, Severity::info,     Severity::critical,
      Severity::warning, Severity::warning};
};

}  // namespace tenantscope
