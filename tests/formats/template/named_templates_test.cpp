// The templates that come with the program: each makes of every event what its service takes.
#include "formats/template/named_templates.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>

#include "formats/template/messages.hpp"
#include "support/hostile_text.hpp"
#include "support/service_rules.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

struct Named {
  std::string_view name;
  Breaches (*breaches)(const std::string& body);
};
constexpr std::array all{Named{"slack", ServiceRules::of_slack},
                         Named{"teams", ServiceRules::of_teams},
                         Named{"pagerduty", ServiceRules::of_pagerduty}};

void expect_good(const Named& named, const std::vector<std::string>& events,
                 const std::string& external_url = "https://tenantscope.example/x") {
  const std::string body = rendered(named.name, events, external_url);
  ASSERT_FALSE(body.starts_with("error: ")) << named.name << " " << body;
  EXPECT_EQ(named.breaches(body), Breaches()) << named.name << " " << body;
  EXPECT_EQ(raw_in(body), "") << named.name;
}

std::string digits(int number) { return fmt::format("{:03}", number); }

TEST(NamedTemplates, AreKnownByTheirNames) {
  for (const Named& named : all)
    EXPECT_TRUE(named_template(named.name));
  EXPECT_EQ(named_template("slack.mustache"), std::nullopt);
}

TEST(NamedTemplates, AreGood) {
  for (const Named& named : all)
    EXPECT_TRUE(check_template(std::string(*named_template(named.name)), {"routing_key"}).empty())
        << named.name;
}

TEST(NamedTemplates, MakeWhatTheServiceTakesOfEachKindOfEvent) {
  for (const Named& named : all)
    for (const SampleMessage& sample : sample_messages()) {
      expect_good(named, sample.events);
      expect_good(named, sample.events, "");
    }
}

