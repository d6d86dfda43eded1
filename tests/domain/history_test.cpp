#include "domain/history.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "domain/documents.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using documents::contoso;
using documents::fabrikam;
using documents::found;

const Finding not_found{};
const Finding usg = found("usgov", "USG");
const Finding usgov = found("usgov", "USGov");
const Finding usgov_shouted = found("usgov", " USGOV ");
const Finding dodcon = found("usgov", "USGov", "DODCON");
const Finding dodcon_whispered = found("usgov", "usgov", "dodcon\t");
const Finding undocumented = found("usgov", "XX");
const Finding na = found("global", "NA");
const Finding eu = found("global", "EU");
const Finding gcc = found("global", "NA", "GCC");
const Finding in_china = found("china", "AS");
const Finding of_fabrikam = found("global", "NA", "", fabrikam);
const Finding unrecognised = found("", "NA");

auto raw(const Finding& finding) {
  return std::tuple(finding.found, finding.cloud, to_string(finding.tenant_id),
                    finding.region_scope, finding.sub_scope);
}

auto raw(const std::optional<Finding>& finding) {
  return finding ? std::optional(raw(*finding)) : std::nullopt;
}

std::string text(const std::vector<Change>& changes) {
  std::string all;
  for (const Change& change : changes)
    all += (all.empty() ? "" : ", ") + std::string(to_string(change.field)) + " " + change.from +
           ">" + change.to;
  return all;
}

Observation observation(Result<Finding> finding, WallTime time) {
  return {.finding = std::move(finding),
          .evidence = {.url = "https://x.example",
                       .status = 200,
                       .sha256 = "5ha",
                       .request_id = "r",
                       .body_bytes = 7},
          .time = time};
}

constexpr const char* baseline = "baseline";

enum class Happens { answer, failure, restart, failed_commit };

// One probe and what is expected of it: the transition's changes, and the sightings that are
// pending then.
struct Step {
  Happens happens;
  Finding finding;
  std::string changes;
  int pending;
};

Step sees(Finding finding, std::string changes = "", int pending = 0) {
  return {Happens::answer, std::move(finding), std::move(changes), pending};
}
Step fails(int pending = 0) { return {Happens::failure, {}, "", pending}; }
Step restarts() { return {Happens::restart, {}, "", 0}; }
Step commit_fails(Finding finding, std::string changes, int pending) {
  return {Happens::failed_commit, std::move(finding), std::move(changes), pending};
}

struct Story {
  const char* sentence;
  int confirmations;
  std::vector<Step> steps;
};

void expect_unmoved(const TenantState& before, const TenantState& after) {
  EXPECT_EQ(after.generation, before.generation);
  EXPECT_EQ(after.found, before.found);
  EXPECT_EQ(raw(after.known), raw(before.known));
  EXPECT_EQ(after.last_change, before.last_change);
  EXPECT_EQ(after.b2b_before, before.b2b_before);
}

// A finding that was confirmed at `now`, after so many confirmations.
void expect_confirmed(const Advance& advanced, const TenantState& before, const Step& step,
                      WallTime now, int confirmations) {
  const Transition& transition = *advanced.transition;
  EXPECT_EQ(transition.baseline() ? baseline : text(transition.changes), step.changes);
  EXPECT_EQ(transition.generation, before.generation + 1);
  EXPECT_EQ(raw(transition.previous), raw(before.confirmed()));
  EXPECT_EQ(raw(transition.current), raw(step.finding));
  EXPECT_EQ(transition.confirmed, now);
  EXPECT_LE(transition.first_seen, now);
  EXPECT_EQ(transition.confirmations, transition.baseline() ? 1 : confirmations);
  EXPECT_EQ(transition.evidence.request_id, "r");
  EXPECT_EQ(advanced.state.generation, transition.generation);
  EXPECT_EQ(raw(advanced.state.confirmed()), std::optional(raw(step.finding)));
  EXPECT_FALSE(advanced.state.pending);
  for (const Field field : change_fields) {
    const auto changed =
        std::ranges::find(transition.changes, field, &Change::field) != transition.changes.end();
    EXPECT_EQ(advanced.state.last_change[std::size_t(field)],
              changed ? now : before.last_change[std::size_t(field)])
        << to_string(field);
  }
}

