#include "domain/collaboration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <vector>

#include "domain/documents.hpp"

namespace tenantscope {
namespace {

using namespace documents;

constexpr auto seed = RuleSet::seed_2022, docs = RuleSet::docs_2025, today = RuleSet::docs_2026;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Several documents of each class, as a finding; nothing: never seen.
const std::map<std::string, std::vector<std::optional<Finding>>> classes{
    {"U+",
     {found("usgov", "USGov"), found("usgov", "usgov", "DODCON"),
      found("usgov", " USGOV ", "DOD")}},
    {"U-", {found("usgov", "USG"), found("usgov", "usg")}},
    {"U?", {found("usgov", ""), found("usgov", "NA"), found("usgov", "XX")}},
    {"G",
     {found("global", "NA"), found("global", "EU"), found("global", "NA", "GCC"),
      found("global", "ZZ")}},
    {"C", {found("china", "AS"), found("china", "")}},
    {"S", {found("bleu", "FG"), found("bleu", "")}},
    {"?", {std::nullopt, Finding{}, found("global", ""), found("", "XX")}},
};
const std::vector<std::string> names{"U+", "U-", "U?", "G", "C", "S", "?"};

// By host: each guest of `names`, then microsoft google email_otp saml. s supported, n not
// supported, c conditional, u unknown.
const std::map<std::string, std::string> by_the_page_of_2022{
    {"U+", "snunnnu sssn"}, {"U-", "nnnnnnn nnnn"}, {"U?", "ununnnu uuuu"}, {"G", "nnnsnnu sssu"},
    {"C", "nnnnunu uuuu"},  {"S", "nnnnnuu uuuu"},  {"?", "unuuuuu uuuu"},
};
const std::map<std::string, std::string> by_the_page_of_2025{
    {"U+", "snucnuu sssn"}, {"U-", "nnnnnnn nnnn"}, {"U?", "unuunuu uuuu"}, {"G", "cnuscuu ssss"},
    {"C", "nnncsuu nnns"},  {"S", "unuuuuu uuuu"},  {"?", "unuuuuu uuuu"},
};

// As in 2025, but for a SAML/WS-Fed identity at a host of Azure US Government.
const std::map<std::string, std::string> by_the_pages_of_2026{
    {"U+", "snucnuu sssu"}, {"U-", "nnnnnnn nnnn"}, {"U?", "unuunuu uuuu"}, {"G", "cnuscuu ssss"},
    {"C", "nnncsuu nnns"},  {"S", "unuuuuu uuuu"},  {"?", "unuuuuu uuuu"},
};

char letter(PairCapability capability) { return to_string(capability)[0]; }

PairVerdict judge_pair(const Finding* host, const Finding* guest, RuleSet rules,
                       CrossCloud cross_cloud) {
  PairVerdict verdict =
      tenantscope::judge_pair(host, PairGuest{.tenant = guest}, rules, cross_cloud);
  EXPECT_EQ(pair_capability(host, {.tenant = guest}, rules, cross_cloud), verdict.capability);
  return verdict;
}

PairVerdict judge_pair(const Finding* host, IdentityProvider guest, RuleSet rules) {
  PairVerdict verdict =
      tenantscope::judge_pair(host, PairGuest{.identity = guest}, rules, CrossCloud::unset);
  EXPECT_EQ(pair_capability(host, {.identity = guest}, rules, CrossCloud::unset),
            verdict.capability);
  return verdict;
}

const Finding* pointer(const std::optional<Finding>& finding) {
  return finding ? &*finding : nullptr;
}

TEST(Collaboration, IsJudgedAsThePagesSay) {
  for (const auto& [rules, table] :
       {std::pair(seed, by_the_page_of_2022), std::pair(docs, by_the_page_of_2025),
        std::pair(today, by_the_pages_of_2026)})
    for (const auto& [host_name, row] : table)
      for (const auto& host : classes.at(host_name)) {
        for (std::size_t column = 0; column < names.size(); ++column)
          for (const auto& guest : classes.at(names[column])) {
            const PairVerdict verdict =
                judge_pair(pointer(host), pointer(guest), rules, CrossCloud::unset);
            EXPECT_EQ(letter(verdict.capability), row[column])
                << host_name << " invites " << names[column] << ", " << to_string(rules);
          }
        for (std::size_t i = 0; i < identity_providers.size(); ++i)
          EXPECT_EQ(letter(judge_pair(pointer(host), identity_providers[i], rules).capability),
                    row[names.size() + 1 + i])
              << host_name << " invites " << to_string(identity_providers[i]) << ", "
              << to_string(rules);
      }
}

TEST(Collaboration, OfTwoSovereignCloudsIsNoPairOfOne) {
  const Finding bleu = found("bleu", "FG"), delos = found("delos", "GG2");
  EXPECT_EQ(judge_pair(&bleu, &delos, seed, CrossCloud::unset).capability,
            PairCapability::not_supported);
  EXPECT_EQ(judge_pair(&bleu, &delos, docs, CrossCloud::unset).capability, PairCapability::unknown);
  EXPECT_EQ(judge_pair(&bleu, &bleu, seed, CrossCloud::unset).rule, "pair-sovereign");
}

TEST(Collaboration, TakesTheOperatorsWordWhereItDependsOnSettingsOnly) {
  const Finding global = found("global", "NA"), usgov = found("usgov", "USGov"),
                china = found("china", "AS"), usg = found("usgov", "USG"),
                undocumented = found("usgov", "XX");
  for (const auto& [host, guest] : {std::pair(&global, &usgov), std::pair(&usgov, &global),
                                    std::pair(&global, &china), std::pair(&china, &global)}) {
    for (const RuleSet rules : {docs, today}) {
      const PairVerdict enabled = judge_pair(host, guest, rules, CrossCloud::enabled);
      EXPECT_EQ(enabled.capability, PairCapability::supported);
      EXPECT_TRUE(contains(enabled.explanation, "operator's word")) << enabled.explanation;
      const PairVerdict disabled = judge_pair(host, guest, rules, CrossCloud::disabled);
      EXPECT_EQ(disabled.capability, PairCapability::not_supported);
      EXPECT_TRUE(contains(disabled.explanation, "operator's word")) << disabled.explanation;
      EXPECT_TRUE(disabled.limits.empty());
    }
    EXPECT_EQ(judge_pair(host, guest, seed, CrossCloud::enabled).capability,
              PairCapability::not_supported)
        << "in 2022 there were none";
  }
  for (const auto& [host, guest] :
       {std::pair(&usgov, &china), std::pair(&global, &usg), std::pair(&global, &undocumented),
        std::pair(&global, &global)}) {
    const PairVerdict unset = judge_pair(host, guest, docs, CrossCloud::unset);
    for (const CrossCloud word : {CrossCloud::enabled, CrossCloud::disabled}) {
      const PairVerdict verdict = judge_pair(host, guest, docs, word);
      EXPECT_EQ(verdict.capability, unset.capability);
      EXPECT_EQ(verdict.explanation, unset.explanation);
    }
  }
}

TEST(Collaboration, SaysWhatToDoInstead) {
  const Finding global = found("global", "NA"), usgov = found("usgov", "USGov", "", fabrikam),
                usg = found("usgov", "USG");
  const PairVerdict refused = judge_pair(&usg, &usgov, docs, CrossCloud::unset);
  ASSERT_EQ(refused.advice.size(), 2u);
  EXPECT_TRUE(contains(refused.advice[0], "another email address"));
  EXPECT_TRUE(contains(refused.advice[1], "member account"));

  const PairVerdict conditional = judge_pair(&global, &usgov, docs, CrossCloud::unset);
  ASSERT_EQ(conditional.advice.size(), 3u);
  EXPECT_TRUE(contains(conditional.advice[2], "Microsoft cloud settings on both sides"));
  for (const Finding* side : {&global, &usgov})
    EXPECT_TRUE(contains(conditional.advice[2], to_string(side->tenant_id)));
  EXPECT_EQ(judge_pair(&global, &usgov, docs, CrossCloud::disabled).advice.size(), 3u);
  EXPECT_TRUE(judge_pair(&global, &usgov, docs, CrossCloud::enabled).advice.empty());

  EXPECT_TRUE(judge_pair(&global, &global, docs, CrossCloud::unset).advice.empty());
  EXPECT_TRUE(contains(judge_pair(&global, nullptr, docs, CrossCloud::unset).advice.at(0),
                       "another cloud"));
  EXPECT_EQ(judge_pair(&usgov, IdentityProvider::saml, docs).advice.size(), 2u);
}

TEST(Collaboration, AdvisesInTheOrderInWhichPeopleShouldTry) {
  const Finding global = found("global", "NA"), usgov = found("usgov", "USGov", "", fabrikam);
  for (const CrossCloud word : {CrossCloud::unset, CrossCloud::disabled}) {
    const std::vector<std::string> advice = judge_pair(&global, &usgov, today, word).advice;
    ASSERT_EQ(advice.size(), 3u);
    EXPECT_TRUE(contains(advice[0], "Microsoft cloud settings on both sides"));
    EXPECT_TRUE(contains(advice[1], "another email address"));
    EXPECT_TRUE(contains(advice[1], "security policy"));
    EXPECT_TRUE(contains(advice[2], "member account"));
  }
}

TEST(Collaboration, SaysWhatAHostOfACloudAddsToAnyGuest) {
  const Finding usgov = found("usgov", "USGov"), global = found("global", "NA"),
                china = found("china", "AS");
  const auto says = [](const PairVerdict& verdict, std::string_view part) {
    return std::ranges::any_of(verdict.limits,
                               [&](const std::string& limit) { return contains(limit, part); });
  };
  for (const Finding* guest : {&usgov, &global}) {
    const PairVerdict verdict = judge_pair(&usgov, guest, today, CrossCloud::unset);
    EXPECT_TRUE(says(verdict, "off by default"));
    EXPECT_TRUE(says(verdict, "invites@azuread.us"));
    EXPECT_FALSE(says(judge_pair(&usgov, guest, docs, CrossCloud::unset), "off by default"));
  }
  EXPECT_TRUE(says(judge_pair(&usgov, IdentityProvider::google, today), "off by default"));
  EXPECT_FALSE(says(judge_pair(&global, &usgov, today, CrossCloud::unset), "off by default"));
  EXPECT_TRUE(
      says(judge_pair(&china, &china, today, CrossCloud::unset), "Invites@oe.21vianet.com"));
  EXPECT_TRUE(
      says(judge_pair(&global, &usgov, today, CrossCloud::unset), "Azure Government portal"));
  EXPECT_FALSE(
      says(judge_pair(&global, &china, today, CrossCloud::unset), "Azure Government portal"));
}

TEST(Collaboration, SaysWhatSupportedDoesNotInclude) {
  const Finding usgov = found("usgov", "USGov"), global = found("global", "NA");
  const PairVerdict accounts = judge_pair(&usgov, IdentityProvider::microsoft, docs);
  ASSERT_EQ(accounts.limits.size(), 2u);
  EXPECT_TRUE(contains(accounts.limits[0], "Microsoft Entra admin center"));
  EXPECT_TRUE(
      contains(judge_pair(&global, IdentityProvider::google, docs).limits.at(0), "federation"));
  EXPECT_TRUE(contains(judge_pair(&global, &global, docs, CrossCloud::unset).limits.at(0),
                       "doesn't mean allowed"));
  EXPECT_TRUE(judge_pair(&global, &usgov, docs, CrossCloud::unset).limits.empty());
}

TEST(Collaboration, NamesRuleExplanationAndSourceForEveryPair) {
  // Of each rule: one for each rule set at most, or for each reason why one can't be judged. What
  // says whose scope isn't documented is left out.
  std::map<std::string, std::set<std::string>> explanations;
  for (const RuleSet rules : rule_sets)
    for (const auto& [host_name, hosts] : classes)
      for (const auto& [guest_name, guests] : classes)
        for (const auto& host : hosts)
          for (const auto& guest : guests) {
            const PairVerdict verdict =
                judge_pair(pointer(host), pointer(guest), rules, CrossCloud::unset);
            EXPECT_EQ(verdict.rules, rules);
            EXPECT_FALSE(verdict.rule.empty());
            EXPECT_FALSE(verdict.explanation.empty());
            ASSERT_FALSE(verdict.sources.empty());
            explanations[verdict.rule].insert(
                std::regex_replace(verdict.explanation, std::regex(" [^.]* shows [^.]*\\."), ""));
          }
  for (const auto& [rule, texts] : explanations)
    EXPECT_LE(texts.size(), rule.ends_with("-unjudged") ? 5u : 3u) << rule;
  EXPECT_EQ(explanations.size(), 14u);
}

TEST(Collaboration, HasItsContractNames) {
  for (const IdentityProvider provider : identity_providers)
    EXPECT_EQ(parse_identity_provider(to_string(provider)), provider);
  EXPECT_EQ(to_string(IdentityProvider::email_otp), "email_otp");
  EXPECT_FALSE(parse_identity_provider("facebook"));
  for (const CrossCloud setting : {CrossCloud::unset, CrossCloud::enabled, CrossCloud::disabled})
    EXPECT_EQ(parse_cross_cloud(to_string(setting)), setting);
  EXPECT_FALSE(parse_cross_cloud("on"));
  EXPECT_EQ(to_string(PairCapability::conditional), "conditional");
}

}  // namespace
}  // namespace tenantscope
