#include "domain/event.hpp"

#include <gtest/gtest.h>

#include <set>

#include "domain/documents.hpp"

namespace tenantscope {
namespace {

using documents::contoso;
using documents::fabrikam;
using documents::found;

const TenantKey contoso_at_global{"global", "contoso.com"};

Transition between(const Finding& before, const Finding& after) {
  const Policy policy{.confirmations = 1};
  const TenantState state =
      advance({}, {.finding = before, .evidence = {}, .time = {}}, policy).state;
  return *advance(state, {.finding = after, .evidence = {}, .time = {}}, policy).transition;
}

Guid id_of(const Guid& ledger, const TenantKey& tenant, std::uint64_t generation,
           EventKind kind = EventKind::changed, std::uint64_t sequence = 7) {
  return event_id(
      ledger, {.kind = kind, .tenant = tenant, .transition = {.generation = generation}}, sequence);
}

ChangeEvent only_event(const Transition& transition, const EventPolicy& policy = {}) {
  const auto events = make_events(contoso_at_global, transition, {}, policy);
  EXPECT_EQ(events.size(), 1u);
  return events.front();
}

// Reference values of Python's uuid.uuid5.
TEST(EventId, IsMadeOfLedgerAskedTenantAndGeneration) {
  const Guid ledger = *parse_guid("5e0c1a7b-3f64-4d2a-9b1e-0a1b2c3d4e5f");
  EXPECT_EQ(to_string(id_of(ledger, contoso_at_global, 1)), "a99348b8-24b5-54c5-8b7e-f3fb7222dd6c");
  EXPECT_EQ(to_string(id_of(ledger, contoso_at_global, 2)), "e387c211-eca0-5c69-8df9-8b495805a959");
  EXPECT_EQ(to_string(id_of(ledger, {"usgov", "contoso.com"}, 1)),
            "a2229e53-8e35-5127-819a-1292f886d706");
}

TEST(EventId, IsAnotherForEveryEvent) {
  std::set<Guid> ids;
  int events = 0;
  for (const char* ledger :
       {"5e0c1a7b-3f64-4d2a-9b1e-0a1b2c3d4e5f", "5e0c1a7b-3f64-4d2a-9b1e-0a1b2c3d4e60"})
    for (const char* asked : {"global", "usgov", "china"})
      for (const char* name : {"contoso.com", "contoso.co", "1.contoso.com", "fabrikam.com"})
        for (const std::uint64_t generation :
             {std::uint64_t(1), std::uint64_t(2), std::uint64_t(11), std::uint64_t(111),
              ~std::uint64_t(0)}) {
          ids.insert(id_of(*parse_guid(ledger), {asked, name}, generation));
          ids.insert(id_of(*parse_guid(ledger), {asked, name}, generation,
                           EventKind::expectation_changed));
          ids.insert(id_of(*parse_guid(ledger), {asked, name}, 1, EventKind::drill, generation));
          events += 3;
        }
  EXPECT_EQ(ids.size(), std::size_t(events));
}

TEST(MakeEvent, ABaselineIsInformation) {
  for (const Finding& first : {found("usgov", "USG"), found("global", "EU"), Finding{}}) {
    Transition transition =
        *advance({}, {.finding = first, .evidence = {}, .time = {}}, {}).transition;
    const ChangeEvent event = only_event(transition, {.rules = RuleSet::seed_2022});
    EXPECT_EQ(event.kind, EventKind::baselined);
    EXPECT_EQ(event.severity, Severity::info);
    EXPECT_EQ(event.tenant, contoso_at_global);
    EXPECT_EQ(event.rules, RuleSet::seed_2022);
    EXPECT_EQ(event.transition.generation, 1u);
  }
}

TEST(MakeEvent, AChangesSeverityFollowsFromItsWorstField) {
  struct Case {
    const char* name;
    Finding before, after;
    Severity severity;
  };
  const Case cases[] = {
      {"B2B stops", found("usgov", "USGov"), found("usgov", "USG"), Severity::critical},
      {"B2B becomes unknown", found("usgov", "USGov"), found("usgov", "XX"), Severity::critical},
      {"B2B starts", found("usgov", "USG"), found("usgov", "USGov"), Severity::warning},
      {"not supported becomes unknown", found("usgov", "USG"), found("usgov", "XX"),
       Severity::warning},
      {"unknown becomes supported", found("usgov", "XX"), found("usgov", "USGov"),
       Severity::warning},
      {"another scope, the same capability", found("global", "NA"), found("global", "EU"),
       Severity::warning},
      {"another sub scope", found("usgov", "USGov"), found("usgov", "USGov", "DODCON"),
       Severity::info},
      {"another tenant", found("global", "NA"), found("global", "NA", "", fabrikam),
       Severity::critical},
      {"another cloud", found("global", "AS"), found("china", "AS"), Severity::critical},
      {"vanished", found("usgov", "USG"), {}, Severity::critical},
      {"vanished, the capability was unknown anyway", found("usgov", "XX"), {}, Severity::critical},
      {"appeared", {}, found("usgov", "USG"), Severity::warning},
      {"appeared, the capability stays unknown", {}, found("usgov", "XX"), Severity::warning},
  };
  for (const Case& c : cases) {
    const ChangeEvent event = only_event(between(c.before, c.after));
    EXPECT_EQ(event.kind, EventKind::changed) << c.name;
    EXPECT_EQ(to_string(event.severity), to_string(c.severity)) << c.name;
    EXPECT_EQ(event.transition.generation, 2u) << c.name;
  }
}

TEST(EventId, OfADrillIsItsOwnWhateverTheGeneration) {
  const Guid ledger = *parse_guid("5e0c1a7b-3f64-4d2a-9b1e-0a1b2c3d4e5f");
  EXPECT_EQ(id_of(ledger, contoso_at_global, 1, EventKind::drill, 5),
            id_of(ledger, contoso_at_global, 2, EventKind::drill, 5));
  EXPECT_NE(id_of(ledger, contoso_at_global, 1, EventKind::drill, 5),
            id_of(ledger, contoso_at_global, 1, EventKind::drill, 6));
}

TEST(EventId, OfARewindIsItsOwn) {
  const Guid ledger = *parse_guid("5e0c1a7b-3f64-4d2a-9b1e-0a1b2c3d4e5f");
  EventPolicy policy;
  EXPECT_EQ(make_rewind_event({}, {}, policy).severity, Severity::warning);
  policy.severities.set(Occasion::ledger_rewound, Severity::critical);
  const ChangeEvent event = make_rewind_event({.journal = ledger}, {}, policy);
  EXPECT_EQ(event.severity, Severity::critical);
  EXPECT_NE(event_id(ledger, event, 5), event_id(ledger, event, 6));
  EXPECT_NE(event_id(ledger, event, 5), id_of(ledger, {"", ""}, 1, EventKind::drill, 5));
}

TEST(MakeEvents, SeveritiesAreConfigurable) {
  EventPolicy policy;
  const Transition lost = between(found("usgov", "USGov"), found("usgov", "USG"));
  policy.severities.set(Occasion::b2b_lost, Severity::info);
  EXPECT_EQ(only_event(lost, policy).severity, Severity::warning)
      << "the scope's is the worst that is left";
  policy.severities.set(Occasion::region_scope_changed, Severity::info);
  EXPECT_EQ(only_event(lost, policy).severity, Severity::info);
  policy.severities.set(Occasion::baseline, Severity::critical);
  EXPECT_EQ(
      only_event(*advance({}, {.finding = found("usgov", "USG"), .evidence = {}, .time = {}}, {})
                      .transition,
                 policy)
          .severity,
      Severity::critical);
}

TEST(MakeEvents, TellWhatIsNotAsExpected) {
  const Expectation expect{.region_scope = "USGov", .b2b = B2b::supported};
  const Transition lost = between(found("usgov", "USGov"), found("usgov", "USG"));
  const auto events = make_events(contoso_at_global, lost, expect, {});
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].kind, EventKind::changed);
  EXPECT_EQ(events[1].kind, EventKind::expectation_changed);
  EXPECT_EQ(events[1].severity, Severity::warning);
  ASSERT_EQ(events[1].expectations.size(), 2u);
  EXPECT_EQ(events[1].expectations[0].expected, "USGov");
  EXPECT_EQ(events[1].expectations[0].actual, "USG");

