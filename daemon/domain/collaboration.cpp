#include "domain/collaboration.hpp"

#include <fmt/format.h>

#include "domain/collaboration_rules.hpp"
#include "domain/rule_texts.hpp"

namespace tenantscope {
namespace {

using enum PairCapability;

constexpr std::string_view only_the_host_decides =
    "Supported doesn't mean allowed: the host's external collaboration settings decide, and they "
    "can't be seen from outside.";
constexpr std::string_view other_address =
    "Ask the user for another email address, one of a tenant or provider that can be invited.";
constexpr std::string_view member_account =
    "Or create a member account for them in the host's directory.";
constexpr std::string_view other_cloud =
    "If the tenant may live in another cloud, ask there, or ask for it by its tenant ID (GUID).";

constexpr std::string_view policy_decides =
    "Another email address and a member account are decisions of the host's security policy "
    "(export control, licences).";
constexpr std::string_view mail_usgov =
    "Invitations come from invites@azuread.us: the guest's mail filter has to let them through.";
constexpr std::string_view mail_china =
    "Invitations come from Invites@oe.21vianet.com: the guest's mail filter has to let them "
    "through.";

template <class Row>
PairVerdict verdict_of(const Row& row, RuleSet rules) {
  const Judgement& judgement = row.judgements.of(rules);
  return {.capability = judgement.capability,
          .rules = rules,
          .rule = std::string(row.id),
          .explanation = std::string(judgement.explanation),
          .limits = {judgement.limits.begin(), judgement.limits.end()},
          .advice = {},
          .sources = {judgement.sources.begin(), judgement.sources.end()}};
}

// It decides what depends on settings, and nothing else.
PairCapability by_the_operators_word(PairCapability capability, CrossCloud cross_cloud) {
  if (capability != conditional || cross_cloud == CrossCloud::unset)
    return capability;
  return cross_cloud == CrossCloud::enabled ? supported : not_supported;
}

void take_the_operators_word(PairVerdict& verdict, CrossCloud cross_cloud) {
  const PairCapability decided = by_the_operators_word(verdict.capability, cross_cloud);
  if (decided == verdict.capability)
    return;
  verdict.capability = decided;
  verdict.explanation += decided == supported
                             ? " The operator's word in the configuration is that both sides have."
                             : " The operator's word in the configuration is that they haven't.";
}

std::string enable_settings(const Finding& host, const Finding& guest, RuleSet rules) {
  return fmt::format(
      "{} the other cloud in Microsoft cloud settings on both sides and add each other by tenant "
      "ID: the host adds {} ({}), the guest's side adds {} ({}).",
      rules >= RuleSet::docs_2026 ? "Enable" : "Or enable", to_string(guest.tenant_id), guest.cloud,
      to_string(host.tenant_id), host.cloud);
}

bool possible(const PairVerdict& verdict) {
  return verdict.capability == supported || verdict.capability == conditional;
}

// What the host's cloud adds to any guest's limits.
void add_limits_of_host(PairVerdict& verdict, SideKind host) {
  if (verdict.rules < RuleSet::docs_2026)
    return;
  if (host == SideKind::usgov_supported) {
    verdict.limits.emplace_back(texts::invitations_off);
    verdict.limits.emplace_back(mail_usgov);
  } else if (host == SideKind::china) {
    verdict.limits.emplace_back(mail_china);
  }
}

void add_limits(PairVerdict& verdict, SideKind host, std::string_view settings) {
  if (!possible(verdict)) {
    verdict.limits.clear();
    return;
  }
  add_limits_of_host(verdict, host);
  if (verdict.capability == supported)
    verdict.limits.emplace_back(settings);
}

// In the order in which people should try it. `settings`: empty where none would help; `unjudged`:
// there is nothing known of one of them.
void add_advice(PairVerdict& verdict, const std::string& settings, bool unjudged) {
  const bool settings_first = verdict.rules >= RuleSet::docs_2026;
  if (!settings.empty() && settings_first)
    verdict.advice.push_back(settings);
  if (verdict.capability == not_supported || verdict.capability == conditional) {
    verdict.advice.emplace_back(other_address);
    verdict.advice.emplace_back(member_account);
  }
  if (!settings.empty())
    verdict.advice.push_back(settings_first ? std::string(policy_decides) : settings);
  if (verdict.capability == unknown && unjudged)
    verdict.advice.emplace_back(other_cloud);
}

PairVerdict judge_tenants(const Finding* host, const Finding* guest, RuleSet rules,
                          CrossCloud cross_cloud) {
  const PairSide host_side = side_of(host), guest_side = side_of(guest);
  PairVerdict verdict = verdict_of(pair_rule_for(host_side, guest_side), rules);
  const bool depends_on_settings = verdict.capability == conditional;
  take_the_operators_word(verdict, cross_cloud);
  add_limits(verdict, host_side.kind,
             rules >= RuleSet::docs_2026 ? texts::more_settings_decide : texts::settings_decide);
  add_advice(verdict,
             depends_on_settings && verdict.capability != supported
                 ? enable_settings(*host, *guest, rules)
                 : "",
             host_side.is(SideKind::unjudged) || guest_side.is(SideKind::unjudged));
  return verdict;
}

PairVerdict judge_identity(const Finding* host, IdentityProvider guest, RuleSet rules) {
  const SideKind kind = side_of(host).kind;
  PairVerdict verdict = verdict_of(identity_rule_for(kind, guest), rules);
  add_limits(verdict, kind, only_the_host_decides);
  add_advice(verdict, "", kind == SideKind::unjudged);
  return verdict;
}

}  // namespace

std::string_view to_string(PairCapability capability) {
  switch (capability) {
    case supported:
      return "supported";
    case not_supported:
      return "not_supported";
    case conditional:
      return "conditional";
    case unknown:
      return "unknown";
  }
  return "";
}

std::string_view to_string(IdentityProvider provider) {
  using enum IdentityProvider;
  switch (provider) {
    case microsoft:
      return "microsoft";
    case google:
      return "google";
    case email_otp:
      return "email_otp";
    case saml:
      return "saml";
  }
  return "";
}

std::optional<IdentityProvider> parse_identity_provider(std::string_view text) {
  for (const IdentityProvider provider : identity_providers)
    if (to_string(provider) == text)
      return provider;
  return std::nullopt;
}

std::string_view to_string(CrossCloud setting) {
  switch (setting) {
    case CrossCloud::unset:
      return "unset";
    case CrossCloud::enabled:
      return "enabled";
    case CrossCloud::disabled:
      return "disabled";
  }
  return "";
}

std::optional<CrossCloud> parse_cross_cloud(std::string_view text) {
  for (const CrossCloud setting : {CrossCloud::unset, CrossCloud::enabled, CrossCloud::disabled})
    if (to_string(setting) == text)
      return setting;
  return std::nullopt;
}

PairVerdict judge_pair(const Finding* host, const PairGuest& guest, RuleSet rules,
                       CrossCloud cross_cloud) {
  return guest.identity ? judge_identity(host, *guest.identity, rules)
                        : judge_tenants(host, guest.tenant, rules, cross_cloud);
}

PairCapability pair_capability(const Finding* host, const PairGuest& guest, RuleSet rules,
                               CrossCloud cross_cloud) {
  const PairSide side = side_of(host);
  const auto capability_of = [&](const auto& row) { return row.judgements.of(rules).capability; };
  return guest.identity
             ? capability_of(identity_rule_for(side.kind, *guest.identity))
             : by_the_operators_word(capability_of(pair_rule_for(side, side_of(guest.tenant))),
                                     cross_cloud);
}

}  // namespace tenantscope
