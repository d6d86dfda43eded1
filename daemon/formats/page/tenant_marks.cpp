#include "formats/page/tenant_marks.hpp"

#include "domain/expectation.hpp"

namespace tenantscope {
namespace {

bool unmet(const Watch& watch, const Finding* known, RuleSet rules) {
  const TenantSettings& settings = *watch.settings;
  return b2b_met(settings.expect, known, rules) == false ||
         region_scope_met(settings.expect, known) == false ||
         pin_met(settings.tenant_id, watch.state) == false;
}

}  // namespace

std::string_view to_string(TenantMark mark) {
  constexpr std::array<std::string_view, tenant_marks.size()> names{
      "supported", "not_supported", "unknown", "failing", "pending", "stale", "unmet", "vanished"};
  return names[std::size_t(mark)];
}

TenantMarks marks_of(const Watch& watch, RuleSet rules, WallTime now) {
  const auto finding = watch.state.confirmed();
  const Finding* const known = finding ? &*finding : nullptr;
  const B2b state = capability(known, rules);
  TenantMarks marks;
  marks.set(TenantMark::supported, state == B2b::supported);
  marks.set(TenantMark::not_supported, state == B2b::not_supported);
  marks.set(TenantMark::unknown, state == B2b::unknown);
  marks.set(TenantMark::failing, watch.status.failure.has_value());
  marks.set(TenantMark::pending, watch.state.awaits_confirmation());
  marks.set(TenantMark::stale, stale(watch, now));
  marks.set(TenantMark::unmet, unmet(watch, known, rules));
  marks.set(TenantMark::vanished,
            !watch.state.found && watch.state.known && watch.state.known->found);
  return marks;
}

}  // namespace tenantscope
