#include "formats/event_text.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "formats/json.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

const TenantKey tenant{.asked = "global", .name = "agency.example"};
const Guid id = *parse_guid("11111111-2222-5333-8444-555555555555");
const Guid first_id = *parse_guid("aaaaaaaa-0000-4000-8000-00000000000a");
const Guid second_id = *parse_guid("bbbbbbbb-0000-4000-8000-00000000000b");

Finding found(std::string_view cloud, std::string_view scope, std::string_view sub_scope = "",
              const Guid& tenant_id = first_id) {
  return {.found = true,
          .cloud = cloud,
          .tenant_id = tenant_id,
          .region_scope = scope,
          .sub_scope = sub_scope};
}

TenantState state_of(const Finding& finding) {
  return advance({}, {.finding = finding, .evidence = {}, .time = {}}, {}).state;
}

Transition between(const Finding& before, const Finding& after) {
  return *advance(state_of(before), {.finding = after, .evidence = {}, .time = {}},
                  {.confirmations = 1})
              .transition;
}

ChangeEvent changed(const Finding& before, const Finding& after) {
  return make_events(tenant, between(before, after), {}, {}).front();
}

ChangeEvent baseline(const Finding& finding, bool damaged = false) {
  return make_events(tenant, {.current = finding, .damaged = damaged}, {}, {}).front();
}

ChangeEvent drill(const TenantState& state, const std::string& to) {
  return make_drill(tenant, state, to, {}, {});
}

ChangeEvent expectation(const Finding& before, const Finding& after) {
  const Expectation expect{.region_scope = std::string("USGov"), .b2b = B2b::supported};
  return make_events(tenant, between(before, after), expect, {}).at(1);
}

ChangeEvent pair(PairCapability from, PairCapability to) {
  return make_pair_event(tenant, between(found("usgov", "USG"), found("usgov", "USGov")),
                         {.collaboration = "joint-programme",
                          .host = "agency.example",
                          .guest = "partner.example",
                          .from = from,
                          .verdict = {.capability = to}},
                         {});
}

const struct {
  const char* what;
  ChangeEvent event;
  const char* sentence;
} table[] = {
    {"a baseline", baseline(found("usgov", "USGov", "DODCON")),
     "agency.example@global: baseline: GCC High, region scope USGov, B2B supported."},
    {"a baseline of what nobody calls anything", baseline(found("usgov", "", "XX")),
     "agency.example@global: baseline: region scope none, B2B unknown."},
    {"a baseline of a tenant that doesn't exist", baseline({}),
     "agency.example@global: baseline: no such tenant in the cloud that was asked."},
    {"a baseline after damage", baseline(found("global", "NA", "GCC"), true),
     "agency.example@global: new baseline, as what was stored of it was damaged: GCC, region scope "
     "NA, B2B supported."},
    {"a flip", changed(found("usgov", "USG"), found("usgov", "USGov", "DODCON")),
     "agency.example@global: region scope USG -> USGov, sub scope none -> DODCON, B2B not "
     "supported -> supported, environment Azure Government -> GCC High."},
    {"a scope that goes", changed(found("global", "NA"), found("global", "")),
     "agency.example@global: region scope NA -> none, B2B supported -> unknown."},
    {"another identity", changed(found("global", "EU"), found("global", "EU", "", second_id)),
     "agency.example@global: another tenant answers, "
     "global/bbbbbbbb-0000-4000-8000-00000000000b in place of "
     "global/aaaaaaaa-0000-4000-8000-00000000000a."},
    {"a tenant that vanishes", changed(found("global", "EU"), {}),
     "agency.example@global: no such tenant is found any more, B2B supported -> unknown."},
    {"a tenant that appears", changed({}, found("global", "EU")),
     "agency.example@global: found now, Commercial, region scope EU, B2B supported."},
    {"an expectation that isn't met", expectation(found("usgov", "USGov"), found("usgov", "USG")),
     "agency.example@global: not as expected: region scope is USG, expected USGov, B2B is not "
     "supported, expected supported."},
    {"an expectation that is met", expectation(found("usgov", "USG"), found("usgov", "USGov")),
     "agency.example@global: as expected again: region scope is USGov as expected, B2B is "
     "supported as expected."},
    {"a scope that isn't there", expectation(found("usgov", "USGov"), found("usgov", "")),
     "agency.example@global: not as expected: region scope is none, expected USGov, B2B is "
     "unknown, expected supported."},
    {"a pair", pair(PairCapability::supported, PairCapability::not_supported),
     "joint-programme: agency.example invites partner.example: supported -> not supported, as "
     "agency.example@global has changed."},
    {"a drill", drill(state_of(found("usgov", "USG")), "USGov"),
     "DRILL, nothing has changed: agency.example@global: region scope USG -> USGov, B2B not "
     "supported -> supported."},
    {"a drill to the present state", drill(state_of(found("usgov", "USG")), "USG"),
     "DRILL, nothing has changed: agency.example@global: stays as it is: Azure Government, region "
     "scope USG, B2B not supported."},
    {"a drill to the present absence", drill(state_of({}), "not_found"),
     "DRILL, nothing has changed: agency.example@global: stays as it is: no such tenant in the "
     "cloud that was asked."},
    {"a drill of a tenant that was never seen", drill({}, "USG"),
     "DRILL, nothing has changed: agency.example@global: baseline: Azure Government, region scope "
     "USG, B2B not supported."},
    {"a ledger that went back", make_rewind_event({.last = 42}, {}, {}),
     "The journal went back to event 42, as a backup was restored: later events of before are gone "
     "from it, and what they told comes again where it still holds."},
};

