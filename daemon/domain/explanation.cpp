#include "domain/explanation.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "domain/environment.hpp"
#include "domain/rules/rule_texts.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view one_tenant =
    "The host and the guest are one tenant: its users are members there, and need no invitation.";
constexpr std::string_view ask_again =
    "Solve what failed, then ask again: a probe that fails says nothing about the tenant.";

bool has(const CollaborationSettings& collaboration, const TenantKey& host,
         const PairMember& guest) {
  const auto is_guest = [&](const CollaborationGuest& one) {
    const auto* member = std::get_if<CollaborationMember>(&one);
    return member ? guest == PairMember(member->key)
                  : guest == PairMember(std::get<IdentityProvider>(one));
  };
  return guest != PairMember(host) &&
         std::ranges::any_of(collaboration.hosts,
                             [&](const CollaborationMember& one) { return one.key == host; }) &&
         std::ranges::any_of(collaboration.guests, is_guest);
}

bool judged(const TenantFacts& facts) {
  return classify(facts.known()) < TenantClass::global_unscoped;
}

bool failed(const TenantFacts& facts) { return !facts.finding && facts.failure; }

bool missing(const TenantFacts& facts) { return facts.finding && !facts.finding->found; }

std::string couldnt_be_asked(std::string_view who, const TenantFacts& facts) {
  if (!failed(facts))
    return {};
  const Error& failure = *facts.failure;
  std::string text =
      fmt::format("{}, {}, couldn't be asked: {}", who, facts.key.name, to_string(failure.kind));
  if (!failure.detail.empty())
    text += fmt::format(" ({})", failure.detail);
  if (const std::string_view silent = why_silent(facts.key.asked); !silent.empty())
    return fmt::format("{}. {}", text, silent);
  return text + ".";
}

std::string wasnt_found(std::string_view who, const TenantFacts& facts) {
  return fmt::format(
      "{}, {}, wasn't found in the cloud {}: the name is wrong, its organisation has no Microsoft "
      "Entra tenant with it, or the tenant lives in another cloud.",
      who, facts.key.name, facts.key.asked);
}

// The rules don't know which of the two names it was, nor where it was asked.
void explain_missing(PairVerdict& verdict, const PairFacts& pair) {
  const TenantFacts* const guest = pair.guest_tenant();
  const bool guest_missing = guest && guest->key != pair.host.key && missing(*guest);
  if (verdict.capability != PairCapability::unknown || verdict.rules < RuleSet::docs_2026)
    return;
  if (missing(pair.host))
    verdict.explanation = wasnt_found("The host", pair.host);
  else if (guest_missing && judged(pair.host))
    verdict.explanation.clear();
  if (guest_missing)
    verdict.explanation +=
        (verdict.explanation.empty() ? "" : " ") + wasnt_found("The guest's tenant", *guest);
}

bool are_one_tenant(const TenantFacts& host, const TenantFacts& guest) {
  if (host.key == guest.key)
    return true;
  return host.finding && guest.finding && host.finding->found && guest.finding->found &&
         identity(*host.finding) == identity(*guest.finding);
}

// A probe that failed says nothing about the tenant, so the rules' text about a tenant of which
// nothing is known doesn't fit.
void explain_failures(PairVerdict& verdict, const PairFacts& pair) {
  if (verdict.capability != PairCapability::unknown)
    return;
  const TenantFacts* const guest = pair.guest_tenant();
  std::string why = couldnt_be_asked("The host", pair.host);
  if (guest && guest->key != pair.host.key)
    if (const std::string also = couldnt_be_asked("The guest's tenant", *guest); !also.empty())
      why += (why.empty() ? "" : " ") + also;
  if (why.empty())
    return;
  if (failed(pair.host) || judged(pair.host)) {
    verdict.explanation = why;
    verdict.advice.clear();
  } else {
    verdict.explanation += " " + why;
  }
  verdict.advice.emplace_back(ask_again);
}

void explain_one_tenant(PairVerdict& verdict, const PairFacts& pair) {
  const TenantFacts* const guest = pair.guest_tenant();
  if (!guest || !are_one_tenant(pair.host, *guest))
    return;
  if (!judged(pair.host)) {
    verdict.explanation = fmt::format("{} {}", one_tenant, verdict.explanation);
    return;
  }
  verdict.explanation = one_tenant;
  verdict.limits.clear();
  verdict.advice.clear();
}

