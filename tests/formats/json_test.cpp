#include "formats/json.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace tenantscope {
namespace {

namespace json = boost::json;

const Guid tenant_id = *parse_guid("aaaaaaaa-0000-4000-8000-00000000000a");
const Guid id = *parse_guid("11111111-2222-5333-8444-555555555555");
const WallTime first_seen = *parse_rfc3339("2026-11-23T09:59:30Z");
const WallTime confirmed = *parse_rfc3339("2026-11-23T10:00:00.250Z");

Finding usgov(std::string_view scope, std::string_view sub_scope) {
  return {.found = true,
          .cloud = "usgov",
          .tenant_id = tenant_id,
          .region_scope = scope,
          .sub_scope = sub_scope};
}

Transition change() {
  return {.generation = 2,
          .changes = {{Field::region_scope, "USG", "USGov"},
                      {Field::sub_scope, "", "DODCON"},
                      {Field::b2b_capability, "not_supported", "supported"}},
          .previous = usgov("USG", ""),
          .current = usgov("USGov", "DODCON"),
          .first_seen = first_seen,
          .confirmed = confirmed,
          .confirmations = 2,
          .evidence = {.url = "https://login.microsoftonline.com/agency.example/v2.0/.well-known/"
                              "openid-configuration",
                       .status = 200,
                       .sha256 = "00ff",
                       .request_id = "5c3b1b2e-0000-4000-8000-000000000001",
                       .body_bytes = 1753}};
}

ChangeEvent event_of(Transition transition) {
  return make_events({.asked = "global", .name = "agency.example"}, transition, {}, {}).front();
}

json::object data_of(Transition transition) {
  return json::parse(cloud_event(event_of(std::move(transition)), id, 1, "tenantscope"))
      .at("data")
      .as_object();
}

TEST(CloudEvent, IsPrintedAsTheContractPrintsIt) {
  const Transition transition = change();
  const Verdict verdict = judge(&transition.current, RuleSet::docs_2026);
  const std::string expected =
      R"({"specversion":"1.0","id":"11111111-2222-5333-8444-555555555555","source":"tenantscope",)"
      R"("type":"tenantscope.tenant.changed.v1","subject":"agency.example","time":"2026-11-23T10:00:00.250Z",)"
      R"("sequence":"00000000000000000042","datacontenttype":"application/json",)"
      R"("data":{"tenant":"agency.example","asked":"global","generation":2,"severity":"warning",)"
      R"("summary":"agency.example@global: region scope USG -> USGov, sub scope none -> DODCON, B2B not supported -> supported, environment Azure Government -> GCC High.",)"
      R"("environment":"gcc_high","link":"https://learn.microsoft.com/entra/external-id/b2b-government-national-clouds",)"
      R"("changes":[{"field":"region_scope","from":"USG","to":"USGov"},{"field":"sub_scope","from":"","to":"DODCON"},)"
      R"({"field":"b2b_capability","from":"not_supported","to":"supported"}],)"
      R"("previous":{"found":true,"cloud":"usgov","environment":"azure_government","tenant_id":"aaaaaaaa-0000-4000-8000-00000000000a",)"
      R"("region_scope":"USG","sub_scope":"","b2b":"not_supported"},)"
      R"("current":{"found":true,"cloud":"usgov","environment":"gcc_high","tenant_id":"aaaaaaaa-0000-4000-8000-00000000000a",)"
      R"("region_scope":"USGov","sub_scope":"DODCON","b2b":"supported"},)"
      R"("verdict":{"state":"supported","rule":"usgov-scope-usgov","rules":"docs-2026","explanation":")" +
      verdict.explanation + R"(","source":")" + verdict.source +
      R"("},"first_seen":"2026-11-23T09:59:30.000Z","confirmed":"2026-11-23T10:00:00.250Z","confirmations":2,)"
      R"("evidence":{"url":"https://login.microsoftonline.com/agency.example/v2.0/.well-known/openid-configuration","status":200,)"
      R"("sha256":"00ff","request_id":"5c3b1b2e-0000-4000-8000-000000000001","body_bytes":1753}}})";
  EXPECT_EQ(cloud_event(event_of(transition), id, 42, "tenantscope"), expected);
}

TEST(CloudEvent, OfARewindIsOfTheJournal) {
  const ChangeEvent event =
      make_rewind_event({.journal = id, .previous_journal = tenant_id, .last = 42}, confirmed, {});
  EXPECT_EQ(
      cloud_event(event, id, 1000043, "tenantscope"),
      R"({"specversion":"1.0","id":"11111111-2222-5333-8444-555555555555","source":"tenantscope",)"
      R"("type":"tenantscope.ledger.rewound.v1","subject":"11111111-2222-5333-8444-555555555555",)"
      R"("time":"2026-11-23T10:00:00.250Z","sequence":"00000000000001000043",)"
      R"("datacontenttype":"application/json",)"
      R"("data":{"tenant":null,"asked":null,"severity":"warning",)"
      R"("summary":"The journal went back to event 42, as a backup was restored: later events of before are gone from it, and what they told comes again where it still holds.",)"
      R"("environment":null,"link":null,"changes":[],)"
      R"("journal":"11111111-2222-5333-8444-555555555555",)"
      R"("previous_journal":"aaaaaaaa-0000-4000-8000-00000000000a","rewound_to":42}})");
  const EventTraits traits =
      read_traits(EventKind::ledger_rewound, cloud_event(event, id, 1, "tenantscope"));
  EXPECT_EQ(traits.severity, Severity::warning);
  EXPECT_TRUE(traits.fields.empty());
}

