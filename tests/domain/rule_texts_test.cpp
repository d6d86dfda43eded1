#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "domain/capability.hpp"
#include "domain/collaboration.hpp"
#include "domain/documents.hpp"

namespace tenantscope {
namespace {

using documents::found;

struct Side {
  const char* name;
  std::optional<Finding> finding;

  const Finding* get() const { return finding ? &*finding : nullptr; }
};

// One document of each kind that a text tells apart.
const Side sides[] = {
    {"usgov, USGov", found("usgov", "USGov", "DODCON")},
    {"usgov, USG", found("usgov", "USG")},
    {"usgov, XX", found("usgov", "XX")},
    {"global, NA", found("global", "NA")},
    {"global, NA, GCC", found("global", "NA", "GCC")},
    {"global, QQ", found("global", "QQ")},
    {"global, no scope", found("global", "")},
    {"china, AS", found("china", "AS")},
    {"bleu, FG", found("bleu", "FG")},
    {"delos, GG2", found("delos", "GG2")},
    {"no recognised cloud", found("", "XX")},
    {"not found", Finding{}},
    {"never seen", std::nullopt},
};

void add(std::string& text, const char* what, const std::vector<std::string>& lines) {
  for (const std::string& line : lines)
    text += fmt::format("  {}: {}\n", what, line);
}

std::string tenants_text(RuleSet rules) {
  std::string text;
  for (const Side& side : sides) {
    const Verdict verdict = judge(side.get(), rules);
    text += fmt::format("\n{}: {} by {}\n  {}\n", side.name, to_string(verdict.state), verdict.rule,
                        verdict.explanation);
    add(text, "limit", verdict.limits);
    add(text, "source", {verdict.source});
  }
  return text;
}

std::string pair_text(const std::string& title, const PairVerdict& verdict) {
  std::string text = fmt::format("\n{}: {} by {}\n  {}\n", title, to_string(verdict.capability),
                                 verdict.rule, verdict.explanation);
  add(text, "limit", verdict.limits);
  add(text, "advice", verdict.advice);
  add(text, "source", verdict.sources);
  return text;
}

// Each text once: the first pair that gives it.
std::string pairs_text(RuleSet rules) {
  std::string text;
  std::set<std::string> told;
  const auto tell = [&](const std::string& title, const PairVerdict& verdict) {
    if (told.insert(pair_text("", verdict)).second)
      text += pair_text(title, verdict);
  };
  for (const Side& host : sides) {
    for (const Side& guest : sides)
      for (const CrossCloud word : {CrossCloud::unset, CrossCloud::enabled, CrossCloud::disabled})
        tell(fmt::format("{} invites {}, cross_cloud {}", host.name, guest.name, to_string(word)),
             judge_pair(host.get(), {.tenant = guest.get(), .identity = {}}, rules, word));
    for (const IdentityProvider identity : identity_providers)
      tell(fmt::format("{} invites identity:{}", host.name, to_string(identity)),
           judge_pair(host.get(), {.tenant = nullptr, .identity = identity}, rules,
                      CrossCloud::unset));
  }
  return text;
}

// Every sentence that people may read, by rule set: a change of words shows as a difference of
// rule_texts.txt.
TEST(RuleTexts, AreThoseThatSomebodyHasRead) {
  std::string text;
  for (const RuleSet rules : rule_sets)
    text += fmt::format("# {}: tenants\n{}\n# {}: pairs\n{}\n", to_string(rules),
                        tenants_text(rules), to_string(rules), pairs_text(rules));
  std::ofstream("rule_texts.now.txt") << text;
  std::ifstream golden(GOLDEN_TEXTS);
  const std::string expected{std::istreambuf_iterator<char>(golden), {}};
  EXPECT_TRUE(text == expected)
      << "the texts differ from tests/domain/rule_texts.txt: compare it with rule_texts.now.txt in "
         "the folder of this run, read the difference, and copy it";
}

}  // namespace
}  // namespace tenantscope
