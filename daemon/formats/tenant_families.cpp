#include "formats/tenant_families.hpp"

#include "domain/environment.hpp"

namespace tenantscope {
namespace {

MetricText& begin(MetricText& out, std::string_view name, const TenantView& tenant) {
  return out.raw(name).raw("{").raw(tenant.labels);
}

MetricText& label(MetricText& out, std::string_view name, std::string_view value) {
  return out.raw(",").label(name, value);
}

template <class Value>
void end(MetricText& out, Value value) {
  out.raw("} ").number(value).raw("\n");
}

template <class Value>
void sample(MetricText& out, std::string_view name, const TenantView& tenant, Value value) {
  begin(out, name, tenant);
  end(out, value);
}

// As TenantState::confirmed(), without a copy.
const Finding* confirmed_of(const Watch& watch) {
  static const Finding not_found;
  if (!watch.state.seen())
    return nullptr;
  return watch.state.found ? &*watch.state.known : &not_found;
}

void info(MetricText& out, std::string_view name, const TenantView& tenant) {
  const Watch& watch = tenant.watch;
  if (!watch.state.seen())
    return;
  const auto& known = watch.state.known;
  begin(out, name, tenant);
  label(out, "cloud", known ? std::string_view(known->cloud) : "");
  label(out, "environment", to_string(environment_of(known ? &*known : nullptr)));
  label(out, "tenant_id", known ? to_string(known->tenant_id) : "");
  for (const auto& [label_name, value] : watch.settings->labels)
    out.raw(",").named_label(label_name, value);
  end(out, true);
}

void region_scope(MetricText& out, std::string_view name, const TenantView& tenant) {
  const Watch& watch = tenant.watch;
  if (!watch.state.seen() || !watch.state.found)
    return;
  begin(out, name, tenant);
  label(out, "scope", watch.state.known->region_scope);
  label(out, "sub_scope", watch.state.known->sub_scope);
  end(out, true);
}

void b2b_capability(MetricText& out, std::string_view name, const TenantView& tenant) {
  const Watch& watch = tenant.watch;
  const B2b holds = shown_capability(watch, tenant.rules);
  for (const B2b state : b2b_states) {
    begin(out, name, tenant).raw(",state=\"").raw(to_string(state)).raw("\"");
    end(out, state == holds);
  }
}

void up(MetricText& out, std::string_view name, const TenantView& tenant) {
  const Watch& watch = tenant.watch;
  if (watch.status.probed)
    sample(out, name, tenant, !watch.status.failure);
}

void found(MetricText& out, std::string_view name, const TenantView& tenant) {
  const Watch& watch = tenant.watch;
  if (watch.state.seen())
    sample(out, name, tenant, watch.state.found);
}

void failure_info(MetricText& out, std::string_view name, const TenantView& tenant) {
  const Watch& watch = tenant.watch;
  if (!watch.status.failure)
    return;
  begin(out, name, tenant).raw(",reason=\"").raw(to_string(*watch.status.failure)).raw("\"");
  end(out, true);
}

void probe_duration(MetricText& out, std::string_view name, const TenantView& tenant) {
  const Watch& watch = tenant.watch;
  if (watch.status.probed)
    sample(out, name, tenant, watch.status.duration.count());
}

void expectation_met(MetricText& out, std::string_view name, const TenantView& tenant) {
  const Watch& watch = tenant.watch;
  const auto expectation = [&](std::string_view which, std::optional<bool> met) {
    if (!met)
      return;
    begin(out, name, tenant).raw(",expectation=\"").raw(which).raw("\"");
    end(out, *met);
  };
  const Expectation& expect = watch.settings->expect;
  if (expect.b2b)
    expectation("b2b", b2b_met(expect, confirmed_of(watch), tenant.rules));
  if (expect.region_scope)
    expectation("region_scope", region_scope_met(expect, confirmed_of(watch)));
  if (watch.settings->tenant_id)
    expectation(pin_expectation, pin_met(watch.settings->tenant_id, watch.state));
}

void answering_info(MetricText& out, std::string_view name, const TenantView& tenant) {
  const TenantState& state = tenant.watch.state;
  const auto& pin = tenant.watch.settings->tenant_id;
  if (!state.stranger || pin_met(pin, state) != false)
    return;
  const bool lost = state.known && state.known->tenant_id == *pin;
  begin(out, name, tenant);
  label(out, "cloud", state.stranger->cloud);
  label(out, "tenant_id", to_string(state.stranger->tenant_id));
  out.raw(lost ? ",pin=\"lost\"" : ",pin=\"never_met\"");
  end(out, true);
}

void last_success(MetricText& out, std::string_view name, const TenantView& tenant) {
  const Watch& watch = tenant.watch;
  if (watch.state.last_success)
    sample(out, name, tenant, unix_seconds(*watch.state.last_success));
}

void last_change(MetricText& out, std::string_view name, const TenantView& tenant) {
  const Watch& watch = tenant.watch;
  for (const Field field : change_fields) {
    const auto& changed = watch.state.last_change[std::size_t(field)];
    if (!changed)
      continue;
    begin(out, name, tenant).raw(",field=\"").raw(to_string(field)).raw("\"");
    end(out, unix_seconds(*changed));
  }
}

void b2b_capability_left(MetricText& out, std::string_view name, const TenantView& tenant) {
  const TenantState& state = tenant.watch.state;
  const auto& changed = state.last_change[std::size_t(Field::b2b_capability)];
  if (!changed || !state.b2b_before)
    return;
  begin(out, name, tenant).raw(",state=\"").raw(to_string(*state.b2b_before)).raw("\"");
  end(out, unix_seconds(*changed));
}

void change_pending(MetricText& out, std::string_view name, const TenantView& tenant) {
  const Watch& watch = tenant.watch;
  if (!watch.status.asked_elsewhere)
    sample(out, name, tenant, watch.state.awaits_confirmation());
}

void is_stale(MetricText& out, std::string_view name, const TenantView& tenant) {
  if (!tenant.watch.status.asked_elsewhere)
    sample(out, name, tenant, stale(tenant.watch, tenant.now));
}

void probe_failures(MetricText& out, std::string_view name, const TenantView& tenant) {
  if (!tenant.watch.status.asked_elsewhere)
    sample(out, name, tenant, tenant.watch.status.failures);
}

constexpr TenantFamily families[]{
    {"tenantscope_tenant_info", "gauge",
     "1; the cloud, the environment (what people call the place: Commercial, GCC High, ...) and "
     "the "
     "tenant ID that the document shows, and the configured labels.",
     true, true, info},
    {"tenantscope_tenant_region_scope", "gauge",
     "1; the confirmed tenant_region_scope and tenant_region_sub_scope as the document shows them.",
     true, true, region_scope},
    {"tenantscope_tenant_b2b_capability", "gauge",
     "1 for the state that holds of B2B collaboration with this tenant, 0 for the others.", true,
     true, b2b_capability},
    {"tenantscope_tenant_up", "gauge",
     "1: the last probe gave a valid answer; \"no such tenant\" is one.", true, true, up},
    {"tenantscope_tenant_found", "gauge",
     "1: the tenant exists in the cloud that is asked (confirmed); 0: it doesn't.", true, true,
     found},
    {"tenantscope_tenant_failure_info", "gauge", "1; why the last probe failed. Only while it did.",
     true, true, failure_info},
    {"tenantscope_tenant_probe_duration_seconds", "gauge", "How long the last probe took.", true,
     false, probe_duration},
    {"tenantscope_tenant_expectation_met", "gauge",
     "1: the tenant is as the configuration expects it; 0: it isn't.", true, true, expectation_met},
    {"tenantscope_tenant_answering_info", "gauge",
     "1; the tenant that answers to the name instead of the pinned one, which answered before "
     "(lost) or never did (never_met). Only while another one is confirmed to.",
     false, true, answering_info},
    {"tenantscope_tenant_last_success_timestamp_seconds", "gauge",
     "When a probe gave a valid answer last.", false, false, last_success},
    {"tenantscope_tenant_last_change_timestamp_seconds", "gauge",
     "When a change of this field was confirmed last. Only for fields that have changed.", false,
     true, last_change},
    {"tenantscope_tenant_b2b_capability_left_timestamp_seconds", "gauge",
     "When the last change of the B2B capability was confirmed, by the state that it went from. "
     "Only where that is known.",
     false, true, b2b_capability_left},
    {"tenantscope_tenant_change_pending", "gauge", "1 while a change awaits its confirmation.",
     false, true, change_pending},
    {"tenantscope_tenant_stale", "gauge",
     "1 once nothing was heard of the tenant for longer than `stale_after`.", false, true,
     is_stale},
    {"tenantscope_tenant_probe_failures_total", "counter", "Probes that failed.", false, true,
     probe_failures},
};

}  // namespace

std::span<const TenantFamily> tenant_families() { return families; }

B2b shown_capability(const Watch& watch, RuleSet rules) {
  return capability(confirmed_of(watch), rules);
}

}  // namespace tenantscope
