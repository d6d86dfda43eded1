#include "simulator/scenario.hpp"

#include <gtest/gtest.h>

namespace tenantscope::simulator {
namespace {

using std::chrono::seconds;

Scenario valid(std::string_view text) {
  Findings findings;
  Scenario scenario = read_scenario(text, "s.yaml", findings);
  for (const ConfigFinding& finding : findings)
    ADD_FAILURE() << to_string(finding);
  return scenario;
}

TEST(Scenario, IsReadWhole) {
  const Scenario scenario = valid(R"(
latency: 20ms
tenants:
  - name: Agency.Example
    tenant_id: 11111111-2222-3333-4444-555555555555
    cloud: usgov
    hosts: global
    region_scope: USG
    sub_scope: ~
    timeline:
      - {at: 15s, region_scope: USGov, sub_scope: DODCON, hosts: ~}
      - {at: 40s, found: false}
      - {at: 50s, fault: {kind: throttle, retry_after: 5s, for: 5s}}
  - name: plain.example
    fault: reset
faults:
  - {at: 1m, fault: {kind: status, status: 500, empty: true, count: 3}}
)");
  EXPECT_EQ(scenario.latency, Duration(20));
  ASSERT_EQ(scenario.tenants.size(), 2u);
  const ScenarioTenant& agency = scenario.tenants[0];
  EXPECT_EQ(agency.name, "agency.example");
  EXPECT_EQ(agency.start.tenant_id, parse_guid("11111111-2222-3333-4444-555555555555"));
  EXPECT_EQ(agency.start.cloud, "usgov");
  EXPECT_EQ(agency.start.hosts, "global");
  EXPECT_EQ(agency.start.region_scope, (Scope{Scope::Kind::text, "USG"}));
  EXPECT_EQ(agency.start.sub_scope, (Scope{Scope::Kind::null, ""}));
  ASSERT_EQ(agency.timeline.size(), 3u);
  EXPECT_EQ(agency.timeline[0].at, seconds(15));
  EXPECT_EQ(agency.timeline[0].patch.hosts, "");
  EXPECT_FALSE(agency.timeline[0].patch.cloud);
  EXPECT_EQ(agency.timeline[1].patch.found, false);
  EXPECT_EQ(agency.timeline[2].patch.fault->kind, FaultKind::throttle);
  EXPECT_EQ(agency.timeline[2].patch.fault->retry_after, seconds(5));
  EXPECT_EQ(agency.timeline[2].patch.fault->lasts, seconds(5));
  EXPECT_EQ(scenario.tenants[1].start.fault->kind, FaultKind::reset);
  ASSERT_EQ(scenario.faults.size(), 1u);
  EXPECT_EQ(scenario.faults[0].patch.fault->status, 500);
  EXPECT_TRUE(scenario.faults[0].patch.fault->empty);
  EXPECT_EQ(scenario.faults[0].patch.fault->count, 3u);
}

TEST(Scenario, MayBeEmpty) { EXPECT_TRUE(valid("").tenants.empty()); }

TEST(Scenario, OfTheRehearsalIsValid) {
  Findings findings;
  const Scenario scenario = load_scenario(CONFIG_FOLDER "/rehearsal-scenario.yaml", findings);
  for (const ConfigFinding& finding : findings)
    ADD_FAILURE() << to_string(finding);
  EXPECT_EQ(scenario.tenants.size(), 11u) << "twelve are watched, and one of them doesn't exist";
}

struct Wrong {
  const char* text;
  const char* finding;
};

class WrongScenario : public testing::TestWithParam<Wrong> {};

TEST_P(WrongScenario, IsRefusedWithItsPlace) {
  Findings findings;
  read_scenario(GetParam().text, "s.yaml", findings);
  ASSERT_EQ(findings.size(), 1u) << GetParam().text;
  EXPECT_TRUE(to_string(findings[0]).starts_with(GetParam().finding)) << to_string(findings[0]);
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongScenario,
    testing::Values(
        Wrong{"- a", "s.yaml:1:1: the scenario is a map"},
        Wrong{"latency: soon", "s.yaml:1:10: a duration is expected here"},
        Wrong{"tenant: []",
              "s.yaml:1:1: the scenario has no key `tenant`, did you mean `tenants`?"},
        Wrong{"tenants: {}", "s.yaml:1:10: a list is expected here"},
        Wrong{"tenants: [{cloud: usgov}]", "s.yaml:1:11: a tenant needs a `name`"},
        Wrong{"tenants: [{name: common}]", "s.yaml:1:18: `common` is no tenant: a pseudo tenant"},
        Wrong{"tenants:\n- name: a.example\n- name: A.example",
              "s.yaml:3:9: `a.example` stands already in line 2"},
        Wrong{"tenants: [{name: a.example, colour: red}]",
              "s.yaml:1:29: a tenant has no key `colour`; its keys are: name, found"},
        Wrong{"tenants: [{name: a.example, cloud: mars}]",
              "s.yaml:1:36: a cloud is expected here; the clouds are: global, usgov"},
        Wrong{"tenants: [{name: a.example, hosts: us-gov}]",
              "s.yaml:1:36: a cloud is expected here, did you mean `usgov`?"},
        Wrong{"tenants: [{name: a.example, found: 'true'}]",
              "s.yaml:1:36: true or false is expected here"},
        Wrong{"tenants: [{name: a.example, tenant_id: 7}]", "s.yaml:1:40: a GUID is expected here"},
        Wrong{"tenants: [{name: a.example, region_scope: [NA]}]",
              "s.yaml:1:43: text is expected here"},
        Wrong{"tenants: [{name: a.example, fault: gremlin}]",
              "s.yaml:1:36: unknown fault `gremlin`; the faults are: none, throttle"},
        Wrong{"tenants: [{name: a.example, fault: {for: 5s}}]",
              "s.yaml:1:36: a fault is its name, or a map"},
        Wrong{"tenants: [{name: a.example, fault: {kind: hang, delay: 5s}}]",
              "s.yaml:1:49: a fault `hang` has no key `delay`; its keys are: kind, count, for"},
        Wrong{"tenants: [{name: a.example, fault: {kind: cut, count: 0}}]",
              "s.yaml:1:55: a number from 1 to"},
        Wrong{"tenants: [{name: a.example, fault: {kind: status, status: 200}}]",
              "s.yaml:1:59: a number from 400 to 599"},
        Wrong{"tenants: [{name: a.example, fault: {kind: redirect, location: \"a\\r\\nb: c\"}}]",
              "s.yaml:1:63: a header holds no"},
        Wrong{"tenants: [{name: a.example, timeline: [{at: 5s, name: b.example}]}]",
              "s.yaml:1:49: a step has no key `name`"},
        Wrong{"faults: [{at: 5s, found: false}]", "s.yaml:1:19: a step has no key `found`"}));

TEST(Scenario, AllFindingsAtOnce) {
  Findings findings;
  read_scenario("faults: [{fault: gremlin}]\nlatency: soon\n", "s.yaml", findings);
  EXPECT_EQ(findings.size(), 2u);
}

TEST(Scenario, UnreadableFileIsAFinding) {
  for (const char* file : {"/nowhere/scenario.yaml", "/"}) {
    Findings findings;
    load_scenario(file, findings);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_TRUE(
        to_string(findings[0]).starts_with(std::string(file) + ":1:1: the scenario can't be read"));
  }
}

TEST(Scenario, BodiesOfControlRequestsAreJson) {
  Findings findings;
  const Patch patch = read_patch(
      R"({"region_scope":"USGov","sub_scope":null,"found":true,"fault":{"kind":"slow","delay":"1s","count":2}})",
      findings);
  EXPECT_TRUE(findings.empty());
  EXPECT_EQ(patch.region_scope->text, "USGov");
  EXPECT_EQ(patch.sub_scope->kind, Scope::Kind::null);
  EXPECT_EQ(patch.found, true);
  EXPECT_EQ(patch.fault->delay, seconds(1));
  EXPECT_EQ(patch.fault->count, 2u);
  EXPECT_EQ(read_patch(R"({"region_scope":"absent","fault":null})", findings).fault->kind,
            FaultKind::none);
  EXPECT_EQ(read_fault(R"("hang")", findings).kind, FaultKind::hang);
  EXPECT_TRUE(findings.empty());
  read_patch("{\n  \"scope\": 1}", findings);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(
      to_string(findings[0]).starts_with("body:2:3: a change of a tenant has no key `scope`"))
      << to_string(findings[0]);
}

}  // namespace
}  // namespace tenantscope::simulator