// What B2B was before: told by its last change alone.
void expect_b2b_before(const Advance& advanced, const TenantState& before) {
  const auto& changes = advanced.transition->changes;
  const auto change = std::ranges::find(changes, Field::b2b_capability, &Change::field);
  EXPECT_EQ(advanced.state.b2b_before,
            change != changes.end() ? parse_b2b(change->from) : before.b2b_before);
}

// Plays a story and checks at every step what holds for all of them.
void play(const Story& story) {
  const Policy policy{.confirmations = story.confirmations};
  TenantState state;
  WallTime now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
  for (std::size_t i = 0; i < story.steps.size(); ++i) {
    const Step& step = story.steps[i];
    SCOPED_TRACE("step " + std::to_string(i + 1));
    now += 30s;
    const TenantState before = state;
    if (step.happens == Happens::restart) {
      state.pending.reset();
      continue;
    }
    if (step.happens == Happens::failure) {
      const Advance failed =
          advance(state, observation(Error{ErrorKind::timeout, "too slow"}, now), policy);
      EXPECT_FALSE(failed.transition);
      expect_unmoved(before, failed.state);
      EXPECT_EQ(failed.state.last_success, before.last_success);
      EXPECT_EQ(failed.state.pending ? failed.state.pending->sightings : 0, step.pending);
      state = failed.state;
      continue;
    }

    const Advance advanced = advance(state, observation(step.finding, now), policy);
    EXPECT_EQ(advanced.state.last_success, now);
    if (!advanced.transition) {
      EXPECT_EQ(step.changes, "") << "no transition";
      expect_unmoved(before, advanced.state);
      EXPECT_EQ(advanced.state.pending ? advanced.state.pending->sightings : 0, step.pending);
      if (advanced.state.pending) {
        EXPECT_EQ(raw(advanced.state.pending->finding), raw(step.finding));
      }
      state = advanced.state;
      continue;
    }

    expect_confirmed(advanced, before, step, now, story.confirmations);
    expect_b2b_before(advanced, before);
    if (step.happens == Happens::failed_commit) {
      hold(state, *advanced.transition);
      expect_unmoved(before, state);
      EXPECT_EQ(state.last_success, now);
      EXPECT_EQ(bool(state.pending), !advanced.transition->baseline());
      EXPECT_EQ(state.pending ? state.pending->sightings : 0, step.pending);
    } else {
      state = advanced.state;
    }
  }
}