TEST(CloudEvent, OfABaselineHasNoChangesAndNothingBefore) {
  const std::string event =
      cloud_event(event_of({.current = usgov("USG", ""), .confirmed = confirmed}), id, 1, "us");
  const json::object parsed = json::parse(event).as_object();
  EXPECT_EQ(parsed.at("type"), "tenantscope.tenant.baselined.v1");
  EXPECT_EQ(parsed.at("source"), "us");
  const json::object data = parsed.at("data").as_object();
  EXPECT_EQ(data.at("changes"), json::array());
  EXPECT_TRUE(data.at("previous").is_null());
  EXPECT_EQ(data.at("severity"), "info");
}

TEST(CloudEvent, JudgesByTheRulesOfTheEvent) {
  const Finding china{
      .found = true, .cloud = "china", .tenant_id = tenant_id, .region_scope = "AS"};
  for (const auto& [rules, state] :
       {std::pair(RuleSet::docs_2025, "supported"), std::pair(RuleSet::seed_2022, "unknown")}) {
    const ChangeEvent event =
        make_events({.asked = "china", .name = "a.example"},
                    {.previous = Finding{}, .current = china}, {}, {.rules = rules})
            .front();
    const json::value data = json::parse(cloud_event(event, id, 1, "s")).at("data");
    EXPECT_EQ(data.at("current").at("b2b"), state);
    EXPECT_EQ(data.at("verdict").at("state"), state);
    EXPECT_EQ(data.at("verdict").at("rules").as_string(), std::string(to_string(rules)));
  }
}

TEST(CloudEvent, StaysOneLineOfValidJsonWhateverTheScopeHolds) {
  Transition transition = change();
  transition.current.region_scope = std::string("U\"S\\G\n\0ö", 9);
  const std::string event = cloud_event(event_of(transition), id, 1, "tenantscope");
  EXPECT_EQ(event.find('\n'), std::string::npos);
  EXPECT_EQ(json::parse(event).at("data").at("current").at("region_scope").as_string(),
            transition.current.region_scope);
}

// Sinks and readers compare bytes.
TEST(CloudEvent, IsWrittenAsAnyJsonOfOurs) {
  std::string every;
  for (int c = 1; c < 0x80; ++c)
    every += char(c);
  every += std::string("\0\u00f6\u2028", 6);
  Transition all = change();
  all.current.region_scope = all.changes[0].to = all.evidence.url = every;
  Transition none = change();
  none.previous.reset();
  none.changes.clear();
  none.current = {};
  std::vector<ChangeEvent> events = make_events({.asked = "global", .name = "agency.example"}, all,
                                                {.region_scope = every, .b2b = B2b::supported}, {});
  events.push_back(event_of(none));
  events.push_back(
      make_drill({.asked = "global", .name = "agency.example"}, {}, "USG", confirmed, {}));
  events.push_back(make_pair_event({.asked = "global", .name = "agency.example"}, all,
                                   {.collaboration = every,
                                    .host = "a.example",
                                    .guest = "b.example",
                                    .verdict = {.limits = {every}}},
                                   {}));
  for (ChangeEvent& event : events) {
    event.labels = {{"team", every}, {"unit", ""}};
    const std::string text = cloud_event(event, id, 9, every);
    EXPECT_EQ(json_line(json::parse(text)), text) << to_string(event.kind);
  }
}

TEST(CloudEvent, ShowsARequestIdThatCanBeShown) {
  const std::vector<std::pair<std::string, json::value>> table{
      {"", nullptr}, {"a b", "a b"}, {"\xff\xfe", nullptr}, {"a\tb", nullptr}};
  for (const auto& [raw, shown] : table) {
    Transition transition = change();
    transition.evidence.request_id = raw;
    EXPECT_EQ(data_of(transition).at("evidence").at("request_id"), shown) << raw;
  }
}

