#include "formats/alert_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "formats/event_text.hpp"
#include "formats/json.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

const Guid id = *parse_guid("11111111-2222-5333-8444-555555555555");
const Guid tenant_id = *parse_guid("aaaaaaaa-0000-4000-8000-00000000000a");
const WallTime time = *parse_rfc3339("2026-11-23T10:00:00.250Z");
const WallTime until = *parse_rfc3339("2026-11-23T11:00:00Z");

Finding usgov(std::string_view scope, std::string_view sub_scope) {
  return {.found = true,
          .cloud = "usgov",
          .tenant_id = tenant_id,
          .region_scope = scope,
          .sub_scope = sub_scope};
}

// As it would be in the journal, and then whatever a test makes of it.
json::object event(EventKind kind, Transition transition = {}) {
  if (!transition.previous && kind != EventKind::baselined) {
    transition = {.changes = {{Field::region_scope, "USG", "USGov"}, {Field::sub_scope, "DOD", ""}},
                  .previous = usgov("USG", "DOD"),
                  .current = usgov("USGov", "")};
  }
  transition.confirmed = time;
  const ChangeEvent made{.kind = kind,
                         .tenant = {.asked = "global", .name = "agency.example"},
                         .severity = Severity::warning,
                         .transition = transition};
  return json::parse(cloud_event(made, id, 42, "tenantscope")).as_object();
}

json::object alert(const json::object& event) { return alert_json(json::serialize(event), until); }

std::string summary(const json::object& event) {
  return json::value_to<std::string>(alert(event).at("annotations").at("summary"));
}

TEST(AlertJson, IsWhatAlertmanagerReads) {
  const Finding current = usgov("USGov", "");
  const Verdict verdict = judge(&current, RuleSet::docs_2025);
  const std::string expected =
      R"({"labels":{"alertname":"TenantscopeTenantChanged","tenant":"agency.example","asked":"global","environment":"azure_government","severity":"warning","sequence":"42"},)"
      R"json("annotations":{"summary":"agency.example@global: region scope USG -> USGov, sub scope DOD -> none, environment DoD -> Azure Government.","description":")json" +
      std::string(verdict.explanation) + R"(","explanation":")" + std::string(verdict.explanation) +
      R"(","source":")" + std::string(verdict.source) +
      R"(","link":"https://learn.microsoft.com/entra/external-id/b2b-government-national-clouds",)"
      R"("runbook_url":"docs/runbooks/TenantscopeScopeChanged.md",)"
      R"("event_id":"11111111-2222-5333-8444-555555555555"},)"
      R"("startsAt":"2026-11-23T10:00:00.250Z","endsAt":"2026-11-23T11:00:00.000Z"})";
  EXPECT_EQ(json::serialize(alert(event(EventKind::changed))), expected);
}

TEST(AlertJson, IsNamedAfterTheKindOfEvent) {
  const std::vector<std::pair<EventKind, std::string>> table{
      {EventKind::baselined, "TenantscopeTenantBaselined"},
      {EventKind::changed, "TenantscopeTenantChanged"},
      {EventKind::expectation_changed, "TenantscopeExpectationChanged"},
      {EventKind::collaboration_changed, "TenantscopeCollaborationChanged"},
      {EventKind::drill, "TenantscopeDrill"}};
  for (const auto& [kind, name] : table) {
    const json::object labels = alert(event(kind)).at("labels").as_object();
    EXPECT_EQ(labels.at("alertname").as_string(), name);
    EXPECT_EQ(labels.contains("drill"), kind == EventKind::drill) << name;
  }
  EXPECT_EQ(alert(event(EventKind::drill)).at("labels").at("drill"), "true");
}

TEST(AlertJson, OfARewindHasNoTenant) {
  const ChangeEvent made = make_rewind_event({.journal = id, .last = 7}, time, {});
  const json::object shown = alert_json(cloud_event(made, id, 1000008, "tenantscope"), until);
  EXPECT_EQ(
      json::serialize(shown.at("labels")),
      R"({"alertname":"TenantscopeLedgerRewound","severity":"warning","sequence":"1000008"})");
  EXPECT_EQ(shown.at("annotations").at("summary").as_string(), event_sentence(made));
}

TEST(AlertJson, IsToldInTheEventsWords) {
  const json::object told = event(EventKind::baselined, {.current = usgov("USGov", "DOD")});
  EXPECT_EQ(summary(told),
            "agency.example@global: baseline: DoD, region scope USGov, B2B supported.");
  EXPECT_EQ(summary(told), told.at("data").at("summary").as_string());
  json::object older = told;
  older["data"].as_object().erase("summary");
  EXPECT_EQ(summary(older), summary(told));
}