  const auto met = make_events(contoso_at_global,
                               between(found("usgov", "USG"), found("usgov", "USGov")), expect, {});
  ASSERT_EQ(met.size(), 2u);
  EXPECT_EQ(met[1].severity, Severity::info);
}

TEST(MakeDrill, PlaysTheChangeWithoutMovingTheState) {
  const TenantState state =
      advance({}, {.finding = found("usgov", "USGov", "DOD"), .evidence = {}, .time = {}}, {})
          .state;
  const WallTime now = *parse_rfc3339("2026-11-24T10:00:00Z");
  const ChangeEvent lost = make_drill(contoso_at_global, state, "USG", now, {});
  EXPECT_EQ(lost.kind, EventKind::drill);
  EXPECT_EQ(lost.severity, Severity::critical);
  EXPECT_EQ(lost.transition.generation, state.generation);
  EXPECT_EQ(lost.transition.confirmed, now);
  EXPECT_EQ(lost.transition.previous->region_scope, "USGov");
  EXPECT_EQ(lost.transition.current.region_scope, "USG");
  EXPECT_EQ(lost.transition.current.sub_scope, "DOD");
  ASSERT_EQ(lost.transition.changes.size(), 2u);
  EXPECT_EQ(lost.transition.changes[0].field, Field::region_scope);
  EXPECT_EQ(lost.transition.changes[1].field, Field::b2b_capability);

  const ChangeEvent vanished = make_drill(contoso_at_global, state, "not_found", now, {});
  EXPECT_EQ(vanished.severity, Severity::critical);
  EXPECT_FALSE(vanished.transition.current.found);
  EXPECT_TRUE(make_drill(contoso_at_global, state, "usgov", now, {}).transition.changes.empty())
      << "it is so already";

  const ChangeEvent unseen = make_drill(contoso_at_global, {}, "USG", now, {});
  EXPECT_EQ(unseen.kind, EventKind::drill);
  EXPECT_FALSE(unseen.transition.previous);
  EXPECT_EQ(unseen.transition.current.cloud, "usgov");
}