TEST(CloudEvent, OfADrillIsMarkedOutsideAndInside) {
  const TenantState state{.generation = 3, .found = true, .known = usgov("USGov", "")};
  const ChangeEvent drill =
      make_drill({.asked = "global", .name = "agency.example"}, state, "USG", confirmed, {});
  const json::object event = json::parse(cloud_event(drill, id, 9, "tenantscope")).as_object();
  EXPECT_EQ(event.at("type"), "tenantscope.drill.v1");
  EXPECT_EQ(event.at("drill"), true);
  EXPECT_EQ(event.at("data").at("drill"), true);
  EXPECT_EQ(event.at("data").at("generation"), 3);
  EXPECT_EQ(event.at("data").at("previous").at("region_scope"), "USGov");
  EXPECT_EQ(event.at("data").at("current").at("b2b"), "not_supported");
  EXPECT_TRUE(event.at("data").at("evidence").is_null());
  EXPECT_FALSE(
      json::parse(cloud_event(event_of(change()), id, 1, "s")).as_object().contains("drill"));
}

TEST(CloudEvent, OfAnExpectationSaysWhatIsExpectedAndWhatIs) {
  const auto events = make_events({.asked = "global", .name = "agency.example"}, change(),
                                  {.region_scope = "USG", .b2b = B2b::supported}, {});
  const json::object event =
      json::parse(cloud_event(events.at(1), id, 9, "tenantscope")).as_object();
  EXPECT_EQ(event.at("type"), "tenantscope.expectation.changed.v1");
  EXPECT_EQ(json::serialize(event.at("data").at("expectations")),
            R"([{"expectation":"region_scope","expected":"USG","actual":"USGov","met":false},)"
            R"({"expectation":"b2b","expected":"supported","actual":"supported","met":true}])");
  EXPECT_EQ(event.at("data").at("changes").as_array().size(), 3u);
}

TEST(CloudEvent, CarriesTheTenantsLabelsWhereItHasSome) {
  ChangeEvent event = event_of(change());
  EXPECT_FALSE(
      json::parse(cloud_event(event, id, 9, "s")).at("data").as_object().contains("labels"));
  event.labels = {{"team", "identity"}};
  EXPECT_EQ(json::serialize(json::parse(cloud_event(event, id, 9, "s")).at("data").at("labels")),
            R"({"team":"identity"})");
}

TEST(CloudEvent, IsReadBackAsFarAsAMatchLooksAtIt) {
  const ChangeEvent event = event_of(change());
  const EventTraits traits = read_traits(event.kind, cloud_event(event, id, 1, "s"));
  EXPECT_EQ(traits.kind, EventKind::changed);
  EXPECT_EQ(traits.severity, Severity::warning);
  EXPECT_EQ(traits.fields, traits_of(event).fields);
  EXPECT_EQ(traits.fields.size(), 3u);
}

TEST(FindingJson, ShowsWhatIsKnown) {
  const struct {
    const char* what;
    std::optional<Finding> finding;
    const char* shown;
  } table[] = {
      {"a document", usgov("USGov", "DOD"),
       R"({"found":true,"cloud":"usgov","environment":"dod","tenant_id":"aaaaaaaa-0000-4000-8000-00000000000a",)"
       R"("region_scope":"USGov","sub_scope":"DOD","b2b":"supported"})"},
      {"a document without a scope",
       Finding{.found = true, .cloud = "global", .tenant_id = tenant_id},
       R"({"found":true,"cloud":"global","environment":"unknown","tenant_id":"aaaaaaaa-0000-4000-8000-00000000000a",)"
       R"("region_scope":"","sub_scope":"","b2b":"unknown"})"},
      {"a cloud that isn't recognised",
       Finding{.found = true, .tenant_id = tenant_id, .region_scope = "XX"},
       R"({"found":true,"cloud":null,"environment":"unknown","tenant_id":"aaaaaaaa-0000-4000-8000-00000000000a",)"
       R"("region_scope":"XX","sub_scope":"","b2b":"unknown"})"},
      {"not found", Finding{},
       R"({"found":false,"cloud":null,"environment":"unknown","tenant_id":null,"region_scope":null,"sub_scope":null,"b2b":"unknown"})"},
      {"nothing known", std::nullopt,
       R"({"found":null,"cloud":null,"environment":"unknown","tenant_id":null,"region_scope":null,"sub_scope":null,"b2b":"unknown"})"},
  };
  for (const auto& row : table)
    EXPECT_EQ(
        json::serialize(finding_json(row.finding ? &*row.finding : nullptr, RuleSet::docs_2025)),
        row.shown)
        << row.what;
}

TEST(CloudEvent, HasTheHashOfTheOneBefore) {
  const ChangeEvent event = event_of(change());
  const std::string first = cloud_event(event, id, 1, "s");
  EXPECT_EQ(first.find("previoushash"), std::string::npos);
  const std::string second = cloud_event(event, id, 2, "s", "00ff");
  EXPECT_NE(second.find(R"("sequence":"00000000000000000002","previoushash":"00ff",)"),
            std::string::npos)
      << second;
}

TEST(CloudEvent, SaysThatABaselineFollowsFromDamage) {
  Transition transition{.generation = 8, .current = usgov("USG", ""), .confirmed = confirmed};
  EXPECT_FALSE(data_of(transition).contains("reason"));
  transition.damaged = true;
  EXPECT_EQ(data_of(transition).at("reason"), "damaged");
}

}  // namespace
}  // namespace tenantscope