TEST(EventText, SaysWhatHasHappened) {
  for (const auto& row : table)
    EXPECT_EQ(event_sentence(row.event), row.sentence) << row.what;
}

json::object written(const ChangeEvent& event) {
  return json::parse(cloud_event(event, id, 1, "tenantscope")).as_object();
}

TEST(EventText, IsTheEventsSummary) {
  for (const auto& row : table)
    EXPECT_EQ(written(row.event).at("data").at("summary"), row.sentence) << row.what;
}

TEST(EventText, TellsAnEventWithoutASummaryInTheSameWords) {
  for (const auto& row : table) {
    json::object event = written(row.event);
    event.at("data").as_object().erase("summary");
    EXPECT_EQ(event_sentence(event), row.sentence) << row.what;
    event.at("data").as_object()["summary"] = "As it was said then.";
    EXPECT_EQ(event_sentence(event), "As it was said then.");
  }
}

TEST(EventText, NamesAPinAsPeopleDo) {
  ChangeEvent pinned = expectation(found("usgov", "USGov"), found("usgov", "USG"));
  pinned.expectations = {{"tenant_id", "usgov/A", "usgov/B", false}};
  EXPECT_EQ(event_sentence(pinned),
            "agency.example@global: not as expected: tenant ID is usgov/B, expected usgov/A.");
}

TEST(EventText, IsMadeOfWhateverThereIs) {
  for (const char* event : {R"({})", R"({"data":1})", R"({"data":{"changes":[1],"current":[]}})"})
    EXPECT_EQ(event_sentence(json::parse(event).as_object()), ": what was seen isn't told.")
        << event;
  EXPECT_EQ(event_sentence(json::parse(R"({"type":"tenantscope.expectation.changed.v1",)"
                                       R"("data":{"tenant":"a.example","expectations":[{}]}})")
                               .as_object()),
            "a.example: not as expected:  is none, expected none.");
}

// A relay to people's channels needs no other member.
TEST(CloudEvent, HasWhatPeopleAreToldInOnePlace) {
  const auto gist = [](const ChangeEvent& event) {
    const json::object whole = written(event);
    const json::object& data = whole.at("data").as_object();
    return json::serialize(json::array{data.at("tenant"), data.at("severity"),
                                       data.at("environment"), data.at("link")});
  };
  EXPECT_EQ(gist(changed(found("usgov", "USG"), found("usgov", "USGov", "DOD"))),
            R"(["agency.example","warning","dod",)"
            R"("https://learn.microsoft.com/entra/external-id/b2b-government-national-clouds"])");
  EXPECT_EQ(gist(changed(found("global", "NA", "GCC"), {})),
            R"(["agency.example","critical","gcc",null])")
      << "where it was";
  EXPECT_EQ(gist(baseline({})), R"(["agency.example","info","unknown",null])");
  ChangeEvent between_clouds = pair(PairCapability::supported, PairCapability::conditional);
  between_clouds.pair->verdict.sources = {"A page, 2026-05-07 (https://learn.microsoft.com/a)",
                                          "B"};
  EXPECT_EQ(gist(between_clouds),
            R"(["agency.example","critical","azure_government","https://learn.microsoft.com/a"])");
}

}  // namespace
}  // namespace tenantscope
