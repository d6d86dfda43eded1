// The published rules as data: which class a tenant is of, and whether B2B works for that class
// under a rule set. A new rule set adds the rows in which it differs from the one before.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/finding.hpp"

namespace tenantscope {

enum class B2b { supported, not_supported, unknown };
inline constexpr std::array b2b_states{B2b::supported, B2b::not_supported, B2b::unknown};
std::string_view to_string(B2b state);
std::optional<B2b> parse_b2b(std::string_view text);

// What Microsoft had published by then. In the order of time: a later one is greater.
enum class RuleSet { seed_2022, docs_2025, docs_2026 };
inline constexpr std::array rule_sets{RuleSet::docs_2026, RuleSet::docs_2025, RuleSet::seed_2022};
inline constexpr RuleSet default_rules = RuleSet::docs_2026;
inline constexpr std::string_view rule_set_names = "docs-2026, docs-2025 or seed-2022";
std::string_view to_string(RuleSet rules);
std::optional<RuleSet> parse_rule_set(std::string_view text);

enum class TenantClass {
  usgov_supported,      // U+  scope USGov
  usgov_not_supported,  // U-  scope USG
  usgov_undocumented,   // U?  usgov hosts, another or no scope
  global,               // G   global hosts, any other scope
  china,                // C
  sovereign,            // S   another recognised cloud
  global_unscoped,      // ?   global hosts without a scope
  unrecognised,         // ?   hosts of no recognised cloud
  not_found,            // ?   no such tenant in the cloud that was asked
  never_seen,           // ?   no valid answer yet
};

// `finding` is nullptr before the first valid answer.
TenantClass classify(const Finding* finding);

using Texts = std::span<const std::string_view>;

struct Rule {
  TenantClass tenant_class;
  RuleSet since;  // holds from this rule set on, until a later one has a row of the same class
  B2b state;
  std::string_view id;           // "usgov-scope-usgov"
  std::string_view explanation;  // for a non-specialist: what the value means
  std::string_view source;       // the page and its date
  Texts limits = {};             // what `supported` doesn't include
};

const Rule& rule_for(TenantClass tenant_class, RuleSet rules);

struct Verdict {
  B2b state = B2b::unknown;
  RuleSet rules = default_rules;
  std::string rule;
  std::string explanation;
  std::string source;
  std::vector<std::string> limits;
};

// rule_for, with the finding's own words where they matter (a scope that nobody has listed is
// named).
Verdict judge(const Finding* finding, RuleSet rules);

// The region scope of a document, as a sentence. `who`: "The tenant", "The host".
std::string scope_shown(std::string_view who, const Finding& finding);

// The state alone, without building texts.
B2b capability(const Finding* finding, RuleSet rules);

}  // namespace tenantscope
