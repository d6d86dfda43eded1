#include "domain/match.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

TEST(Match, WantsWhatIsAmongEachOfItsLists) {
  const EventTraits change{.kind = EventKind::changed,
                           .severity = Severity::warning,
                           .fields = {Field::region_scope, Field::sub_scope}};
  const EventTraits drill{
      .kind = EventKind::drill, .severity = Severity::warning, .fields = {Field::region_scope}};
  const EventTraits baseline{
      .kind = EventKind::baselined, .severity = Severity::info, .fields = {}};
  const Labels labels{{"team", "identity"}, {"tier", "1"}};
  const struct {
    const char* what;
    Match match;
    bool change, drill, baseline;
  } table[] = {
      {"everything", {}, true, true, true},
      {"a type", {.types = {EventKind::changed}}, true, true, false},
      {"the drill's own type", {.types = {EventKind::drill}}, false, true, false},
      {"another type",
       {.types = {EventKind::collaboration_changed, EventKind::baselined}},
       false,
       false,
       true},
      {"a field", {.fields = {Field::sub_scope, Field::identity}}, true, false, false},
      {"fields of both", {.fields = {Field::region_scope}}, true, true, false},
      {"a severity", {.severities = {Severity::warning, Severity::critical}}, true, true, false},
      {"another severity", {.severities = {Severity::info}}, false, false, true},
      {"a label", {.labels = {{"team", "identity"}}}, true, true, true},
      {"labels, not all of them there",
       {.labels = {{"team", "identity"}, {"site", "x"}}},
       false,
       false,
       false},
      {"a label with another value", {.labels = {{"tier", "2"}}}, false, false, false},
      {"all together",
       {.types = {EventKind::changed},
        .fields = {Field::sub_scope},
        .severities = {Severity::warning},
        .labels = {{"tier", "1"}}},
       true,
       false,
       false},
      {"all but one",
       {.types = {EventKind::changed},
        .fields = {Field::sub_scope},
        .severities = {Severity::critical},
        .labels = {{"tier", "1"}}},
       false,
       false,
       false},
  };
  for (const auto& row : table) {
    EXPECT_EQ(row.match.wants(change, labels), row.change) << row.what;
    EXPECT_EQ(row.match.wants(drill, labels), row.drill) << row.what;
    EXPECT_EQ(row.match.wants(baseline, labels), row.baseline) << row.what;
  }
}

// It is of all tenants: who wants the changes of some of them has to know.
TEST(Match, AsksForNoFieldAndLabelOfARewind) {
  const EventTraits rewind{
      .kind = EventKind::ledger_rewound, .severity = Severity::warning, .fields = {}};
  const Match narrow{.fields = {Field::identity}, .labels = {{"team", "identity"}}};
  EXPECT_TRUE(narrow.wants(rewind, {}));
  EXPECT_TRUE(Match{.types = {EventKind::ledger_rewound}}.wants(rewind, {}));
  EXPECT_FALSE(Match{.types = {EventKind::changed}}.wants(rewind, {}));
  EXPECT_FALSE(Match{.severities = {Severity::critical}}.wants(rewind, {}));
}

TEST(Match, LooksAtWhatAnEventSays) {
  const ChangeEvent event{
      .kind = EventKind::changed,
      .severity = Severity::critical,
      .transition = {.changes = {{Field::presence, "found", "not_found"}}, .previous = Finding{}}};
  const EventTraits traits = traits_of(event);
  EXPECT_EQ(traits.kind, EventKind::changed);
  EXPECT_EQ(traits.severity, Severity::critical);
  EXPECT_EQ(traits.fields, std::vector{Field::presence});
}

}  // namespace
}  // namespace tenantscope