TEST(Advance, WhatCountsAsAChange) {
  const std::string usg_to_usgov = "region_scope USG>USGov, b2b_capability not_supported>supported";
  const std::string id(contoso),
      to_fabrikam = "identity global/" + id + ">global/" + std::string(fabrikam);
  const std::string usgov_to_usg = "region_scope USGov>USG, b2b_capability supported>not_supported";
  const Story stories[] = {
      {"a first finding is a baseline, at once", 3, {sees(usg, baseline), sees(usg)}},
      {"not found is a finding too", 3, {sees(not_found, baseline), sees(not_found)}},
      {"failures before the first finding", 2, {fails(), fails(), sees(usgov, baseline)}},
      {"a different finding becomes a change after two equal probes",
       2,
       {sees(usg, baseline), sees(usgov, "", 1), sees(usgov, usg_to_usgov), sees(usgov)}},
      {"... after three",
       3,
       {sees(usg, baseline), sees(usgov, "", 1), sees(usgov, "", 2), sees(usgov, usg_to_usgov)}},
      {"... after five",
       5,
       {sees(usg, baseline), sees(usgov, "", 1), sees(usgov, "", 2), sees(usgov, "", 3),
        sees(usgov, "", 4), sees(usgov, usg_to_usgov)}},
      {"with one confirmation the first sighting is the change",
       1,
       {sees(usg, baseline), sees(usgov, usg_to_usgov), sees(usg, usgov_to_usg)}},
      {"failures neither count",
       2,
       {sees(usg, baseline), sees(usgov, "", 1), fails(1), fails(1), fails(1)}},
      {"... nor reset",
       3,
       {sees(usg, baseline), sees(usgov, "", 1), fails(1), sees(usgov, "", 2), fails(2),
        sees(usgov, usg_to_usgov), fails()}},
      {"the old value clears the pending one",
       2,
       {sees(usg, baseline), sees(usgov, "", 1), sees(usg), sees(usgov, "", 1), sees(usg),
        sees(usgov, "", 1), sees(usgov, usg_to_usgov)}},
      {"the old value clears it in another spelling, too",
       2,
       {sees(usgov, baseline), sees(usg, "", 1), sees(usgov_shouted), sees(usg, "", 1)}},
      {"a third value starts again at 1",
       3,
       {sees(usg, baseline), sees(usgov, "", 1), sees(usgov, "", 2), sees(dodcon, "", 1),
        sees(usgov, "", 1), sees(usgov, "", 2), sees(usgov, usg_to_usgov)}},
      {"a third value that only differs in its sub scope",
       2,
       {sees(usg, baseline), sees(usgov, "", 1), sees(dodcon, "", 1),
        sees(dodcon,
             "region_scope USG>USGov, sub_scope >DODCON, b2b_capability not_supported>supported")}},
      {"a restart starts again",
       2,
       {sees(usg, baseline), sees(usgov, "", 1), restarts(), sees(usgov, "", 1),
        sees(usgov, usg_to_usgov), restarts(), sees(usgov)}},
      {"a change during downtime is detected after the restart, once",
       2,
       {sees(usg, baseline), restarts(), sees(usgov, "", 1), sees(usgov, usg_to_usgov),
        sees(usgov)}},
      {"letter case and blanks are no change",
       2,
       {sees(usgov, baseline), sees(usgov_shouted), sees(usgov_shouted), sees(usgov)}},
      {"... of the sub scope neither",
       1,
       {sees(dodcon, baseline), sees(dodcon_whispered), sees(dodcon)}},
      {"... and confirm each other; the latest spelling is kept",
       2,
       {sees(usg, baseline), sees(usgov, "", 1),
        sees(usgov_shouted, "region_scope USG> USGOV , b2b_capability not_supported>supported"),
        sees(usgov)}},
      {"a change of the sub scope alone",
       2,
       {sees(usgov, baseline), sees(dodcon, "", 1), sees(dodcon, "sub_scope >DODCON")}},
      {"a change of the scope that leaves the capability",
       2,
       {sees(na, baseline), sees(eu, "", 1), sees(eu, "region_scope NA>EU")}},
      {"differences that are confirmed together are one event",
       1,
       {sees(gcc, baseline), sees(usg,
                                  "region_scope NA>USG, sub_scope GCC>, b2b_capability "
                                  "supported>not_supported, identity global/" +
                                      id + ">usgov/" + id)}},
      {"another GUID is another identity",
       2,
       {sees(na, baseline), sees(of_fabrikam, "", 1), sees(of_fabrikam, to_fabrikam)}},
      {"another cloud is another identity",
       1,
       {sees(found("global", "AS"), baseline),
        sees(in_china, "identity global/" + id + ">china/" + id)}},
      {"an unrecognised cloud has a name in the identity",
       1,
       {sees(na, baseline),
        sees(unrecognised,
             "b2b_capability supported>unknown, identity global/" + id + ">unknown/" + id)}},
      {"a flip USG to USGov is no change of identity",
       1,
       {sees(usg, baseline), sees(usgov, usg_to_usgov)}},
      {"a tenant that vanishes changes presence and b2b_capability only",
       2,
       {sees(dodcon, baseline), sees(not_found, "", 1),
        sees(not_found, "b2b_capability supported>unknown, presence found>not_found"),
        sees(not_found)}},
      {"... and nothing but presence where the capability doesn't move",
       1,
       {sees(undocumented, baseline), sees(not_found, "presence found>not_found")}},
      {"failures don't make a tenant vanish",
       1,
       {sees(usg, baseline), fails(), fails(), fails(), fails(), sees(usg)}},
      {"it returns as it was",
       1,
       {sees(usg, baseline),
        sees(not_found, "b2b_capability not_supported>unknown, presence found>not_found"),
        sees(usg, "b2b_capability unknown>not_supported, presence not_found>found"), sees(usg)}},
      {"it returns with another scope: compared with what was last known",
       2,
       {sees(usg, baseline), sees(not_found, "", 1),
        sees(not_found, "b2b_capability not_supported>unknown, presence found>not_found"),
        sees(dodcon, "", 1),
        sees(dodcon,
             "region_scope USG>USGov, sub_scope >DODCON, b2b_capability unknown>supported, "
             "presence not_found>found")}},
      {"it returns as another tenant",
       1,
       {sees(na, baseline),
        sees(not_found, "b2b_capability supported>unknown, presence found>not_found"),
        sees(of_fabrikam,
             "b2b_capability unknown>supported, " + to_fabrikam + ", presence not_found>found")}},
      {"it returns in another spelling",
       1,
       {sees(usgov, baseline),
        sees(not_found, "b2b_capability supported>unknown, presence found>not_found"),
        sees(usgov_shouted, "b2b_capability unknown>supported, presence not_found>found")}},
      {"what was never known hasn't changed",
       1,
       {sees(not_found, baseline),
        sees(usg, "b2b_capability unknown>not_supported, presence not_found>found")}},
      {"... and with an undocumented scope only the presence has",
       1,
       {sees(not_found, baseline), sees(undocumented, "presence not_found>found")}},
      {"a vanishing tenant that comes back in time",
       2,
       {sees(usg, baseline), sees(not_found, "", 1), sees(usg), sees(not_found, "", 1), fails(1),
        sees(usg)}},
      {"vanishing and another value are different pending changes",
       2,
       {sees(usg, baseline), sees(not_found, "", 1), sees(usgov, "", 1), sees(not_found, "", 1),
        sees(not_found, "b2b_capability not_supported>unknown, presence found>not_found")}},
      {"there and back are two changes",
       2,
       {sees(usg, baseline), sees(usgov, "", 1), sees(usgov, usg_to_usgov), sees(usg, "", 1),
        sees(usg, usgov_to_usg)}},
      {"if the commit fails, the change stays pending and the next equal probe tries again",
       2,
       {sees(usg, baseline), sees(usgov, "", 1), commit_fails(usgov, usg_to_usgov, 1),
        commit_fails(usgov, usg_to_usgov, 1), fails(1), sees(usgov, usg_to_usgov), sees(usgov)}},
      {"... with three confirmations",
       3,
       {sees(usg, baseline), sees(usgov, "", 1), sees(usgov, "", 2),
        commit_fails(usgov, usg_to_usgov, 2), sees(usgov, usg_to_usgov)}},
      {"... with one confirmation",
       1,
       {sees(usg, baseline), commit_fails(usgov, usg_to_usgov, 0), fails(),
        sees(usgov, usg_to_usgov)}},
      {"... unless the old value is back",
       2,
       {sees(usg, baseline), sees(usgov, "", 1), commit_fails(usgov, usg_to_usgov, 1), sees(usg),
        sees(usgov, "", 1), sees(usgov, usg_to_usgov)}},
      {"... or a third one comes",
       2,
       {sees(usg, baseline), sees(usgov, "", 1), commit_fails(usgov, usg_to_usgov, 1),
        sees(not_found, "", 1), sees(usgov, "", 1)}},
      {"... or the daemon restarts",
       2,
       {sees(usg, baseline), sees(usgov, "", 1), commit_fails(usgov, usg_to_usgov, 1), restarts(),
        sees(usgov, "", 1), sees(usgov, usg_to_usgov)}},
      {"a baseline that can't be committed is tried again",
       3,
       {commit_fails(usg, baseline, 0), fails(), sees(usgov, baseline)}},
  };
  for (const Story& story : stories) {
    SCOPED_TRACE(story.sentence);
    play(story);
  }
}

