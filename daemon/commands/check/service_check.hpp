// What `check` finds out about a tenant, and which of a monitoring system's states that is. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/check/threshold.hpp"
#include "domain/expectation.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {

// The values are the exit codes of a plugin.
enum class PluginState { ok = 0, warning = 1, critical = 2, unknown = 3 };
std::string_view to_string(PluginState state);  // "OK"

// critical, then warning, then unknown, then ok.
PluginState worst(PluginState a, PluginState b);

struct ServiceCheck {
  TenantKey key;
  std::string failure;  // why there is nothing to judge; empty: there is
  Finding finding;      // this and the next two: meaningless with a failure
  Verdict verdict;
  double seconds = 0;                                         // how long the answer took
  std::vector<std::pair<std::string, std::string>> evidence;  // name and value
};

struct ServiceLimits {
  Expectation
      expect;  // empty: B2B has to be supported, and what is unknown isn't wrong but unknown
  std::optional<Range> warning;  // of the seconds
  std::optional<Range> critical;
  double timeout = 10;
};

PluginState time_state(double seconds, const ServiceLimits& limits);
PluginState tenant_state(const ServiceCheck& check, const Expectation& expect);
PluginState plugin_state(const ServiceCheck& check, const ServiceLimits& limits);

// Adds `text` ("supported", "region_scope=USGov") to what is expected; an error says why it can't
// be.
Result<Expectation> add_expectation(Expectation expect, std::string_view text);

}  // namespace tenantscope
