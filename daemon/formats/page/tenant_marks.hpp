// What is to be said of a tenant at a glance: its verdict, and what is the matter with it. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "domain/watch.hpp"

namespace tenantscope {

enum class TenantMark : std::size_t {
  supported,
  not_supported,
  unknown,
  failing,   // the last probe gave no valid answer
  pending,   // a change awaits confirmation
  stale,     // nothing was heard of it for longer than its `stale_after`
  unmet,     // it isn't as the configuration expects it
  vanished,  // it was found once, and no such tenant is found any more
};
inline constexpr std::array tenant_marks{
    TenantMark::supported, TenantMark::not_supported, TenantMark::unknown, TenantMark::failing,
    TenantMark::pending,   TenantMark::stale,         TenantMark::unmet,   TenantMark::vanished};
std::string_view to_string(TenantMark mark);

class TenantMarks {
 public:
  void set(TenantMark mark, bool value) { has_[std::size_t(mark)] = value; }
  bool has(TenantMark mark) const { return has_[std::size_t(mark)]; }
  // Somebody should look at it. That B2B doesn't work there is no reason: it may well be so.
  bool needs_look() const {
    return has(TenantMark::failing) || has(TenantMark::stale) || has(TenantMark::unmet) ||
           has(TenantMark::pending) || has(TenantMark::vanished);
  }

  bool operator==(const TenantMarks&) const = default;

 private:
  std::array<bool, tenant_marks.size()> has_{};
};

TenantMarks marks_of(const Watch& watch, RuleSet rules, WallTime now);

}  // namespace tenantscope