WallTime at(std::chrono::seconds time) { return WallTime(time); }

TEST(Advance, KeepsTheRawTextOfWhatIsConfirmed) {
  TenantState state = advance({}, observation(usgov, at(1s)), {}).state;
  state = advance(state, observation(usgov_shouted, at(2s)), {}).state;
  EXPECT_EQ(state.known->region_scope, "USGov");
  EXPECT_FALSE(state.pending);
}

TEST(Advance, RemembersWhenAPendingChangeWasSeenFirst) {
  const Policy policy{.confirmations = 3};
  TenantState state = advance({}, observation(usg, at(1s)), policy).state;
  state = advance(state, observation(usgov, at(2s)), policy).state;
  state = advance(state, observation(dodcon, at(3s)), policy).state;
  EXPECT_EQ(state.pending->first_seen, at(3s)) << "a third value";
  state = advance(state, observation(dodcon, at(4s)), policy).state;
  EXPECT_EQ(state.pending->first_seen, at(3s));
  const Advance advanced = advance(state, observation(dodcon, at(5s)), policy);
  ASSERT_TRUE(advanced.transition);
  EXPECT_EQ(advanced.transition->first_seen, at(3s));
  EXPECT_EQ(advanced.transition->confirmed, at(5s));

  hold(state, *advanced.transition);
  const Advance again = advance(state, observation(dodcon, at(60s)), policy);
  ASSERT_TRUE(again.transition);
  EXPECT_EQ(again.transition->first_seen, at(3s)) << "a failed commit doesn't make it younger";
  EXPECT_EQ(again.transition->confirmed, at(60s));
  EXPECT_EQ(again.transition->generation, advanced.transition->generation);
}

