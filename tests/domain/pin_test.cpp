// What a pin makes of who answers to a name: confirmed like a change, beside the finding, which no
// stranger moves.
#include <gtest/gtest.h>

#include "domain/documents.hpp"
#include "domain/event.hpp"
#include "domain/match.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using documents::contoso;
using documents::fabrikam;
using documents::found;

const Finding pinned = found("usgov", "USG");
const Finding pinned_later = found("usgov", "USGov");
const Finding stranger = found("global", "NA", "", fabrikam);
const Finding stranger_moved = found("china", "AS", "", fabrikam);
const Finding third = found("", "NA", "", "00000000-0000-0000-0000-00000000000c");
const std::string us = "usgov/" + std::string(contoso), them = "global/" + std::string(fabrikam);

// As app/probe judges an answer under a pin.
Observation seen(const Finding& finding, const std::optional<Guid>& pin, WallTime time) {
  if (!pin || !finding.found || finding.tenant_id == *pin)
    return {.finding = finding, .evidence = {}, .time = time};
  return {.finding = Error{ErrorKind::identity, "another"},
          .evidence = {.request_id = "r"},
          .time = time,
          .stranger = finding};
}

std::string told(const Transition& transition, const std::vector<ChangeEvent>& events) {
  std::string text;
  for (const ChangeEvent& event : events) {
    text += (text.empty() ? "" : "; ") + std::string(to_string(event.kind)) + " " +
            std::string(to_string(event.severity));
    for (const ExpectationChange& change : event.expectations)
      text += " " + change.expected + (change.met ? " = " : " ! ") + change.actual;
  }
  EXPECT_EQ(transition.only_pin, text.starts_with("expectation_changed")) << text;
  return text;
}

enum class Does { see, time_out, restart, repin, fail_to_commit };

struct Step {
  Does does = Does::see;
  Finding finding;
  std::string events;         // that are told
  int pending = 0;            // sightings of who answers then
  const char* met = nullptr;  // "yes", "no"; nullptr: not known
  std::optional<Guid> pin;    // of a repin
};

class Tenant {
 public:
  explicit Tenant(int confirmations, std::optional<Guid> pin = parse_guid(contoso)) {
    policy_.confirmations = confirmations;
    policy_.pin = pin;
  }

  void does(const Step& step) {
    now_ += 30s;
    if (step.does == Does::restart)
      state_.forget_pending();
    if (step.does == Does::repin) {
      state_.forget_pending();
      policy_.pin = step.pin;
    }
    if (step.does == Does::time_out)
      take({.finding = Error{ErrorKind::timeout, "slow"}, .evidence = {}, .time = now_}, step);
    if (step.does == Does::see || step.does == Does::fail_to_commit)
      take(seen(step.finding, policy_.pin, now_), step);
    EXPECT_EQ(state_.pin_pending ? state_.pin_pending->sightings : 0, step.pending);
    const auto met = pin_met(policy_.pin, state_);
    EXPECT_EQ(met, step.met ? std::optional(std::string(step.met) == "yes") : std::nullopt);
  }

  const TenantState& state() const { return state_; }

 private:
  void take(const Observation& observation, const Step& step) {
    Advance advanced = advance(state_, observation, policy_);
    if (!observation.finding) {
      EXPECT_EQ(advanced.state.last_success, state_.last_success);
      EXPECT_EQ(advanced.state.confirmed().has_value(), state_.confirmed().has_value());
      EXPECT_EQ(advanced.state.pending.has_value(), state_.pending.has_value());
    }
    std::string events;
    if (advanced.transition) {
      events =
          told(*advanced.transition, make_events({"global", "a.example"}, *advanced.transition, {},
                                                 {.rules = policy_.rules, .severities = {}}));
      EXPECT_EQ(advanced.transition->generation, state_.generation + 1);
      EXPECT_EQ(advanced.state.generation, state_.generation + 1);
      EXPECT_FALSE(advanced.transition->damaged);
    }
    EXPECT_EQ(events, step.events);
    if (step.does != Does::fail_to_commit) {
      state_ = std::move(advanced.state);
      return;
    }
    const auto heard = observation.finding ? observation.time : state_.last_success;
    hold(state_, advanced.transition.value());
    EXPECT_EQ(state_.last_success, heard);
  }