// None where the host can't be judged: then it says nothing that the verdict doesn't.
std::vector<Alternative> alternatives_for(const Finding* host, RuleSet rules) {
  std::vector<Alternative> found;
  for (const PairCapability wanted : {PairCapability::supported, PairCapability::unknown})
    for (const IdentityProvider identity : identity_providers) {
      const PairGuest guest{.tenant = nullptr, .identity = identity};
      if (pair_capability(host, guest, rules, CrossCloud::unset) == wanted)
        found.push_back({identity, wanted});
    }
  if (found.empty() || found.front().capability != PairCapability::supported)
    return {};
  return found;
}

}  // namespace

TenantFacts facts_of(const Watch& watch) {
  TenantFacts facts;
  facts.key = watch.settings->key;
  facts.shown = facts.key.name;
  facts.finding = watch.state.confirmed();
  if (facts.finding)
    facts.seen = watch.state.confirmed_seen();
  if (watch.status.failure)
    facts.failure = Error{*watch.status.failure, watch.status.failure_detail};
  return facts;
}

TenantFacts facts_of(TenantKey key, const Observation& observation) {
  TenantFacts facts;
  facts.shown = key.name;
  facts.key = std::move(key);
  if (observation.finding) {
    facts.finding = *observation.finding;
    facts.seen = observation.time;
  } else {
    facts.failure = observation.finding.error();
  }
  return facts;
}

CloudWord declared_word(const std::vector<CollaborationSettings>& collaborations,
                        const TenantKey& host, const PairMember& guest) {
  std::vector<const CollaborationSettings*> declaring;
  for (const CollaborationSettings& collaboration : collaborations)
    if (has(collaboration, host, guest))
      declaring.push_back(&collaboration);
  if (declaring.empty())
    return {};
  const CrossCloud first = declaring.front()->cross_cloud;
  if (std::ranges::all_of(declaring, [&](const auto* one) { return one->cross_cloud == first; }))
    return word_of(*declaring.front());

  std::vector<std::string> words;
  words.reserve(declaring.size());
  for (const CollaborationSettings* one : declaring)
    words.push_back(fmt::format("{}: {}", one->name, to_string(one->cross_cloud)));
  return {.setting = CrossCloud::unset,
          .giver = {},
          .doubt = fmt::format("Collaborations differ on both sides' cloud settings ({}), so none "
                               "of their words counts.",
                               fmt::join(words, "; "))};
}

CloudWord word_of(const CollaborationSettings& collaboration) {
  const CrossCloud setting = collaboration.cross_cloud;
  return {.setting = setting,
          .giver =
              setting == CrossCloud::unset ? std::nullopt : std::optional(WordGiver::collaboration),
          .doubt = {}};
}

std::string PairFacts::guest_shown() const {
  const TenantFacts* const tenant = guest_tenant();
  return tenant ? tenant->shown
                : fmt::format("identity:{}", to_string(std::get<IdentityProvider>(guest)));
}

std::optional<ErrorKind> PairFacts::failure() const {
  const TenantFacts* const tenant = guest_tenant();
  if (host.failure)
    return host.failure->kind;
  return tenant && tenant->failure ? std::optional(tenant->failure->kind) : std::nullopt;
}

Explanation explain(PairFacts pair, RuleSet rules, const std::vector<std::string>& clouds) {
  Explanation explanation;
  explanation.pair = std::move(pair);
  const PairFacts& facts = explanation.pair;
  const TenantFacts* const guest = facts.guest_tenant();
  const PairGuest asked{
      .tenant = guest ? guest->known() : nullptr,
      .identity = guest ? std::nullopt : std::optional(std::get<IdentityProvider>(facts.guest))};
  PairVerdict& verdict = explanation.verdict;
  verdict = judge_pair(facts.host.known(), asked, rules, facts.word.setting,
                       facts.word.giver.value_or(WordGiver::collaboration));
  if (verdict.capability == PairCapability::conditional && !facts.word.doubt.empty())
    verdict.limits.insert(verdict.limits.begin(), facts.word.doubt);
  explain_missing(verdict, facts);
  explain_failures(verdict, facts);
  explain_one_tenant(verdict, facts);
  if (!asked.tenant || asked.tenant->found)
    return explanation;

  explanation.alternatives = alternatives_for(facts.host.known(), rules);
  if (!explanation.alternatives.empty() && rules >= RuleSet::docs_2026)
    verdict.limits.emplace_back(texts::only_the_host_decides);
  explanation.clouds_asked.push_back(guest->key.asked);
  for (const std::string& cloud : clouds)
    if (guest->key.asked != cloud)
      explanation.clouds_not_asked.push_back(cloud);
  return explanation;
}

}  // namespace tenantscope
