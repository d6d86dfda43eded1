#include "domain/capability.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "domain/environment.hpp"
#include "domain/pages.hpp"
#include "domain/rules/rule_texts.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view page_2022 = pages::national_clouds_2022;
constexpr std::string_view page_2025 = pages::national_clouds_2025;
constexpr std::string_view no_page = pages::none;

// What people read.
namespace text {

constexpr std::array microsoft_accounts_2022{std::string_view(
    "Guests with Microsoft accounts can't redeem direct links to the Azure portal and can't sign "
    "in to it.")};
constexpr std::array microsoft_accounts_2025{texts::microsoft_accounts};
constexpr std::array usgov_2026{texts::invitations_off, texts::microsoft_accounts};
constexpr std::array global_2026{texts::external_id};
constexpr std::array china_guests{std::string_view(
    "Only guests from Microsoft Entra ID and from SAML/WS-Fed identity providers can be invited.")};

constexpr std::string_view scope_usgov =
    "An Azure US Government tenant with the region scope USGov supports B2B collaboration.";
constexpr std::string_view scope_usg =
    "An Azure US Government tenant with the region scope USG doesn't support B2B collaboration: "
    "invitations fail or can't be redeemed. "
    "Ask the user for another email address, or create a member account for them in your "
    "directory.";
constexpr std::string_view scope_usg_2026 =
    "An Azure US Government tenant with the region scope USG doesn't support B2B collaboration: "
    "invitations fail or can't be redeemed. "
    "Where its users are to be guests, ask them for another email address, or create member "
    "accounts for them in your directory; where it is to be the host, it can invite nobody. "
    "Tenants made after June 2019 have B2B collaboration, Microsoft says, and older ones get it "
    "over time (Compare Azure Government and global Azure, as read in 2026-11): its administrators "
    "can ask Microsoft's support.";
constexpr std::string_view scope_undocumented =
    "The tenant is in Azure US Government, but its region scope is neither USGov nor USG: "
    "Microsoft documents no other value.";
constexpr std::string_view ordinary =
    "The tenant is in the global cloud: ordinary B2B collaboration, to which the test of the US "
    "Government cloud doesn't apply.";
constexpr std::string_view ordinary_gcc =
    " Its sub scope GCC means Microsoft 365 GCC, which is in the global cloud.";
constexpr std::string_view china_2022 =
    "The tenant is in the cloud operated by 21Vianet in China: the page of 2022 doesn't say "
    "whether B2B works there.";
constexpr std::string_view china_2025 =
    "The tenant is in the cloud operated by 21Vianet in China, where B2B collaboration is "
    "supported for guests from Microsoft Entra ID and "
    "from SAML/WS-Fed identity providers.";
constexpr std::string_view sovereign =
    "The tenant is in a national cloud for which Microsoft's page makes no statement about B2B.";
constexpr std::string_view unscoped =
    "The document shows the global cloud but no region scope, as B2C policies and AD FS do: "
    "nothing to judge by.";
constexpr std::string_view unrecognised =
    "The document names hosts of no cloud that is known here. If it is a new cloud, add it under "
    "`clouds:` in the configuration.";
constexpr std::string_view not_found =
    "No such tenant in the cloud that was asked. It may live in another one (from outside, a "
    "tenant in China is found by its GUID only), "
    "or the name is wrong.";
constexpr std::string_view not_found_2026 =
    "No such tenant in the cloud that was asked: the name is wrong, the organisation has no "
    "Microsoft Entra tenant with it, or the tenant lives in another cloud. NAME@CLOUD asks there "
    "(the global cloud finds US Government tenants, too, but a tenant in China by its GUID only).";
constexpr std::string_view unrecognised_2026 =
    "The document names hosts of no cloud that is known here. If it is a new cloud, and no proxy's "
    "work, add it under `clouds:` in the configuration; B2B stays unknown there.";
constexpr std::string_view never_seen = "No valid answer about this tenant yet.";

}  // namespace text

constexpr auto seed = RuleSet::seed_2022;
constexpr auto docs_2025 = RuleSet::docs_2025;
constexpr auto docs_2026 = RuleSet::docs_2026;
using enum TenantClass;