  Policy policy_;
  TenantState state_;
  WallTime now_ = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
};

Step sees(const Finding& finding, const char* met, std::string events = "", int pending = 0) {
  return {
      .finding = finding, .events = std::move(events), .pending = pending, .met = met, .pin = {}};
}
Step times_out(const char* met, int pending = 0) {
  return {.does = Does::time_out,
          .finding = {},
          .events = "",
          .pending = pending,
          .met = met,
          .pin = {}};
}
Step restarts(const char* met) {
  return {.does = Does::restart, .finding = {}, .events = "", .met = met, .pin = {}};
}
Step pins(std::string_view tenant, const char* met) {
  return {.does = Does::repin, .finding = {}, .events = "", .met = met, .pin = parse_guid(tenant)};
}
Step cannot_commit(const Finding& finding, std::string events, const char* met, int pending) {
  Step step = sees(finding, met, std::move(events), pending);
  step.does = Does::fail_to_commit;
  return step;
}

struct Story {
  const char* sentence;
  int confirmations;
  std::vector<Step> steps;
  std::optional<Guid> pin = parse_guid(contoso);
};

void play(const std::vector<Story>& stories) {
  for (const Story& story : stories) {
    SCOPED_TRACE(story.sentence);
    Tenant tenant(story.confirmations, story.pin);
    for (std::size_t i = 0; i < story.steps.size(); ++i) {
      SCOPED_TRACE("step " + std::to_string(i + 1));
      tenant.does(story.steps[i]);
    }
  }
}

const std::string lost = "expectation_changed critical " + us + " ! " + them;
const std::string never_met =
    "expectation_changed warning unknown/" + std::string(contoso) + " ! " + them;
const std::string met_again = "expectation_changed info " + us + " = " + us;

TEST(Pin, IsConfirmedLikeAChange) {
  play({
      {"met from the beginning: nothing to tell",
       2,
       {sees(pinned, "yes", "baselined info"), sees(pinned, "yes")}},
      {"lost and met again",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1),
        sees(stranger, "no", lost), sees(stranger, "no"), sees(pinned, "no", "", 1),
        sees(pinned, "yes", met_again), sees(pinned, "yes")}},
      {"after three",
       3,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1),
        sees(stranger, "yes", "", 2), sees(stranger, "no", lost), sees(pinned, "no", "", 1),
        sees(pinned, "no", "", 2), sees(pinned, "yes", met_again)}},
      {"at once",
       1,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "no", lost),
        sees(pinned, "yes", met_again)}},
      {"a flap is none, either way",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1), sees(pinned, "yes"),
        sees(stranger, "yes", "", 1), sees(stranger, "no", lost), sees(pinned, "no", "", 1),
        sees(stranger, "no"), sees(pinned, "no", "", 1), sees(pinned, "yes", met_again)}},
      {"other failures neither count nor reset",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1), times_out("yes", 1),
        sees(stranger, "no", lost), times_out("no"), sees(pinned, "no", "", 1), times_out("no", 1),
        sees(pinned, "yes", met_again)}},
      {"not found interrupts, and says nothing of whose the name is",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1), sees({}, "yes"),
        sees(stranger, "yes", "", 1), sees(stranger, "no", lost),
        sees({}, "no", "changed critical"), sees(pinned, "no", "", 1)}},
      {"a third tenant starts again at one, and is told",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1),
        sees(third, "yes", "", 1), sees(stranger, "yes", "", 1), sees(stranger, "no", lost),
        sees(third, "no", "", 1),
        sees(third, "no",
             "expectation_changed critical " + us +
                 " ! unknown/00000000-0000-0000-0000-00000000000c")}},
      {"a stranger's other cloud is another answer, its other scope isn't",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1),
        sees(found("global", "EU", "GCC", fabrikam), "no", lost), sees(stranger_moved, "no", "", 1),
        sees(stranger_moved, "no",
             "expectation_changed critical " + us + " ! china/" + std::string(fabrikam))}},
      {"a restart starts again, and forgets nothing that was told",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1), restarts("yes"),
        sees(stranger, "yes", "", 1), sees(stranger, "no", lost), restarts("no"),
        sees(stranger, "no"), sees(pinned, "no", "", 1), restarts("no"), sees(pinned, "no", "", 1),
        sees(pinned, "yes", met_again)}},
      {"a commit that fails is tried again",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1),
        cannot_commit(stranger, lost, "yes", 1), sees(stranger, "no", lost),
        sees(pinned, "no", "", 1), cannot_commit(pinned, met_again, "no", 1),
        sees(pinned, "yes", met_again)}},
  });
}

