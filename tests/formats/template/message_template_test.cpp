#include "formats/template/message_template.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "formats/template/messages.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

// "LINE:COLUMN: message" of each.
std::vector<std::string> findings_of(const std::string& text,
                                     const std::set<std::string>& values = {}) {
  std::vector<std::string> shown;
  for (const TemplateFinding& finding : check_template(text, values))
    shown.push_back(fmt::format("{}:{}: {}", finding.line, finding.column, finding.message));
  return shown;
}

std::string made(const std::string& text, const std::vector<std::string>& events,
                 const Message& with = {}) {
  Message message = with;
  message.events.assign(events.begin(), events.end());
  const Result<std::string> body = render("{{! for: other }}" + text, message);
  return body ? *body : "error: " + body.error().detail;
}

using Findings = std::vector<std::string>;

TEST(MessageTemplate, ShowsTheMembersOfAnEvent) {
  const auto events = worded_family({}, 0);
  EXPECT_EQ(
      made(R"({"a": "{{data.tenant}}", "b": "{{source}}", "n": {{data.generation}}})", events),
      R"({"a": "agency.example", "b": "tenantscope", "n": 2})");
  EXPECT_EQ(made(R"(["{{#data.changes}}{{field}}{{^last}}, {{/last}}{{/data.changes}}"])", events),
            R"(["region_scope, b2b_capability"])");
  EXPECT_EQ(made(R"(["{{data.labels.team}}", "{{#labels}}{{name}}={{value}}{{/labels}}"])", events),
            R"(["identity", "team=identity"])");
  EXPECT_EQ(made(R"([{{epoch}}, "{{dedup_key}}"])", events),
            R"([1795428000, "global/agency.example/tenantscope.tenant.changed.v1"])");
}

TEST(MessageTemplate, ShowsNothingOfWhatIsFalseNullOrEmpty) {
  const auto events = worded_family({}, 0);
  EXPECT_EQ(made(R"(["{{data.labels.none}}{{external_url}}{{data.current.sub_scope}}"])", events),
            R"([""])");
  EXPECT_EQ(
      made(R"(["{{^external_url}}none{{/external_url}}{{#external_url}}one{{/external_url}}"])",
           events),
      R"(["none"])");
  EXPECT_EQ(
      made(R"(["{{#is.changed}}changed{{/is.changed}}{{#is.drill}}drill{{/is.drill}}"])", events),
      R"(["changed"])");
}

TEST(MessageTemplate, LeavesNoTextItsQuotes) {
  const std::string evil = "\", \"admin\": true, \"x\": \"\\";
  const std::string body = made(R"({"a": "{{data.tenant}}", "b": "{{data.labels.team}}"})",
                                worded_family({.tenant = evil, .labels = {{"team", evil}}}, 0));
  const json::object parsed = json::parse(body).as_object();
  EXPECT_EQ(parsed.size(), 2u) << body;
  EXPECT_EQ(parsed.at("a").as_string(), evil);
  EXPECT_EQ(parsed.at("b").as_string(), evil);
}

TEST(MessageTemplate, IsNoTemplateOfWhatItShows) {
  const std::string evil = "{{id}}{{{id}}}{{/events}}{{=<% %>=}}";
  const std::string body = made(R"({"a": "{{data.tenant}}"})", worded_family({.tenant = evil}, 0));
  EXPECT_EQ(json::parse(body).at("a").as_string(), evil);
}

TEST(MessageTemplate, ShowsValuesAsTheyAre) {
  const auto events = worded_family({}, 0);
  EXPECT_EQ(made(R"(["{{values.key}}"])", events, {.values = {{"key", "a\"<b>\\"}}}),
            R"(["a\"<b>\\"])");
}

TEST(MessageTemplate, TellsAFamily) {
  const auto events = worded_family({}, 3);
  EXPECT_EQ(made(R"(["{{#others}}{{data.guest}}{{^last}} {{/last}}{{/others}}"])", events),
            R"(["guest0.example guest1.example guest2.example"])");
  EXPECT_EQ(
      made(
          R"(["{{#is.pairs}}{{#events}}{{#is.changed}}own {{/is.changed}}{{/events}}{{/is.pairs}}"])",
          events),
      R"(["own "])");
}

TEST(MessageTemplate, IsTheSameAtEachTry) {
  for (const char* name : {"slack", "teams", "pagerduty"})
    EXPECT_EQ(rendered(name, worded_family({}, 5)), rendered(name, worded_family({}, 5)));
}

TEST(MessageTemplate, NamesItsService) {
  const Findings findings = findings_of("{\"a\": \"{{id}}\"}");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_NE(findings[0].find("{{! for: slack }}"), std::string::npos) << findings[0];
}

TEST(MessageTemplate, NamesWhatThereIs) {
  EXPECT_EQ(findings_of("{{! for: other }}\n[\"{{data.tennant}}\"]"),
            Findings{"2:3: no event has a field `data.tennant`; did you mean `tenant`?"});
  EXPECT_EQ(findings_of("{{! for: other }}[\"{{#data.changes}}{{form}}{{/data.changes}}\"]"),
            Findings{"1:37: no event has a field `form`; did you mean `from`?"});
  EXPECT_EQ(findings_of("{{! for: other }}[\"{{nothing_of_ours}}\"]"),
            Findings{"1:20: no event has a field `nothing_of_ours`"});
}

// In sections that no event of ours opens, too.
TEST(MessageTemplate, NamesWhatThereIsInEachSection) {
  EXPECT_EQ(findings_of("{{! for: other }}[\"{{#id}}x{{/id}}{{^id}}{{tennant}}{{/id}}\"]").size(),
            1u);
  EXPECT_EQ(findings_of("{{! for: other }}[\"{{#tennants}}x{{/tennants}}\"]").size(), 1u);
  EXPECT_EQ(findings_of("{{! for: other }}[\"{{^tennants}}x{{/tennants}}\"]").size(), 1u);
}

TEST(MessageTemplate, NamesMembersOfAnyKindOfEvent) {
  EXPECT_EQ(findings_of("{{! for: other }}[\"{{data.host}}{{data.rewound_to}}{{data.reason}}"
                        "{{#data.expectations}}{{expected}}{{/data.expectations}}"
                        "{{data.evidence.sha256}}{{data.verdict.capability}}{{previoushash}}\"]"),
            Findings());
  EXPECT_EQ(findings_of("{{! for: other }}[\"{{data.labels.whatever_tenants_have}}\"]"),
            Findings());
}

TEST(MessageTemplate, ShowsTextsOnly) {
  const Findings findings = findings_of("{{! for: other }}[\"{{data.current}}\", \"{{events}}\"]");
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_NE(findings[0].find("has fields of its own"), std::string::npos);
}

TEST(MessageTemplate, SaysWhichValueItNeeds) {
  const std::string text = "{{! for: other }}[\"{{values.routing_key}}\"]";
  EXPECT_EQ(findings_of(text, {"key"}),
            Findings{"1:20: the template needs `routing_key`: name its file in "
                     "`template_value_files`"});
  EXPECT_EQ(findings_of(text, {"routing_key"}), Findings());
}

TEST(MessageTemplate, HasToBecomeJson) {
  const Findings findings = findings_of("{{! for: other }}{\"a\": \"{{id}}\",}");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].starts_with("1:1: what it makes of a baseline: it isn't JSON: "))
      << findings[0];
  const Findings of_pairs = findings_of("{{! for: other }}[{{#others}}\"{{id}}\"{{/others}}]");
  ASSERT_EQ(of_pairs.size(), 1u);
  EXPECT_NE(of_pairs[0].find("with those of its pairs"), std::string::npos) << of_pairs[0];
}

TEST(MessageTemplate, IsNoLongerThanItsServiceTakes) {
  const Findings findings = findings_of("{{! for: teams }}[\"" + std::string(30'000, 'x') + "\"]");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_NE(findings[0].find("more than the service takes"), std::string::npos);
}

}  // namespace
}  // namespace tenantscope
