#include "commands/check/service_check.hpp"

#include <fmt/format.h>

namespace tenantscope {
namespace {

int weight(PluginState state) {
  switch (state) {
    case PluginState::ok:
      return 0;
    case PluginState::unknown:
      return 1;
    case PluginState::warning:
      return 2;
    case PluginState::critical:
      return 3;
  }
  return 0;
}

Error twice(std::string_view what) {
  return {ErrorKind::other, fmt::format("{} is expected to be two things", what)};
}

}  // namespace

std::string_view to_string(PluginState state) {
  switch (state) {
    case PluginState::ok:
      return "OK";
    case PluginState::warning:
      return "WARNING";
    case PluginState::critical:
      return "CRITICAL";
    case PluginState::unknown:
      return "UNKNOWN";
  }
  return "";
}

PluginState worst(PluginState a, PluginState b) { return weight(a) < weight(b) ? b : a; }

PluginState time_state(double seconds, const ServiceLimits& limits) {
  if (limits.critical && limits.critical->alerts(seconds))
    return PluginState::critical;
  return limits.warning && limits.warning->alerts(seconds) ? PluginState::warning : PluginState::ok;
}

PluginState tenant_state(const ServiceCheck& check, const Expectation& expect) {
  if (!check.failure.empty())
    return PluginState::unknown;
  if (expect.b2b || expect.region_scope) {
    const bool b2b = !expect.b2b || check.verdict.state == *expect.b2b;
    return b2b && region_scope_met(expect, &check.finding).value_or(true) ? PluginState::ok
                                                                          : PluginState::critical;
  }
  switch (check.verdict.state) {
    case B2b::supported:
      return PluginState::ok;
    case B2b::not_supported:
      return PluginState::critical;
    case B2b::unknown:
      return PluginState::unknown;
  }
  return PluginState::unknown;
}

PluginState plugin_state(const ServiceCheck& check, const ServiceLimits& limits) {
  const PluginState state = tenant_state(check, limits.expect);
  return check.failure.empty() ? worst(state, time_state(check.seconds, limits)) : state;
}

Result<Expectation> add_expectation(Expectation expect, std::string_view text) {
  constexpr std::string_view scope = "region_scope=";
  if (text.starts_with(scope)) {
    text.remove_prefix(scope.size());
    if (expect.region_scope && normalized(*expect.region_scope) != normalized(text))
      return twice("the region scope");
    expect.region_scope = std::string(text);
    return expect;
  }
  const auto b2b = parse_b2b(text);
  if (!b2b)
    return Error{ErrorKind::other,
                 "supported, not_supported, unknown or region_scope=VALUE can be expected"};
  if (expect.b2b && expect.b2b != b2b)
    return twice("B2B");
  expect.b2b = b2b;
  return expect;
}

}  // namespace tenantscope