TEST(Pin, ThatWasNeverMetIsTold) {
  play({
      {"a stranger from the beginning; the pinned tenant's first answer is a baseline",
       2,
       {sees(stranger, nullptr, "", 1), sees(stranger, "no", never_met), sees(stranger, "no"),
        restarts("no"), sees(pinned, "no", "baselined info", 1), sees(pinned, "yes", met_again)}},
      {"likewise at once, in one step",
       1,
       {sees(stranger, "no", never_met), sees(pinned, "yes", "baselined info; " + met_again)}},
      {"not found first",
       2,
       {sees({}, nullptr, "baselined info"), sees(stranger, nullptr, "", 1),
        sees(stranger, "no", never_met)}},
      {"a flap before the first answer",
       2,
       {sees(stranger, nullptr, "", 1), sees(pinned, "yes", "baselined info"),
        sees(stranger, "yes", "", 1)}},
  });
}

TEST(Pin, ComesGoesAndChangesWithTheConfiguration) {
  const std::string fabrikam_at_usgov = "usgov/" + std::string(fabrikam);
  play({
      {"put in later, right: shown at once, and no event",
       2,
       {sees(pinned, nullptr, "baselined info"), pins(contoso, "yes"), sees(pinned, "yes")},
       std::nullopt},
      {"put in later, wrong: it was never met",
       2,
       {sees(pinned, nullptr, "baselined info"), pins(fabrikam, nullptr),
        sees(pinned, nullptr, "", 1),
        sees(pinned, "no", "expectation_changed warning " + fabrikam_at_usgov + " ! " + us)},
       std::nullopt},
      {"changed to the stranger, who becomes the tenant",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1),
        sees(stranger, "no", lost), pins(fabrikam, nullptr), sees(stranger, nullptr, "", 1),
        sees(stranger, "yes", "changed critical; expectation_changed info " + them + " = " + them),
        sees(stranger, "yes")}},
      {"changed to a third one: it stays unmet until that answers",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1),
        sees(stranger, "no", lost), pins("00000000-0000-0000-0000-00000000000c", "no"),
        sees(stranger, "no")}},
      {"taken out: the name is whoever answers",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1),
        sees(stranger, "no", lost), pins("", nullptr), sees(stranger, nullptr),
        sees(stranger, nullptr, "changed critical"), pins(contoso, nullptr),
        sees(stranger, nullptr, "", 1),
        sees(stranger, "no",
             "expectation_changed warning global/" + std::string(contoso) + " ! " + them)}},
      {"taken out and put in again while nothing changes: told once",
       2,
       {sees(pinned, "yes", "baselined info"), sees(stranger, "yes", "", 1),
        sees(stranger, "no", lost), pins("", nullptr), sees(stranger, nullptr), pins(contoso, "no"),
        sees(stranger, "no"), sees(pinned, "no", "", 1), sees(pinned, "yes", met_again)}},
      {"taken out before it ever was met: no damage",
       2,
       {sees(stranger, nullptr, "", 1), sees(stranger, "no", never_met), pins("", nullptr),
        sees(stranger, nullptr, "baselined info")}},
  });
}

