#include "formats/tenant_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "support/watch_settings.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

const TenantKey key{.asked = "global", .name = "agency.example"};
const Guid tenant_id = *parse_guid("aaaaaaaa-0000-4000-8000-00000000000a");
const WallTime now = *parse_rfc3339("2026-11-23T10:00:00Z");

Finding usgov(std::string_view scope, std::string_view sub_scope = "") {
  return {.found = true,
          .cloud = "usgov",
          .tenant_id = tenant_id,
          .region_scope = scope,
          .sub_scope = sub_scope};
}

TenantFacts facts(std::optional<Finding> finding, std::optional<Error> failure = {}) {
  TenantFacts made;
  made.key = key;
  made.shown = key.name;
  if (finding)
    made.seen = now;
  made.finding = std::move(finding);
  made.failure = std::move(failure);
  return made;
}

std::string quoted(const std::string& text) { return json::serialize(json::string(text)); }

std::vector<std::string> keys(const json::object& object) {
  std::vector<std::string> names;
  for (const auto& member : object)
    names.emplace_back(member.key());
  return names;
}

TEST(LookupJson, IsPrintedAsTheContractPrintsIt) {
  const Finding finding = usgov("USGov", "DODCON");
  const Verdict verdict = judge(&finding, RuleSet::docs_2025);
  json::array limits(verdict.limits.begin(), verdict.limits.end());
  EXPECT_EQ(
      json::serialize(lookup_json(facts(finding), RuleSet::docs_2025)),
      R"({"tenant":"agency.example","asked":"global","found":true,"cloud":"usgov","environment":"gcc_high","tenant_id":"aaaaaaaa-0000-4000-8000-00000000000a",)"
      R"("region_scope":"USGov","sub_scope":"DODCON","b2b":"supported","rule":"usgov-scope-usgov","rules":"docs-2025","explanation":)" +
          quoted(verdict.explanation) + R"(,"source":)" + quoted(verdict.source) + R"(,"limits":)" +
          json::serialize(limits) +
          R"(,"seen":"2026-11-23T10:00:00.000Z","error":null,"failure_detail":null})");
}

TEST(LookupJson, SaysWhatIsNotKnownAsNull) {
  const Finding not_found;
  const Finding without_scope{.found = true, .cloud = "", .tenant_id = tenant_id};
  struct Row {
    std::optional<Finding> finding;
    std::optional<Error> failure;
    std::string found, cloud, id, scope, error;
  };
  const std::vector<Row> table{
      {std::nullopt, Error{ErrorKind::timeout, ""}, "null", "null", "null", "null", R"("timeout")"},
      {not_found, std::nullopt, "false", "null", "null", "null", "null"},
      {without_scope, std::nullopt, "true", "null", quoted(to_string(tenant_id)), R"("")", "null"},
  };
  for (const Row& row : table) {
    const json::object shown = lookup_json(facts(row.finding, row.failure), RuleSet::docs_2025);
    const auto text = [&](const char* name) { return json::serialize(shown.at(name)); };
    EXPECT_EQ(text("found"), row.found);
    EXPECT_EQ(text("cloud"), row.cloud);
    EXPECT_EQ(text("tenant_id"), row.id);
    EXPECT_EQ(text("region_scope"), row.scope);
    EXPECT_EQ(text("sub_scope"), row.scope);
    EXPECT_EQ(text("b2b"), R"("unknown")");
    EXPECT_EQ(text("error"), row.error);
    EXPECT_EQ(shown.at("seen").is_null(), !row.finding);
  }
}

TEST(LookupJson, SaysInWhichWordsItFailed) {
  const json::object shown = lookup_json(
      facts({}, Error{ErrorKind::http_status, "invalid_request AADSTS90013"}), RuleSet::docs_2025);
  EXPECT_EQ(shown.at("error"), "http_status");
  EXPECT_EQ(shown.at("failure_detail"), "invalid_request AADSTS90013");
}

TEST(LookupJson, JudgesByTheRules) {
  const Finding china{
      .found = true, .cloud = "china", .tenant_id = tenant_id, .region_scope = "AS"};
  const json::object today = lookup_json(facts(china), RuleSet::docs_2025);
  EXPECT_EQ(today.at("b2b"), "supported");
  EXPECT_FALSE(today.at("limits").as_array().empty());
  const json::object seed = lookup_json(facts(china), RuleSet::seed_2022);
  EXPECT_EQ(seed.at("b2b"), "unknown");
  EXPECT_EQ(seed.at("rules"), "seed-2022");
}