TEST(Advance, RulesMatterForTheCapabilityOnly) {
  struct Case {
    Finding before, after;
    const char* seed_2022;
    const char* docs_2025;
  };
  const Case cases[] = {
      {found("china", "AS"), found("china", "XX"), "region_scope AS>XX", "region_scope AS>XX"},
      {in_china, not_found, "presence found>not_found",
       "b2b_capability supported>unknown, presence found>not_found"},
      {not_found, in_china, "presence not_found>found",
       "b2b_capability unknown>supported, presence not_found>found"},
      {usg, usgov, "region_scope USG>USGov, b2b_capability not_supported>supported",
       "region_scope USG>USGov, b2b_capability not_supported>supported"},
  };
  for (const Case& c : cases)
    for (const RuleSet rules : {RuleSet::seed_2022, RuleSet::docs_2025}) {
      const Policy policy{.confirmations = 1, .rules = rules};
      const TenantState state = advance({}, observation(c.before, at(1s)), policy).state;
      const Advance advanced = advance(state, observation(c.after, at(2s)), policy);
      ASSERT_TRUE(advanced.transition);
      EXPECT_EQ(text(advanced.transition->changes),
                rules == RuleSet::seed_2022 ? c.seed_2022 : c.docs_2025);
    }
}

TEST(Advance, RemembersWhatB2bWasBeforeItsLastChange) {
  const Policy policy{.confirmations = 1};
  struct Case {
    Finding seen;
    std::optional<B2b> before;
  };
  const Case cases[] = {
      {usgov, std::nullopt}, {usgov_shouted, std::nullopt},      {dodcon, std::nullopt},
      {usg, B2b::supported}, {undocumented, B2b::not_supported}, {not_found, B2b::not_supported},
      {usg, B2b::unknown},   {usgov, B2b::not_supported},        {na, B2b::not_supported},
  };
  TenantState state;
  for (const Case& c : cases) {
    state = advance(state, observation(c.seen, at(1s)), policy).state;
    EXPECT_EQ(state.b2b_before, c.before) << c.seen.region_scope.text();
  }
  EXPECT_EQ(lost_state(7).b2b_before, std::nullopt);
}

TEST(Advance, AnotherRuleSetAloneIsNoChange) {
  const TenantState state =
      advance({}, observation(in_china, at(1s)), {.confirmations = 1, .rules = RuleSet::seed_2022})
          .state;
  const Advance advanced = advance(state, observation(in_china, at(2s)),
                                   {.confirmations = 1, .rules = RuleSet::docs_2025});
  EXPECT_FALSE(advanced.transition);
  EXPECT_FALSE(advanced.state.pending);
}

TEST(Advance, ConfirmationsMayBeChangedWhileAChangeIsPending) {
  TenantState state = advance({}, observation(usg, at(1s)), {}).state;
  for (int i = 2; i <= 4; ++i)
    state = advance(state, observation(usgov, at(1s * i)), {.confirmations = 9}).state;
  EXPECT_EQ(state.pending->sightings, 3);
  const Advance advanced = advance(state, observation(usgov, at(5s)), {.confirmations = 2});
  ASSERT_TRUE(advanced.transition);
  EXPECT_EQ(advanced.transition->confirmations, 4) << "as many as there were";
}