// The finding's own changes go on: a stranger's answers count for them as any failure does.
TEST(Pin, LeavesTheFindingsOwnConfirmationAlone) {
  Tenant tenant(2);
  tenant.does(sees(pinned, "yes", "baselined info"));
  tenant.does(sees(pinned_later, "yes"));
  ASSERT_TRUE(tenant.state().pending);
  tenant.does(sees(stranger, "yes", "", 1));
  EXPECT_EQ(tenant.state().pending->sightings, 1);
  tenant.does(sees(pinned_later, "yes", "changed warning"));
  EXPECT_EQ(tenant.state().known->region_scope, "USGov");
}

// As version 3 of the storage left it: whether it is met wasn't stored.
TEST(Pin, OfAStateFromBeforeTellsNothingFalse) {
  const Policy policy{.confirmations = 2, .pin = parse_guid(contoso)};
  TenantState state{.generation = 3, .found = true, .known = pinned};
  EXPECT_FALSE(advance(state, seen(pinned, policy.pin, {}), policy).transition);
  state = advance(state, seen(stranger, policy.pin, {}), policy).state;
  const Advance second = advance(state, seen(stranger, policy.pin, {}), policy);
  ASSERT_TRUE(second.transition && second.transition->pin);
  EXPECT_TRUE(second.transition->pin->lost);
}

TEST(Pin, OfADamagedStateSaysSoOnce) {
  const Policy policy{.confirmations = 1, .pin = parse_guid(contoso)};
  const Advance first = advance(lost_state(7), seen(stranger, policy.pin, {}), policy);
  ASSERT_TRUE(first.transition && first.transition->only_pin);
  EXPECT_TRUE(first.transition->damaged);
  EXPECT_EQ(first.state.generation, 8u);
  EXPECT_FALSE(first.state.seen());
  const Advance second = advance(first.state, seen(pinned, policy.pin, {}), policy);
  ASSERT_TRUE(second.transition);
  EXPECT_TRUE(second.transition->baseline());
  EXPECT_FALSE(second.transition->damaged);
}

TEST(Pin, IsToldToWhoWantsChangesOfIdentity) {
  const Policy policy{.confirmations = 1, .pin = parse_guid(contoso)};
  const TenantState state = advance({}, seen(pinned, policy.pin, {}), policy).state;
  const Transition transition = *advance(state, seen(stranger, policy.pin, {}), policy).transition;
  EXPECT_EQ(transition.evidence.request_id, "r");
  const auto events = make_events({"global", "a.example"}, transition, {}, {});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].expectations.at(0).expectation, "tenant_id");
  const Match match{.types = {}, .fields = {Field::identity}, .severities = {}, .labels = {}};
  EXPECT_TRUE(match.wants(traits_of(events[0]), {}));
}

TEST(Pin, SaysWhoseTheVerdictIs) {
  TenantState state{.generation = 1, .found = true, .known = pinned};
  const auto pin = parse_guid(contoso);
  EXPECT_EQ(pin_limit(pin, state), std::nullopt);
  state.stranger = stranger;
  EXPECT_EQ(pin_limit(pin, state),
            "This is the verdict of the pinned tenant, which doesn't answer now: " + them +
                " answers to this name.");
  EXPECT_EQ(pin_limit({}, state), std::nullopt);
  EXPECT_EQ(pin_limit(parse_guid("00000000-0000-0000-0000-00000000000c"), state),
            "This is the verdict of " + us +
                ", which was confirmed before it was pinned otherwise: the pinned tenant has never "
                "answered to this name; " +
                them + " does.");
  state.known.reset();
  EXPECT_EQ(pin_limit(pin, state),
            "The pinned tenant has never answered to this name; " + them + " does.");
}

}  // namespace
}  // namespace tenantscope