TEST(EventKind, HasItsContractNames) {
  struct Case {
    EventKind kind;
    const char* name;
    const char* type;
  };
  const Case cases[] = {
      {EventKind::baselined, "baselined", "tenantscope.tenant.baselined.v1"},
      {EventKind::changed, "changed", "tenantscope.tenant.changed.v1"},
      {EventKind::expectation_changed, "expectation_changed", "tenantscope.expectation.changed.v1"},
      {EventKind::collaboration_changed, "collaboration_changed",
       "tenantscope.collaboration.changed.v1"},
      {EventKind::drill, "drill", "tenantscope.drill.v1"},
      {EventKind::ledger_rewound, "ledger_rewound", "tenantscope.ledger.rewound.v1"},
  };
  ASSERT_EQ(event_kinds.size(), std::size(cases));
  for (const Case& c : cases) {
    EXPECT_EQ(to_string(c.kind), c.name);
    EXPECT_EQ(type_of(c.kind), c.type);
  }
  EXPECT_EQ(to_string(Severity::info), "info");
  EXPECT_EQ(to_string(Severity::warning), "warning");
  EXPECT_EQ(to_string(Severity::critical), "critical");
}

TEST(MakeEvent, ABaselineAfterDamageIsAWarning) {
  const Transition transition =
      *advance(lost_state(7), {.finding = found("global", "EU"), .evidence = {}, .time = {}}, {})
           .transition;
  const ChangeEvent event = only_event(transition);
  EXPECT_EQ(event.kind, EventKind::baselined);
  EXPECT_EQ(event.severity, Severity::warning);
  EventPolicy policy;
  policy.severities.set(Occasion::baseline_damaged, Severity::critical);
  EXPECT_EQ(only_event(transition, policy).severity, Severity::critical);
  const ChangeEvent drill = make_drill(contoso_at_global, lost_state(7), "USGov", {}, {});
  EXPECT_FALSE(drill.transition.damaged);
  EXPECT_EQ(drill.severity, Severity::info);
}

}  // namespace
}  // namespace tenantscope