constexpr std::array rules{
    Rule{usgov_supported, seed, B2b::supported, "usgov-scope-usgov", text::scope_usgov, page_2022,
         text::microsoft_accounts_2022},
    Rule{usgov_supported, docs_2025, B2b::supported, "usgov-scope-usgov", text::scope_usgov,
         page_2025, text::microsoft_accounts_2025},
    Rule{usgov_supported, docs_2026, B2b::supported, "usgov-scope-usgov", text::scope_usgov,
         page_2025, text::usgov_2026},
    Rule{usgov_not_supported, seed, B2b::not_supported, "usgov-scope-usg", text::scope_usg,
         page_2022},
    Rule{usgov_not_supported, docs_2025, B2b::not_supported, "usgov-scope-usg", text::scope_usg,
         page_2025},
    Rule{usgov_not_supported, docs_2026, B2b::not_supported, "usgov-scope-usg",
         text::scope_usg_2026, page_2025},
    Rule{usgov_undocumented, seed, B2b::unknown, "usgov-scope-undocumented",
         text::scope_undocumented, page_2022},
    Rule{usgov_undocumented, docs_2025, B2b::unknown, "usgov-scope-undocumented",
         text::scope_undocumented, page_2025},
    Rule{global, seed, B2b::supported, "global-ordinary", text::ordinary, page_2022},
    Rule{global, docs_2025, B2b::supported, "global-ordinary", text::ordinary, page_2025},
    Rule{global, docs_2026, B2b::supported, "global-ordinary", text::ordinary, page_2025,
         text::global_2026},
    Rule{china, seed, B2b::unknown, "china-no-statement", text::china_2022, page_2022},
    Rule{china, docs_2025, B2b::supported, "china-entra-and-saml", text::china_2025, page_2025,
         text::china_guests},
    Rule{sovereign, seed, B2b::unknown, "sovereign-no-statement", text::sovereign, page_2022},
    Rule{sovereign, docs_2025, B2b::unknown, "sovereign-no-statement", text::sovereign, page_2025},
    Rule{global_unscoped, seed, B2b::unknown, "global-without-scope", text::unscoped, no_page},
    Rule{unrecognised, seed, B2b::unknown, "cloud-unrecognised", text::unrecognised, no_page},
    Rule{not_found, seed, B2b::unknown, "not-found", text::not_found, no_page},
    Rule{unrecognised, docs_2026, B2b::unknown, "cloud-unrecognised", text::unrecognised_2026,
         no_page},
    Rule{not_found, docs_2026, B2b::unknown, "not-found", text::not_found_2026, no_page},
    Rule{never_seen, seed, B2b::unknown, "never-seen", text::never_seen, no_page},
};

// Scopes seen in the global cloud, or named in public code.
constexpr std::array listed_scopes{"na", "eu", "as", "ww", "oc", "fg", "gg2", "de"};

}  // namespace

std::string_view to_string(B2b state) {
  switch (state) {
    case B2b::supported:
      return "supported";
    case B2b::not_supported:
      return "not_supported";
    case B2b::unknown:
      return "unknown";
  }
  return "";
}

std::optional<B2b> parse_b2b(std::string_view text) {
  for (const B2b state : b2b_states)
    if (to_string(state) == text)
      return state;
  return std::nullopt;
}

std::string_view to_string(RuleSet rule_set) {
  switch (rule_set) {
    case RuleSet::seed_2022:
      return "seed-2022";
    case RuleSet::docs_2025:
      return "docs-2025";
    case RuleSet::docs_2026:
      return "docs-2026";
  }
  return "";
}

std::optional<RuleSet> parse_rule_set(std::string_view text) {
  for (const RuleSet rule_set : rule_sets)
    if (to_string(rule_set) == text)
      return rule_set;
  return std::nullopt;
}

// The scope before the hosts: a USG document may look entirely global.
TenantClass classify(const Finding* finding) {
  if (!finding)
    return TenantClass::never_seen;
  if (!finding->found)
    return TenantClass::not_found;
  const std::string scope = normalized(finding->region_scope);
  if (scope == "usgov")
    return usgov_supported;
  if (scope == "usg")
    return usgov_not_supported;
  if (finding->cloud == "usgov")
    return usgov_undocumented;
  if (finding->cloud == "global")
    return scope.empty() ? global_unscoped : global;
  if (finding->cloud == "china")
    return china;
  return finding->cloud.empty() ? TenantClass::unrecognised : TenantClass::sovereign;
}

const Rule& rule_for(TenantClass tenant_class, RuleSet rule_set) {
  const Rule* latest = nullptr;
  for (const Rule& rule : rules)
    if (rule.tenant_class == tenant_class && rule.since <= rule_set)
      latest = &rule;
  return *latest;
}

std::string scope_shown(std::string_view who, const Finding& finding) {
  return finding.region_scope.empty()
             ? fmt::format("{} shows no region scope.", who)
             : fmt::format("{} shows the region scope `{}`.", who, finding.region_scope);
}

Verdict judge(const Finding* finding, RuleSet rule_set) {
  const TenantClass tenant_class = classify(finding);
  const Rule& rule = rule_for(tenant_class, rule_set);
  Verdict verdict{.state = rule.state,
                  .rules = rule_set,
                  .rule = std::string(rule.id),
                  .explanation = std::string(rule.explanation),
                  .source = std::string(rule.source),
                  .limits = {rule.limits.begin(), rule.limits.end()}};
  if (tenant_class == global) {
    if (rule_set >= docs_2026 && normalized(finding->sub_scope) == "gcc")
      verdict.explanation += text::ordinary_gcc;
    if (std::ranges::find(listed_scopes, normalized(finding->region_scope)) == listed_scopes.end())
      verdict.explanation += fmt::format(" Its region scope `{}` is a code that nobody has listed.",
                                         finding->region_scope);
  }
  if (tenant_class == usgov_undocumented && rule_set >= docs_2026)
    verdict.explanation += " " + scope_shown("The tenant", *finding);
  if (tenant_class == sovereign && rule_set >= docs_2026)
    if (const std::string_view silent = why_silent(finding->cloud); !silent.empty())
      verdict.explanation += fmt::format(" {}", silent);
  if (rule.state == B2b::supported && rule_set >= docs_2026)
    verdict.limits.emplace(verdict.limits.begin(), texts::own_cloud);
  if (rule.state == B2b::supported)
    verdict.limits.emplace_back(rule_set >= docs_2026 ? texts::more_settings_decide
                                                      : texts::settings_decide);
  return verdict;
}

B2b capability(const Finding* finding, RuleSet rule_set) {
  return rule_for(classify(finding), rule_set).state;
}

}  // namespace tenantscope