// docs/events-and-sinks.md has one for Splunk.
TEST(NamedTemplates, OfTheDocumentationIsGood) {
  std::ifstream file(CONFIG_FOLDER "/../docs/events-and-sinks.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  const auto begin = page.find("```\n{{! for: other }}");
  ASSERT_NE(begin, page.npos);
  const std::string text = page.substr(begin + 4, page.find("```", begin + 4) - begin - 4);
  for (const TemplateFinding& finding : check_template(text, {}))
    ADD_FAILURE() << finding.line << ":" << finding.column << ": " << finding.message;
}

TEST(NamedTemplates, TakeAHundredEventsOfOddNames) {
  for (const std::string& odd : odd_texts())
    for (const Named& named : all)
      expect_good(named, oddly_worded(odd));
}

TEST(NamedTemplates, StayWithinLimitsHoweverMuchThereIsToTell) {
  std::vector<Labels::Label> many;
  many.reserve(64);
  for (int i = 0; i < 64; ++i)
    many.emplace_back("label_" + digits(i) + std::string(240, 'n'), std::string(255, '['));
  const std::string name = std::string(60, 'a') + "." + std::string(60, 'b') + "." +
                           std::string(60, 'c') + "." + std::string(60, 'd');
  for (const Named& named : all) {
    expect_good(named, worded_family({.tenant = name,
                                      .scope = std::string(20'000, '<'),
                                      .labels = Labels(many),
                                      .collaboration = std::string(250, '_')},
                                     300));
  }
}

TEST(NamedTemplates, TellAllOfThirtyPairs) {
  for (const Named& named : all) {
    const std::string body = rendered(named.name, worded_family({}, 30));
    for (int pair = 0; pair < 30; ++pair)
      EXPECT_NE(body.find(fmt::format("guest{}.example", pair)), std::string::npos) << named.name;
    EXPECT_EQ(body.find(" more"), std::string::npos);
  }
}

TEST(NamedTemplates, SayHowManyPairsTheyLeaveOut) {
  for (const Named& named : all) {
    const std::string body = rendered(named.name, worded_family({}, 100));
    EXPECT_NE(body.find(named.name == "pagerduty" ? "\"more\": \"60\"" : "and 60 more"),
              std::string::npos)
        << body;
  }
}

// Nothing of what others wrote is obeyed, wherever it stands.
TEST(NamedTemplates, ObeyNothingThatOthersWrote) {
  const std::string evil = "<!channel> [click](https://evil)";
  const auto events = worded_family(
      {.tenant = evil, .scope = evil, .labels = {{"team", evil}}, .collaboration = evil}, 1);
  const std::string slack = rendered("slack", events);
  EXPECT_EQ(slack.find("<!"), std::string::npos) << slack;
  EXPECT_NE(slack.find("&lt;!channel&gt;"), std::string::npos);
  const std::string teams = rendered("teams", events);
  EXPECT_EQ(teams.find(" [click]"), std::string::npos) << teams;
  EXPECT_NE(teams.find(R"(\\[click\\]\\(https://evil\\))"), std::string::npos) << teams;
}

std::string key_in(const std::string& body) {
  return std::string(json::parse(body).at("dedup_key").as_string());
}
std::string action_in(const std::string& body) {
  return std::string(json::parse(body).at("event_action").as_string());
}

// A change of a tenant's fields as PagerDuty is told of it.
std::string incident(std::vector<Change> changes) {
  ChangeEvent event = worded_event({});
  event.transition.changes = std::move(changes);
  return rendered("pagerduty", {cloud_event(event, Guid(), 7, "tenantscope")});
}

TEST(NamedTemplates, GivePagerDutyOneIncidentATenantAndKind) {
  const std::string lost = incident({{Field::b2b_capability, "supported", "not_supported"}});
  EXPECT_EQ(key_in(lost), "global/agency.example/tenantscope.tenant.changed.v1");
  EXPECT_EQ(action_in(lost), "trigger");
  EXPECT_EQ(json::parse(lost).at("routing_key"), "R0UT1NG");
  const std::string back = incident({{Field::b2b_capability, "not_supported", "supported"}});
  EXPECT_EQ(key_in(back), key_in(lost));
  EXPECT_EQ(action_in(back), "resolve");
  EXPECT_EQ(action_in(incident({{Field::presence, "found", "not_found"}})), "trigger");
  EXPECT_EQ(action_in(incident({{Field::presence, "not_found", "found"}})), "resolve");
  EXPECT_EQ(action_in(incident({{Field::region_scope, "USG", "USGov"}})), "trigger");
}

TEST(NamedTemplates, ResolveNothingWhileSomethingElseIsLost) {
  EXPECT_EQ(action_in(incident({{Field::presence, "not_found", "found"},
                                {Field::identity, "global/a", "global/b"}})),
            "trigger");
  EXPECT_EQ(action_in(incident({{Field::presence, "not_found", "found"},
                                {Field::b2b_capability, "supported", "not_supported"}})),
            "trigger");
}

TEST(NamedTemplates, ResolveWhatIsMetOrWorksAgain) {
  ChangeEvent expectation = worded_event({});
  expectation.kind = EventKind::expectation_changed;
  expectation.expectations = {{"b2b", "supported", "not_supported", false}};
  const auto told = [](const ChangeEvent& event) {
    return rendered("pagerduty", {cloud_event(event, Guid(), 7, "tenantscope")});
  };
  EXPECT_EQ(action_in(told(expectation)), "trigger");
  expectation.expectations.front().met = true;
  EXPECT_EQ(action_in(told(expectation)), "resolve");
  EXPECT_EQ(key_in(told(expectation)), "global/agency.example/tenantscope.expectation.changed.v1");

  PairChange pair{.collaboration = "c", .host = "h", .guest = "g", .verdict = {}, .cause = {}};
  pair.verdict.capability = PairCapability::supported;
  EXPECT_EQ(action_in(told(make_pair_event(expectation.tenant, expectation.transition, pair, {}))),
            "resolve");
}

TEST(NamedTemplates, GiveDrillsAKeyOfTheirOwn) {
  const ChangeEvent drill =
      make_drill({.asked = "global", .name = "agency.example"}, {}, "USGov", {}, {});
  const std::string body = rendered("pagerduty", {cloud_event(drill, Guid(), 7, "tenantscope")});
  EXPECT_EQ(key_in(body), "global/agency.example/tenantscope.drill.v1");
  EXPECT_NE(body.find("DRILL"), std::string::npos);
}

TEST(NamedTemplates, ShortenAKeyThatIsTooLong) {
  const auto key = [](char c) {
    return key_in(rendered("pagerduty", worded_family({.tenant = std::string(253, c)}, 0)));
  };
  EXPECT_LE(key('a').size(), 255u);
  EXPECT_NE(key('a'), key('b'));
}

}  // namespace
}  // namespace tenantscope