TEST(FactsJson, IsPrintedAsTheContractPrintsIt) {
  EXPECT_EQ(
      json::serialize(facts_json(facts(usgov("USGov", "DOD"), Error{ErrorKind::dns, "no such"}))),
      R"({"tenant":"agency.example","asked":"global","found":true,"cloud":"usgov","environment":"dod","tenant_id":"aaaaaaaa-0000-4000-8000-00000000000a",)"
      R"("region_scope":"USGov","sub_scope":"DOD","seen":"2026-11-23T10:00:00.000Z","error":"dns"})");
  EXPECT_EQ(
      json::serialize(facts_json(facts({}))),
      R"({"tenant":"agency.example","asked":"global","found":null,"cloud":null,"environment":"unknown","tenant_id":null,)"
      R"("region_scope":null,"sub_scope":null,"seen":null,"error":null})");
}

TEST(WatchJson, HasTheKeysOfTheContractInOrder) {
  const std::vector<std::string> expected{
      "tenant",        "asked",     "found", "cloud",        "environment",    "tenant_id",
      "region_scope",  "sub_scope", "b2b",   "rule",         "rules",          "explanation",
      "source",        "limits",    "seen",  "error",        "failure_detail", "up",
      "failure",       "pending",   "stale", "last_success", "last_change",    "labels",
      "failing_since", "next_probe"};
  EXPECT_EQ(keys(watch_json(Watch{.settings = shared({.key = key})}, RuleSet::docs_2025, now)),
            expected);
}

TEST(WatchJson, BeforeTheFirstProbe) {
  const Watch watch{
      .settings = shared({.key = key}), .state = {}, .status = {.watched_since = now}};
  const json::object shown = watch_json(watch, RuleSet::docs_2025, now);
  for (const char* unknown : {"found", "cloud", "tenant_id", "region_scope", "sub_scope", "seen",
                              "error", "up", "failure", "last_success"})
    EXPECT_TRUE(shown.at(unknown).is_null()) << unknown;
  for (const char* flag : {"pending", "stale"})
    EXPECT_EQ(shown.at(flag), false) << flag;
  EXPECT_EQ(shown.at("last_change"), json::object());
  EXPECT_EQ(shown.at("labels"), json::object());
}

TEST(WatchJson, OfATenantThatIsKnownButFailsAtPresent) {
  Watch watch{.settings = shared({.key = key, .labels = {{"team", "identity"}}})};
  watch.state = {.generation = 3,
                 .found = true,
                 .known = usgov("USG"),
                 .last_success = now - std::chrono::hours(2),
                 .pending = Pending{usgov("USGov"), 1, now, now - std::chrono::hours(3)}};
  watch.state.last_change.set(Field::region_scope, now - std::chrono::hours(3));
  watch.status = {.probed = true,
                  .failure = ErrorKind::http_status,
                  .failure_detail = "the authority answered with status 500"};
  const json::object shown = watch_json(watch, RuleSet::docs_2025, now);
  EXPECT_EQ(shown.at("region_scope"), "USG");
  EXPECT_EQ(shown.at("b2b"), "not_supported");
  EXPECT_EQ(shown.at("up"), false);
  EXPECT_EQ(shown.at("failure"), "http_status");
  EXPECT_EQ(shown.at("error"), "http_status");
  EXPECT_EQ(shown.at("failure_detail"), "the authority answered with status 500");
  EXPECT_EQ(shown.at("pending"), true);
  EXPECT_EQ(shown.at("stale"), true);
  EXPECT_EQ(shown.at("last_success"), "2026-11-23T08:00:00.000Z");
  EXPECT_EQ(shown.at("seen"), "2026-11-23T07:00:00.000Z") << "then it was something else";
  EXPECT_EQ(json::serialize(shown.at("last_change")),
            R"({"region_scope":"2026-11-23T07:00:00.000Z"})");
  EXPECT_EQ(json::serialize(shown.at("labels")), R"({"team":"identity"})");
}

TEST(WatchJson, OfATenantThatAnswers) {
  Watch watch{.settings = shared({.key = key}),
              .state = {.generation = 1, .found = true, .known = usgov("USG"), .last_success = now},
              .status = {.probed = true}};
  const json::object shown = watch_json(watch, RuleSet::docs_2025, now);
  EXPECT_EQ(shown.at("up"), true);
  EXPECT_EQ(shown.at("stale"), false);
  EXPECT_TRUE(shown.at("failure").is_null());
  EXPECT_TRUE(shown.at("failure_detail").is_null());
}

}  // namespace
}  // namespace tenantscope