TEST(TenantState, ShowsTheKnownDocumentOnlyWhileFound) {
  TenantState state;
  EXPECT_FALSE(state.confirmed());
  state = advance(state, observation(usg, at(1s)), {.confirmations = 1}).state;
  EXPECT_EQ(raw(state.confirmed()), std::optional(raw(usg)));
  state = advance(state, observation(not_found, at(2s)), {.confirmations = 1}).state;
  EXPECT_EQ(raw(state.confirmed()), std::optional(raw(not_found)));
  EXPECT_EQ(raw(state.known), std::optional(raw(usg)));
}

TEST(Finding, IsEquivalentWhateverTheSpelling) {
  struct Case {
    Finding a, b;
    bool equivalent;
  };
  const Case cases[] = {
      {usgov, usgov_shouted, true},
      {dodcon, dodcon_whispered, true},
      {not_found, Finding{.cloud = "global", .region_scope = "NA"}, true},
      {found("global", ""), found("global", "  "), true},
      {usg, usgov, false},
      {usgov, dodcon, false},
      {na, of_fabrikam, false},
      {na, unrecognised, false},
      {usg, not_found, false},
      {found("global", "N A"), na, false},
      {found("global", "\xC3\x84"), found("global", "\xC3\xA4"), false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(equivalent(c.a, c.b), c.equivalent)
        << c.a.region_scope.text() << " and " << c.b.region_scope.text();
    EXPECT_EQ(equivalent(c.b, c.a), c.equivalent)
        << c.b.region_scope.text() << " and " << c.a.region_scope.text();
    EXPECT_TRUE(equivalent(c.a, c.a) && equivalent(c.b, c.b));
  }
}

TEST(Normalized, IsTrimmedAndInLowerCase) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"USGov", "usgov"},
      {" \t\r\n\v\fUSGov \t\r\n\v\f", "usgov"},
      {" \t\r\n ", ""},
      {"GCC High", "gcc high"},
      {"@ABCDEFGHIJKLMNOPQRSTUVWXYZ[`abcdefghijklmnopqrstuvwxyz{",
       "@abcdefghijklmnopqrstuvwxyz[`abcdefghijklmnopqrstuvwxyz{"},
      {"\xC3\x84\xC2\xA0", "\xC3\x84\xC2\xA0"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(normalized(text), expected) << text;
}

TEST(Field, HasItsContractName) {
  const std::pair<Field, const char*> names[] = {{Field::region_scope, "region_scope"},
                                                 {Field::sub_scope, "sub_scope"},
                                                 {Field::b2b_capability, "b2b_capability"},
                                                 {Field::identity, "identity"},
                                                 {Field::presence, "presence"}};
  ASSERT_EQ(change_fields.size(), std::size(names));
  for (std::size_t i = 0; i < change_fields.size(); ++i) {
    EXPECT_EQ(change_fields[i], names[i].first);
    EXPECT_EQ(std::size_t(change_fields[i]), i) << "last_change is indexed by it";
    EXPECT_EQ(to_string(names[i].first), names[i].second);
  }
}

// Nothing is known of what was before: whatever is seen is a baseline, and no change.
TEST(Advance, SeesALostTenantAnew) {
  const TenantState lost = lost_state(41);
  EXPECT_FALSE(lost.seen());
  EXPECT_FALSE(lost.confirmed());
  for (const Finding& finding : {not_found, usgov, na}) {
    const Advance advanced = advance(lost, observation(finding, {}), {.confirmations = 3});
    ASSERT_TRUE(advanced.transition);
    EXPECT_TRUE(advanced.transition->baseline());
    EXPECT_TRUE(advanced.transition->damaged);
    EXPECT_EQ(advanced.transition->generation, 42u);
    EXPECT_TRUE(advanced.transition->changes.empty());
    EXPECT_TRUE(advanced.state.seen());
    EXPECT_EQ(raw(advanced.state.confirmed()), raw(std::optional(finding)));
  }
  const Advance failed = advance(lost, observation(Error{ErrorKind::timeout, ""}, {}), {});
  EXPECT_FALSE(failed.transition);
  EXPECT_FALSE(failed.state.seen());
  EXPECT_FALSE(advance({}, observation(usgov, {}), {}).transition->damaged);
}

}  // namespace
}  // namespace tenantscope
