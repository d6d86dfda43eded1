#include "domain/explanation.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "domain/documents.hpp"
#include "support/watch_settings.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using documents::contoso;
using documents::fabrikam;
using documents::found;

const std::vector<std::string> some_clouds{"global", "usgov", "china"};
const TenantKey agency{.asked = "usgov", .name = "agency.example"};
const TenantKey partner{.asked = "global", .name = "partner.example"};
const Finding usgov = found("usgov", "USGov", "DODCON", fabrikam);
const Finding global = found("global", "NA", "", contoso);
const WallTime noon = *parse_rfc3339("2026-11-23T12:00:00Z");

TenantFacts known(const TenantKey& key, const Finding& finding) {
  return facts_of(key, {.finding = finding, .evidence = {}, .time = noon});
}
TenantFacts failing(const TenantKey& key, Error error) {
  return facts_of(key, {.finding = std::move(error), .evidence = {}, .time = noon});
}
TenantFacts never_asked(const TenantKey& key) {
  TenantFacts facts;
  facts.key = key;
  return facts;
}

Explanation explained(TenantFacts host, std::variant<TenantFacts, IdentityProvider> guest,
                      CloudWord word = {}, RuleSet rules = RuleSet::docs_2026) {
  return explain({.host = std::move(host), .guest = std::move(guest), .word = std::move(word)},
                 rules, some_clouds);
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

CollaborationSettings collaboration(const std::string& name, CrossCloud word) {
  return {.name = name,
          .hosts = {{.key = agency, .shown = agency.name}},
          .guests = {CollaborationMember{.key = partner, .shown = partner.name},
                     IdentityProvider::google},
          .cross_cloud = word};
}

TEST(DeclaredWord, IsThatOfTheCollaborationsThatHaveThePair) {
  const auto declared = [](std::vector<CollaborationSettings> all, const TenantKey& host,
                           const PairMember& guest) { return declared_word(all, host, guest); };
  const auto enabled = collaboration("joint", CrossCloud::enabled);
  for (const PairMember& guest : {PairMember(partner), PairMember(IdentityProvider::google)}) {
    const CloudWord word = declared({enabled}, agency, guest);
    EXPECT_EQ(word.setting, CrossCloud::enabled);
    EXPECT_EQ(word.giver, WordGiver::collaboration);
    EXPECT_EQ(word.doubt, "");
  }
  const TenantKey elsewhere{.asked = "china", .name = partner.name};
  for (const auto& [host, guest] :
       {std::pair(agency, PairMember(elsewhere)), std::pair(partner, PairMember(agency)),
        std::pair(agency, PairMember(IdentityProvider::saml))}) {
    const CloudWord word = declared({enabled}, host, guest);
    EXPECT_EQ(word.setting, CrossCloud::unset);
    EXPECT_FALSE(word.giver);
  }
  auto among_themselves = enabled;
  among_themselves.guests.emplace_back(among_themselves.hosts.front());
  EXPECT_FALSE(declared({among_themselves}, agency, agency).giver) << "no pair with itself";
  const CloudWord unset = declared({collaboration("joint", CrossCloud::unset)}, agency, partner);
  EXPECT_FALSE(unset.giver) << "nobody gave one";
  EXPECT_EQ(unset.doubt, "");
}

TEST(DeclaredWord, IsNoneWhereCollaborationsDiffer) {
  const std::vector<CollaborationSettings> alike{collaboration("a", CrossCloud::disabled),
                                                 collaboration("b", CrossCloud::disabled)};
  EXPECT_EQ(declared_word(alike, agency, partner).setting, CrossCloud::disabled);
  for (const CrossCloud other : {CrossCloud::disabled, CrossCloud::unset}) {
    const CloudWord word =
        declared_word({collaboration("joint", CrossCloud::enabled), collaboration("other", other)},
                      agency, partner);
    EXPECT_EQ(word.setting, CrossCloud::unset);
    EXPECT_FALSE(word.giver);
    EXPECT_TRUE(holds(word.doubt, "joint: enabled; other: ")) << word.doubt;
    const PairVerdict verdict =
        explained(known(agency, usgov), known(partner, global), word).verdict;
    EXPECT_EQ(verdict.capability, PairCapability::conditional);
    EXPECT_EQ(verdict.limits.at(0), word.doubt);
    const PairVerdict of_one_cloud =
        explained(known(agency, usgov), known(partner, found("usgov", "USGov")), word).verdict;
    EXPECT_EQ(std::ranges::count(of_one_cloud.limits, word.doubt), 0) << "it decides nothing there";
  }
}

TEST(Explanation, SaysWhoseWordCounted) {
  for (const WordGiver giver : {WordGiver::flag, WordGiver::collaboration}) {
    const PairVerdict verdict =
        explained(known(agency, usgov), known(partner, global),
                  {.setting = CrossCloud::enabled, .giver = giver, .doubt = {}})
            .verdict;
    EXPECT_EQ(verdict.capability, PairCapability::supported);
    EXPECT_TRUE(holds(verdict.explanation, "operator's word")) << verdict.explanation;
    EXPECT_EQ(holds(verdict.explanation, "in the configuration"),
              giver == WordGiver::collaboration);
  }
}

TEST(Explanation, SaysThatAProbeFailed) {
  const Error no_name{ErrorKind::dns, "could not resolve host"};
  for (const RuleSet rules : rule_sets) {
    const Explanation guest = explained(known(agency, usgov), failing(partner, no_name), {}, rules);
    EXPECT_EQ(guest.verdict.capability, PairCapability::unknown);
    EXPECT_EQ(
        guest.verdict.explanation,
        "The guest's tenant, partner.example, couldn't be asked: dns (could not resolve host).");
    ASSERT_EQ(guest.verdict.advice.size(), 1u);
    EXPECT_TRUE(holds(guest.verdict.advice[0], "ask again")) << guest.verdict.advice[0];
    EXPECT_TRUE(guest.alternatives.empty() && guest.clouds_asked.empty());
    EXPECT_EQ(guest.pair.failure(), ErrorKind::dns);

    const Explanation host =
        explained(failing(agency, {ErrorKind::tls, ""}), IdentityProvider::google, {}, rules);
    EXPECT_EQ(host.verdict.explanation, "The host, agency.example, couldn't be asked: tls.");
  }
  const Explanation both =
      explained(failing(agency, {ErrorKind::tls, ""}), failing(partner, {ErrorKind::dns, ""}));
  EXPECT_EQ(both.verdict.explanation,
            "The host, agency.example, couldn't be asked: tls. The guest's tenant, "
            "partner.example, couldn't be asked: dns.");
  const Explanation one_missing = explained(known(agency, {}), failing(partner, no_name));
  EXPECT_TRUE(holds(one_missing.verdict.explanation,
                    "The host, agency.example, wasn't found in the cloud usgov"));
  EXPECT_TRUE(holds(one_missing.verdict.explanation, "couldn't be asked: dns"));
  EXPECT_EQ(one_missing.verdict.advice.size(), 2u);
  const TenantKey german{.asked = "germany", .name = "werk.example"};
  const Explanation closed = explained(known(agency, usgov), failing(german, no_name));
  EXPECT_TRUE(holds(closed.verdict.explanation, "closed on 2021-10-29"));
}

TEST(Explanation, NamesWhoWasNotFoundAndWhere) {
  const std::string no_host = "The host, agency.example, wasn't found in the cloud usgov";
  const std::string no_guest =
      "The guest's tenant, partner.example, wasn't found in the cloud global";
  const auto why = [](const TenantFacts& host, const TenantFacts& guest) {
    return explained(host, guest).verdict.explanation;
  };
  EXPECT_TRUE(why(known(agency, usgov), known(partner, {})).starts_with(no_guest));
  EXPECT_TRUE(why(known(agency, {}), known(partner, global)).starts_with(no_host));
  const std::string both = why(known(agency, {}), known(partner, {}));
  EXPECT_TRUE(both.starts_with(no_host) && holds(both, " " + no_guest)) << both;
  const std::string unscoped = why(known(agency, found("global", "")), known(partner, {}));
  EXPECT_TRUE(holds(unscoped, "no region scope") && holds(unscoped, no_guest)) << unscoped;
}

TEST(Explanation, IsThatOfTheRulesWhereAFailureChangesNothing) {
  const Finding usg = found("usgov", "USG");
  const PairVerdict refused =
      explained(known(agency, usg), failing(partner, {ErrorKind::dns, ""})).verdict;
  EXPECT_EQ(refused.rule, "pair-host-usg");
  EXPECT_TRUE(holds(refused.explanation, "it can invite nobody")) << refused.explanation;
  EXPECT_EQ(refused.advice.size(), 1u);
  TenantFacts known_before = known(partner, global);
  known_before.failure = Error{ErrorKind::timeout, ""};
  const Explanation kept = explained(known(agency, usgov), known_before);
  EXPECT_EQ(kept.verdict.capability, PairCapability::conditional);
  EXPECT_EQ(kept.pair.failure(), ErrorKind::timeout);
}

TEST(Explanation, SaysOfEachThatIsUnjudgedWhy) {
  const std::pair<TenantFacts, std::string_view> table[] = {
      {known(partner, {}), "partner.example, wasn't found in the cloud global"},
      {known(partner, found("global", "")), "no region scope"},
      {known(partner, found("", "XX")), "no cloud that is known here"},
      {never_asked(partner), "hasn't given a valid answer yet"}};
  for (const auto& [guest, why] : table) {
    const PairVerdict verdict = explained(known(agency, usgov), guest).verdict;
    EXPECT_TRUE(verdict.explanation.starts_with("The guest's tenant")) << verdict.explanation;
    EXPECT_TRUE(holds(verdict.explanation, why)) << verdict.explanation;
    EXPECT_EQ(verdict.advice.size(), guest.finding && !guest.finding->found ? 1u : 0u);
    TenantFacts host = guest;
    const PairVerdict other = explained(host, IdentityProvider::google).verdict;
    EXPECT_TRUE(other.explanation.starts_with("The host")) << other.explanation;
    EXPECT_TRUE(holds(other.explanation, why)) << other.explanation;
  }
}

// "PROVIDER CAPABILITY, …"
std::string shown(const std::vector<Alternative>& alternatives) {
  std::string text;
  for (const Alternative& one : alternatives)
    text += (text.empty() ? "" : ", ") + std::string(to_string(one.guest)) + " " +
            std::string(to_string(one.capability));
  return text;
}

TEST(Explanation, PointsAGuestThatIsNotFoundToIdentities) {
  const std::pair<Finding, std::string_view> table[] = {
      {global, "microsoft supported, google supported, email_otp supported, saml supported"},
      {usgov, "microsoft supported, google supported, email_otp supported, saml unknown"},
      {found("china", "AS"), "saml supported"},
      {found("usgov", "USG"), ""},
      {found("usgov", "XX"), ""},
      {Finding{}, ""}};
  for (const auto& [host, alternatives] : table) {
    const Explanation explanation = explained(known(agency, host), known(partner, {}));
    EXPECT_EQ(shown(explanation.alternatives), alternatives);
    EXPECT_EQ(explanation.clouds_asked, std::vector<std::string>{"global"});
    EXPECT_EQ(explanation.clouds_not_asked, (std::vector<std::string>{"usgov", "china"}));
  }
  for (const auto& guest : {known(partner, global), never_asked(partner)}) {
    const Explanation explanation = explained(known(agency, usgov), guest);
    EXPECT_TRUE(explanation.alternatives.empty() && explanation.clouds_asked.empty() &&
                explanation.clouds_not_asked.empty());
  }
}

TEST(Explanation, SaysThatTwoNamesAreOneTenant) {
  for (const TenantKey& other : {agency, partner})
    for (const Finding& finding : {usgov, global, found("usgov", "USG")}) {
      const PairVerdict verdict = explained(known(agency, finding), known(other, finding)).verdict;
      EXPECT_TRUE(holds(verdict.explanation, "are one tenant")) << verdict.explanation;
      EXPECT_TRUE(verdict.limits.empty() && verdict.advice.empty());
    }
  const PairVerdict missing = explained(known(agency, {}), known(agency, {})).verdict;
  EXPECT_TRUE(holds(missing.explanation, "are one tenant")) << missing.explanation;
  EXPECT_TRUE(holds(missing.explanation, "wasn't found")) << missing.explanation;
  const PairVerdict unreached =
      explained(failing(agency, {ErrorKind::dns, ""}), failing(agency, {ErrorKind::dns, ""}))
          .verdict;
  EXPECT_TRUE(unreached.explanation.ends_with("The host, agency.example, couldn't be asked: dns."))
      << unreached.explanation;
  const auto apart = [](const Finding& host, const Finding& guest) {
    return !holds(explained(known(agency, host), known(partner, guest)).verdict.explanation,
                  "one tenant");
  };
  EXPECT_TRUE(apart(global, found("global", "NA", "", fabrikam)));
  EXPECT_TRUE(apart(global, found("usgov", "USGov", "", contoso))) << "a GUID of another cloud";
  EXPECT_TRUE(apart(Finding{}, Finding{}));
}

TEST(Facts, AreThoseOfTheWatch) {
  Watch watch{.settings = shared({.key = agency})};
  EXPECT_FALSE(facts_of(watch).finding || facts_of(watch).seen || facts_of(watch).failure);
  watch.state = {.generation = 1, .found = true, .known = usgov, .last_success = noon};
  EXPECT_EQ(facts_of(watch).seen, noon);
  EXPECT_EQ(facts_of(watch).finding->region_scope, "USGov");
  watch.state.pending = Pending{global, 1, noon, noon - 1h};
  EXPECT_EQ(facts_of(watch).seen, noon - 1h) << "at noon it was something else";
  watch.status.failure = ErrorKind::timeout;
  watch.status.failure_detail = "after 10 s";
  EXPECT_EQ(facts_of(watch).failure->kind, ErrorKind::timeout);
  EXPECT_EQ(facts_of(watch).failure->detail, "after 10 s");
  EXPECT_TRUE(facts_of(watch).finding) << "it stays";
}

}  // namespace
}  // namespace tenantscope
