// What a rehearsal plays: tenants as the authority shows them, what happens to them at which time,
// and faults. Plain data. Read from YAML for `simulate --scenario`; the control API's bodies (JSON,
// a part of YAML) have the same keys and the same reader.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.hpp"
#include "base/time.hpp"
#include "config/yaml_tree.hpp"

namespace tenantscope::simulator {

enum class FaultKind {
  none,
  throttle,
  status,
  slow,
  hang,
  cut,
  reset,
  html,
  redirect,
  encoding,
  large,
  bad_json,
  wrong_tenant
};
std::string_view to_string(FaultKind kind);

struct Fault {
  FaultKind kind = FaultKind::none;
  int status = 503;                     // status
  bool empty = false;                   // status: no body
  std::optional<Duration> retry_after;  // throttle, status
  bool retry_after_as_date = false;
  Duration delay = std::chrono::seconds(5);               // slow
  std::string location = "http://captive.example/login";  // redirect
  std::optional<std::uint64_t> count;                     // answers, then it ends
  std::optional<Duration> lasts;                          // time, then it ends
};

// A key of the document that may be left out, null or text.
struct Scope {
  enum class Kind { absent, null, text };
  Kind kind = Kind::absent;
  std::string text;

  bool operator==(const Scope&) const = default;
};

// What a timeline's step or a control request changes; what isn't named stays.
struct Patch {
  std::optional<bool> found;
  std::optional<Guid> tenant_id;
  std::optional<std::string> cloud;
  std::optional<std::string> hosts;  // "": the cloud's own
  std::optional<Scope> region_scope;
  std::optional<Scope> sub_scope;
  std::optional<Fault> fault;
};

struct Step {
  Duration at{};  // since the start
  Patch patch;
};

struct ScenarioTenant {
  std::string name;  // lower case
  Patch start;
  std::vector<Step> timeline;
};

struct Scenario {
  Duration latency{};
  std::vector<ScenarioTenant> tenants;
  std::vector<Step> faults;  // for every tenant: only Patch::fault is set
};

using Findings = std::vector<ConfigFinding>;

// Strict: unknown keys, wrong values and a tenant that stands there twice are findings; the
// scenario counts only without any.
Scenario load_scenario(const std::filesystem::path& file, Findings& findings);
Scenario read_scenario(std::string_view text, const std::string& file, Findings& findings);

// Bodies of control requests; positions are those in the body.
Patch read_patch(std::string_view text, Findings& findings);
Fault read_fault(std::string_view text, Findings& findings);

}  // namespace tenantscope::simulator
