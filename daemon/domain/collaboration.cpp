#include "domain/collaboration.hpp"

#include <fmt/format.h>

#include "domain/rules/collaboration_rules.hpp"
#include "domain/rules/rule_texts.hpp"

namespace tenantscope {
namespace {

using enum PairCapability;

constexpr std::string_view other_address =
    "Ask the user for another email address, one of a tenant or provider that can be invited.";
constexpr std::string_view only_member_account =
    "Create a member account for the user in the host's directory: as this host can invite nobody, "
    "another email address doesn't help.";
constexpr std::string_view other_address_2026 =
    "Or ask the user for another email address, one of a tenant or provider that can be invited, "
    "where the host's security policy (export control, licences) permits it.";
constexpr std::string_view other_address_in_china =
    "Or ask the user for another email address, one of a Microsoft Entra tenant in 21Vianet or of "
    "a SAML/WS-Fed identity provider, where the host's security policy (export control, licences) "
    "permits it.";
constexpr std::string_view member_account_2026 =
    "Or create a member account for the user in the host's directory, where that policy permits "
    "it: an account of the host's own, without an invitation.";
constexpr std::string_view member_account =
    "Or create a member account for them in the host's directory.";
constexpr std::string_view other_cloud =
    "If the tenant may live in another cloud, ask there, or ask for it by its tenant ID (GUID).";
constexpr std::string_view other_cloud_2026 =
    "If the tenant may live in another cloud, ask there (NAME@CLOUD), or ask for it by its tenant "
    "ID (GUID): the global cloud finds US Government tenants, too, but a tenant in China by its ID "
    "only.";
constexpr std::string_view still_decide =
    "Even then the host's guest invite restrictions and its list of allowed or blocked domains "
    "decide. They can't be seen from outside.";

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

void take_the_operators_word(PairVerdict& verdict, CrossCloud cross_cloud, WordGiver giver) {
  const PairCapability decided = by_the_operators_word(verdict.capability, cross_cloud);
  if (decided == verdict.capability)
    return;
  verdict.capability = decided;
  const std::string_view given =
      giver == WordGiver::flag ? ", given with the question," : " in the configuration";
  if (verdict.rules >= RuleSet::docs_2026)
    verdict.explanation =
        fmt::format("The operator's word{} is that both sides {} enabled each other's cloud. {}",
                    given, decided == supported ? "have" : "haven't", verdict.explanation);
  else
    verdict.explanation += fmt::format(" The operator's word{} is that {}.", given,
                                       decided == supported ? "both sides have" : "they haven't");
}

// Where an administrator of a tenant in this cloud changes its settings.
std::string_view portal_of(std::string_view cloud) {
  if (cloud == "usgov")
    return "entra.microsoft.us";
  return cloud == "china" ? "entra.microsoftonline.cn" : "entra.microsoft.com";
}

// REQUIRES: each is in one of the clouds between which settings decide.
std::string enable_settings(const Finding& host, const Finding& guest, RuleSet rules) {
  if (rules < RuleSet::docs_2026)
    return fmt::format(
        "Or enable the other cloud in Microsoft cloud settings on both sides and add each other by "
        "tenant ID: the host adds {} ({}), the guest's side adds {} ({}).",
        to_string(guest.tenant_id), guest.cloud, to_string(host.tenant_id), host.cloud);
  const std::string_view invitations =
      host.cloud == "usgov" ? " The host has to allow guest invitations, too, which are off by "
                              "default in US Government clouds."
                            : "";
  return fmt::format(
      "Enable the other cloud in Microsoft cloud settings on both sides and add each other by "
      "tenant ID: the host, at {}, adds {} ({}) with inbound access; the guest's side, at {}, adds "
      "{} ({}) with outbound access.{}",
      portal_of(host.cloud), to_string(guest.tenant_id), guest.cloud, portal_of(guest.cloud),
      to_string(host.tenant_id), host.cloud, invitations);
}

// Why there is nothing that the rules could judge a tenant by, from docs-2026 on.
std::string why_unjudged(std::string_view who, const Finding* finding) {
  switch (classify(finding)) {
    case TenantClass::not_found:
      return fmt::format(
          "{} wasn't found in the cloud that was asked: the name is wrong, its organisation has no "
          "Microsoft Entra tenant with it, or the tenant lives in another cloud.",
          who);
    case TenantClass::global_unscoped:
      return fmt::format(
          "{} has a document that shows the global cloud but no region scope, as those of B2C "
          "policies and AD FS do: nothing to judge by.",
          who);
    case TenantClass::unrecognised:
      return fmt::format(
          "{} has a document that names hosts of no cloud that is known here: nothing to judge by.",
          who);
    default:
      return fmt::format("{} hasn't given a valid answer yet: nothing to judge by.", who);
  }
}

// Likewise: the value that isn't documented, and whose it is.
void add_undocumented_scope(PairVerdict& verdict, std::string_view who, const Finding* finding) {
  if (verdict.rules >= RuleSet::docs_2026 && verdict.rule.ends_with("-undocumented") &&
      classify(finding) == TenantClass::usgov_undocumented)
    verdict.explanation += " " + scope_shown(who, *finding);
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

void add_limits(PairVerdict& verdict, SideKind host, bool with_global, std::string_view settings) {
  if (!possible(verdict)) {
    verdict.limits.clear();
    return;
  }
  add_limits_of_host(verdict, host);
  if (with_global && verdict.rules >= RuleSet::docs_2026)
    verdict.limits.emplace_back(texts::external_id);
  if (verdict.capability == supported)
    verdict.limits.emplace_back(settings);
  else if (verdict.rules >= RuleSet::docs_2026)
    verdict.limits.emplace_back(still_decide);
}

// From docs-2026 on, in the order in which people should try it.
void add_advice_2026(PairVerdict& verdict, SideKind host, const std::string& settings) {
  if (host == SideKind::usgov_not_supported) {
    verdict.advice.emplace_back(only_member_account);
  } else if (!settings.empty()) {
    verdict.advice.push_back(settings);
    verdict.advice.emplace_back(host == SideKind::china ? other_address_in_china
                                                        : other_address_2026);
    verdict.advice.emplace_back(member_account_2026);
  } else if (verdict.capability == not_supported) {
    verdict.advice.emplace_back(other_address);
    verdict.advice.emplace_back(member_account);
  }
}

// `settings`: empty where none would help; `elsewhere`: one of them may live in another cloud.
void add_advice(PairVerdict& verdict, SideKind host, const std::string& settings, bool elsewhere) {
  const bool latest = verdict.rules >= RuleSet::docs_2026;
  if (latest) {
    add_advice_2026(verdict, host, settings);
  } else if (verdict.capability == not_supported || verdict.capability == conditional) {
    verdict.advice.emplace_back(other_address);
    verdict.advice.emplace_back(member_account);
    if (!settings.empty())
      verdict.advice.push_back(settings);
  }
  if (verdict.capability == unknown && elsewhere)
    verdict.advice.emplace_back(latest ? other_cloud_2026 : other_cloud);
}

// Whether asking in another cloud may help. Until docs-2025 that is said of all that nothing is
// known of.
bool may_live_elsewhere(const Finding* finding, RuleSet rules) {
  return rules < RuleSet::docs_2026 ? side_of(finding).is(SideKind::unjudged)
                                    : classify(finding) == TenantClass::not_found;
}

PairVerdict judge_tenants(const Finding* host, const Finding* guest, RuleSet rules,
                          CrossCloud cross_cloud, WordGiver giver) {
  const PairSide host_side = side_of(host), guest_side = side_of(guest);
  PairVerdict verdict = verdict_of(pair_rule_for(host_side, guest_side), rules);
  const bool depends_on_settings = verdict.capability == conditional;
  const bool of_host = host_side.is(SideKind::unjudged);
  if (rules >= RuleSet::docs_2026 && verdict.capability == unknown &&
      (of_host || guest_side.is(SideKind::unjudged)))
    verdict.explanation =
        of_host ? why_unjudged("The host", host) : why_unjudged("The guest's tenant", guest);
  take_the_operators_word(verdict, cross_cloud, giver);
  add_limits(verdict, host_side.kind,
             host_side.is(SideKind::global) || guest_side.is(SideKind::global),
             rules >= RuleSet::docs_2026 ? texts::more_settings_decide : texts::settings_decide);
  add_undocumented_scope(verdict, "The host", host);
  add_undocumented_scope(verdict, "The guest's tenant", guest);
  add_advice(verdict, host_side.kind,
             depends_on_settings && verdict.capability != supported
                 ? enable_settings(*host, *guest, rules)
                 : "",
             may_live_elsewhere(host, rules) || may_live_elsewhere(guest, rules));
  return verdict;
}

PairVerdict judge_identity(const Finding* host, IdentityProvider guest, RuleSet rules) {
  const SideKind kind = side_of(host).kind;
  PairVerdict verdict = verdict_of(identity_rule_for(kind, guest), rules);
  if (rules >= RuleSet::docs_2026 && kind == SideKind::unjudged)
    verdict.explanation = why_unjudged("The host", host);
  add_limits(verdict, kind, kind == SideKind::global, texts::only_the_host_decides);
  add_undocumented_scope(verdict, "The host", host);
  add_advice(verdict, kind, "", may_live_elsewhere(host, rules));
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

std::string_view to_string(WordGiver giver) {
  return giver == WordGiver::flag ? "flag" : "collaboration";
}

std::optional<CrossCloud> parse_cross_cloud(std::string_view text) {
  for (const CrossCloud setting : {CrossCloud::unset, CrossCloud::enabled, CrossCloud::disabled})
    if (to_string(setting) == text)
      return setting;
  return std::nullopt;
}

PairVerdict judge_pair(const Finding* host, const PairGuest& guest, RuleSet rules,
                       CrossCloud cross_cloud, WordGiver giver) {
  return guest.identity ? judge_identity(host, *guest.identity, rules)
                        : judge_tenants(host, guest.tenant, rules, cross_cloud, giver);
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
