#include "domain/capability.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <utility>

#include "domain/discovery.hpp"
#include "domain/documents.hpp"

namespace tenantscope {
namespace {

using namespace documents;
using enum TenantClass;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

struct Expected {
  TenantClass tenant_class;
  RuleSet rules;
  B2b state;
  const char* rule;
};

constexpr auto seed = RuleSet::seed_2022, docs = RuleSet::docs_2025, today = RuleSet::docs_2026;

constexpr Expected expectations[] = {
    {usgov_supported, seed, B2b::supported, "usgov-scope-usgov"},
    {usgov_supported, docs, B2b::supported, "usgov-scope-usgov"},
    {usgov_supported, today, B2b::supported, "usgov-scope-usgov"},
    {usgov_not_supported, seed, B2b::not_supported, "usgov-scope-usg"},
    {usgov_not_supported, docs, B2b::not_supported, "usgov-scope-usg"},
    {usgov_not_supported, today, B2b::not_supported, "usgov-scope-usg"},
    {usgov_undocumented, seed, B2b::unknown, "usgov-scope-undocumented"},
    {usgov_undocumented, docs, B2b::unknown, "usgov-scope-undocumented"},
    {usgov_undocumented, today, B2b::unknown, "usgov-scope-undocumented"},
    {global, seed, B2b::supported, "global-ordinary"},
    {global, docs, B2b::supported, "global-ordinary"},
    {global, today, B2b::supported, "global-ordinary"},
    {china, seed, B2b::unknown, "china-no-statement"},
    {china, docs, B2b::supported, "china-entra-and-saml"},
    {china, today, B2b::supported, "china-entra-and-saml"},
    {sovereign, seed, B2b::unknown, "sovereign-no-statement"},
    {sovereign, docs, B2b::unknown, "sovereign-no-statement"},
    {sovereign, today, B2b::unknown, "sovereign-no-statement"},
    {global_unscoped, seed, B2b::unknown, "global-without-scope"},
    {global_unscoped, docs, B2b::unknown, "global-without-scope"},
    {global_unscoped, today, B2b::unknown, "global-without-scope"},
    {unrecognised, seed, B2b::unknown, "cloud-unrecognised"},
    {unrecognised, docs, B2b::unknown, "cloud-unrecognised"},
    {unrecognised, today, B2b::unknown, "cloud-unrecognised"},
    {not_found, seed, B2b::unknown, "not-found"},
    {not_found, docs, B2b::unknown, "not-found"},
    {not_found, today, B2b::unknown, "not-found"},
    {never_seen, seed, B2b::unknown, "never-seen"},
    {never_seen, docs, B2b::unknown, "never-seen"},
    {never_seen, today, B2b::unknown, "never-seen"},
};

void expect_verdicts(const Finding* finding, TenantClass tenant_class) {
  EXPECT_EQ(classify(finding), tenant_class);
  for (const Expected& expected : expectations) {
    if (expected.tenant_class != tenant_class)
      continue;
    SCOPED_TRACE(to_string(expected.rules));
    EXPECT_EQ(capability(finding, expected.rules), expected.state);
    const Verdict verdict = judge(finding, expected.rules);
    EXPECT_EQ(verdict.state, expected.state);
    EXPECT_EQ(verdict.rules, expected.rules);
    EXPECT_EQ(verdict.rule, expected.rule);
  }
}

TEST(Judge, DocumentsOfEveryClass) {
  struct Case {
    const char* name;
    Document document;
    TenantClass tenant_class;
  };
  const Case cases[] = {
      {"U+ GCC High", gcc_high_document(contoso), usgov_supported},
      {"U+ DoD", dod_document(contoso), usgov_supported},
      {"U+ v1", tenant_document(usgov_hosts, contoso, R"("USGov")", Form::v1), usgov_supported},
      {"U+ as the article spells it", tenant_document(usgov_hosts, contoso, R"("USGOV")"),
       usgov_supported},
      {"U+ under global hosts, with blanks", tenant_document(global_hosts, contoso, R"(" usgov ")"),
       usgov_supported},
      {"U- under global hosts", usg_document(contoso), usgov_not_supported},
      {"U- under usgov hosts", tenant_document(usgov_hosts, contoso, R"("USG")"),
       usgov_not_supported},
      {"U- in small letters", tenant_document(usgov_hosts, contoso, R"("usg")"),
       usgov_not_supported},
      {"U- with a sub scope", gcc_high_document(contoso).set("tenant_region_scope", R"("USG")"),
       usgov_not_supported},
      {"U- under unheard-of hosts", tenant_document(unheard_of_hosts, contoso, R"("USG")"),
       usgov_not_supported},
      {"U? without a scope", tenant_document(usgov_hosts, contoso, ""), usgov_undocumented},
      {"U? null", tenant_document(usgov_hosts, contoso, "null"), usgov_undocumented},
      {"U? NA", tenant_document(dod_hosts, contoso, R"("NA")"), usgov_undocumented},
      {"U? almost", tenant_document(usgov_hosts, contoso, R"("USGov2")"), usgov_undocumented},
      {"G EU", tenant_document(global_hosts, contoso, R"("EU")"), global},
      {"G AS, v1", tenant_document(global_hosts, contoso, R"("AS")", Form::v1), global},
      {"G WW", tenant_document(global_hosts, contoso, R"("WW")"), global},
      {"G GCC", gcc_document(contoso), global},
      {"G a code nobody has listed", tenant_document(global_hosts, contoso, R"("US")"), global},
      {"C", tenant_document(china_hosts, contoso, R"("AS")"), china},
      {"C v1", tenant_document(china_hosts, contoso, R"("AS")", Form::v1), china},
      {"C without a scope", tenant_document(china_hosts, contoso, "null"), china},
      {"S Germany", tenant_document(germany_hosts, contoso, R"("DE")"), sovereign},
      {"S Bleu", tenant_document(bleu_hosts, contoso, R"("FG")"), sovereign},
      {"S Bleu without a scope", tenant_document(bleu_hosts, contoso, ""), sovereign},
      {"? B2C", b2c_document(contoso), global_unscoped},
      {"? null", tenant_document(global_hosts, contoso, "null"), global_unscoped},
      {"? blank", tenant_document(global_hosts, contoso, R"("  ")"), global_unscoped},
      {"? unheard-of hosts", tenant_document(unheard_of_hosts, contoso, R"("NA")"), unrecognised},
      {"? unheard-of hosts, no scope", tenant_document(unheard_of_hosts, contoso, ""),
       unrecognised},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string body = c.document.text();
    const auto finding = read_answer({.status = 200, .body = body}, builtin_clouds());
    ASSERT_TRUE(finding) << finding.error().detail;
    expect_verdicts(&*finding, c.tenant_class);
  }
}

TEST(Judge, WithoutADocumentItIsUnknown) {
  const Finding none{};
  expect_verdicts(&none, not_found);
  expect_verdicts(nullptr, never_seen);
}

TEST(Judge, EveryCloudThatIsNeitherGlobalNorUsgovNorChinaIsSovereign) {
  for (const Cloud& cloud : builtin_clouds()) {
    const Finding finding = found(cloud.name, "NA");
    const TenantClass expected = cloud.name == "global"  ? global
                                 : cloud.name == "usgov" ? usgov_undocumented
                                 : cloud.name == "china" ? china
                                                         : sovereign;
    EXPECT_EQ(classify(&finding), expected) << cloud.name;
  }
  const Finding configured = found("rehearsal", "");
  EXPECT_EQ(classify(&configured), sovereign);
}

TEST(Judge, TheSubScopeNeverMatters) {
  for (const char* cloud : {"global", "usgov", "china", "germany", ""})
    for (const char* scope : {"", "NA", "USG", "USGov"})
      for (const RuleSet rules : rule_sets) {
        const Finding plain = found(cloud, scope);
        for (const char* sub_scope : {"GCC", "DODCON", "DOD", "USG", "USGov"}) {
          const Finding other = found(cloud, scope, sub_scope);
          EXPECT_EQ(judge(&other, rules).rule, judge(&plain, rules).rule)
              << cloud << " " << scope << " " << sub_scope;
        }
      }
}

TEST(Judge, NamesAScopeThatNobodyHasListed) {
  for (const char* scope : {"NA", "EU", "AS", "WW", "OC", "FG", "GG2", "DE", "na", " EU "}) {
    const Finding listed = found("global", scope);
    EXPECT_FALSE(contains(judge(&listed, docs).explanation, "nobody has listed")) << scope;
  }
  for (const char* scope : {"US", "SA", "USGov2", "xY"}) {
    const Finding unlisted = found("global", scope);
    const std::string explanation = judge(&unlisted, docs).explanation;
    EXPECT_TRUE(contains(explanation, "nobody has listed") && contains(explanation, scope))
        << explanation;
  }
}

TEST(CapabilityRules, HaveAMeaningAndASource) {
  std::set<std::pair<RuleSet, std::string_view>> ids;
  for (const Expected& expected : expectations) {
    const Rule& rule = rule_for(expected.tenant_class, expected.rules);
    EXPECT_EQ(rule.tenant_class, expected.tenant_class);
    EXPECT_LE(rule.since, expected.rules);
    EXPECT_TRUE(ids.emplace(expected.rules, rule.id).second) << rule.id << " is of two classes";
    EXPECT_GT(rule.explanation.size(), 20u) << rule.id;
    EXPECT_FALSE(rule.source.empty()) << rule.id;
    EXPECT_TRUE(std::regex_search(std::string(rule.source), std::regex("20[0-9]{2}-[0-9]{2}")))
        << rule.source;
    if (rule.state == B2b::unknown)
      continue;
    EXPECT_NE(rule.source.find(expected.rules == seed ? "2022-01-31" : "2025-07-07"),
              std::string_view::npos)
        << rule.id;
  }
}

TEST(Verdict, TellsWhatToDoAndWhatItDoesntPromise) {
  const auto limits = [](const Verdict& verdict) {
    std::string all;
    for (const std::string& limit : verdict.limits)
      all += limit + "\n";
    return all;
  };
  for (const RuleSet rules : rule_sets) {
    const Finding usg = found("usgov", "USG"), usgov = found("usgov", "USGov"),
                  ordinary = found("global", "EU"), none{};
    const Verdict refused = judge(&usg, rules);
    EXPECT_TRUE(contains(refused.explanation, "another email address") &&
                contains(refused.explanation, "member account"))
        << refused.explanation;
    EXPECT_EQ(limits(refused), "");
    EXPECT_TRUE(contains(limits(judge(&usgov, rules)), "Microsoft accounts"));
    for (const Finding* supported : {&usgov, &ordinary})
      EXPECT_TRUE(contains(limits(judge(supported, rules)), "cross-tenant access settings"));
    EXPECT_EQ(limits(judge(&none, rules)), "");
    EXPECT_EQ(judge(&usg, rules).rules, rules);
  }
  const Finding chinese = found("china", "AS");
  EXPECT_TRUE(contains(limits(judge(&chinese, docs)), "SAML/WS-Fed"));
  EXPECT_EQ(limits(judge(&chinese, seed)), "");
}

TEST(CapabilityNames, AreReadBackAndNothingElseIs) {
  const std::pair<B2b, const char*> states[] = {{B2b::supported, "supported"},
                                                {B2b::not_supported, "not_supported"},
                                                {B2b::unknown, "unknown"}};
  ASSERT_EQ(b2b_states.size(), std::size(states));
  for (const auto& [state, name] : states) {
    EXPECT_EQ(to_string(state), name);
    EXPECT_EQ(parse_b2b(name), state);
  }
  const std::pair<RuleSet, const char*> sets[] = {{RuleSet::docs_2026, "docs-2026"},
                                                  {RuleSet::docs_2025, "docs-2025"},
                                                  {RuleSet::seed_2022, "seed-2022"}};
  ASSERT_EQ(rule_sets.size(), std::size(sets));
  for (const auto& [rules, name] : sets) {
    EXPECT_EQ(to_string(rules), name);
    EXPECT_EQ(parse_rule_set(name), rules);
  }
  for (const char* text :
       {"", "Supported", "conditional", "supported ", "docs", "docs_2025", "seed-2025"}) {
    EXPECT_EQ(parse_b2b(text), std::nullopt) << text;
    EXPECT_EQ(parse_rule_set(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tenantscope