TEST(AlertJson, ShowsTheTenantsLabelsBesideItsOwn) {
  json::object labelled = event(EventKind::changed);
  labelled["data"].as_object()["labels"] = {
      {"team", "identity"}, {"severity", "none"}, {"alertname", "x"}, {"empty", ""}, {"number", 1}};
  json::object expected = alert(event(EventKind::changed)).at("labels").as_object();
  expected["team"] = "identity";
  EXPECT_EQ(alert(labelled).at("labels"), json::value(expected));
}

TEST(AlertJson, LeavesOutWhatIsEmptyOrMissing) {
  json::object bare = event(EventKind::changed);
  bare["data"] = {{"tenant", "agency.example"},
                  {"severity", ""},
                  {"asked", nullptr},
                  {"verdict", 1},
                  {"changes", "none"}};
  const json::object shown = alert(bare);
  EXPECT_EQ(
      json::serialize(shown.at("labels")),
      R"({"alertname":"TenantscopeTenantChanged","tenant":"agency.example","sequence":"42"})");
  EXPECT_EQ(
      json::serialize(shown.at("annotations")),
      R"({"summary":"agency.example: what was seen isn't told.","event_id":"11111111-2222-5333-8444-555555555555"})");
  for (const std::string broken : {"", "{", "[]", "1"})
    EXPECT_EQ(alert_json(broken, until).at("startsAt"), "2026-11-23T11:00:00.000Z") << broken;
}

std::string runbook(const json::object& event) {
  const json::object annotations = alert(event).at("annotations").as_object();
  return annotations.contains("runbook_url")
             ? json::value_to<std::string>(annotations.at("runbook_url"))
             : "";
}

TEST(AlertJson, LeadsToThePageAboutTheWorstThatHasHappened) {
  const auto changed = [](std::vector<Change> changes) {
    return runbook(event(EventKind::changed, {.changes = std::move(changes),
                                              .previous = usgov("USG", "DOD"),
                                              .current = usgov("USGov", "")}));
  };
  const auto page = [](const std::string& name) { return "docs/runbooks/" + name + ".md"; };
  const Change scope{Field::region_scope, "USG", "USGov"};
  const Change lost{Field::b2b_capability, "supported", "not_supported"};
  const Change gained{Field::b2b_capability, "not_supported", "supported"};
  const Change gone{Field::presence, "found", "not_found"};
  const Change back{Field::presence, "not_found", "found"};
  const Change other{Field::identity, "usgov/a", "usgov/b"};
  EXPECT_EQ(changed({scope}), page("TenantscopeScopeChanged"));
  EXPECT_EQ(changed({scope, lost}), page("TenantscopeB2BLost"));
  EXPECT_EQ(changed({scope, gained}), page("TenantscopeB2BGained"));
  EXPECT_EQ(changed({gone, lost}), page("TenantscopeTenantNotFound"));
  EXPECT_EQ(changed({back, gained}), page("TenantscopeB2BGained"));
  EXPECT_EQ(changed({gone, lost, other}), page("TenantscopeIdentityChanged"));
  EXPECT_EQ(runbook(event(EventKind::expectation_changed)), page("TenantscopeExpectationViolated"));
  EXPECT_EQ(runbook(event(EventKind::baselined, {.current = usgov("USGov", "DOD")})), "");
}

TEST(AlertJson, LeadsToTheDaemonWhereItsAddressIsKnown) {
  const std::string told = json::serialize(event(EventKind::changed));
  const json::object shown = alert_json(told, until, "https://tenantscope.example/x");
  EXPECT_EQ(shown.at("generatorURL"),
            "https://tenantscope.example/x/api/v1/events?after=41&limit=1");
  EXPECT_EQ(shown.at("annotations").at("dashboard_url"),
            "https://tenantscope.example/x/tenants/agency.example?cloud=global");
  EXPECT_FALSE(alert_json(told, until).contains("generatorURL"));
}

TEST(AlertJson, NeverStartsAfterItsEnd) {
  const json::object early = alert_json(json::serialize(event(EventKind::changed)), time - 1min);
  EXPECT_EQ(early.at("startsAt"), "2026-11-23T09:59:00.250Z");
  EXPECT_EQ(early.at("endsAt"), "2026-11-23T09:59:00.250Z");
}

}  // namespace
}  // namespace tenantscope
