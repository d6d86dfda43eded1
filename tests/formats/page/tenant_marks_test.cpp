#include "formats/page/tenant_marks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "domain/documents.hpp"
#include "support/watch_settings.hpp"

namespace tenantscope {
namespace {

const WallTime marked_at = *parse_rfc3339("2026-11-23T10:00:00Z");

Watch heard_of(std::optional<Finding> known) {
  Watch made{.settings = shared({.key = {.asked = "global", .name = "a.example"}})};
  made.status.watched_since = marked_at;
  if (known)
    made.state = {.generation = 1,
                  .found = known->found,
                  .known = known,
                  .last_success = marked_at - std::chrono::minutes(5)};
  return made;
}

Finding in_usgov(std::string_view scope) { return documents::found("usgov", std::string(scope)); }

std::vector<std::string> marks(const Watch& watch) {
  std::vector<std::string> names;
  const TenantMarks all = marks_of(watch, RuleSet::docs_2025, marked_at);
  for (const TenantMark mark : tenant_marks)
    if (all.has(mark))
      names.emplace_back(to_string(mark));
  if (all.needs_look())
    names.emplace_back("look");
  return names;
}

using Names = std::vector<std::string>;

TEST(TenantMarks, SayTheVerdict) {
  EXPECT_EQ(marks(heard_of(in_usgov("USGov"))), Names{"supported"});
  EXPECT_EQ(marks(heard_of(in_usgov("USG"))), Names{"not_supported"}) << "which may well be so";
  EXPECT_EQ(marks(heard_of({})), Names{"unknown"});
}

TEST(TenantMarks, SayWhatIsTheMatter) {
  Watch failing = heard_of(in_usgov("USGov"));
  failing.status.failure = ErrorKind::dns;
  EXPECT_EQ(marks(failing), (Names{"supported", "failing", "look"}));
  Watch pending = heard_of(in_usgov("USG"));
  pending.state.pending = Pending{in_usgov("USGov"), 1, marked_at, {}};
  EXPECT_EQ(marks(pending), (Names{"not_supported", "pending", "look"}));
  Watch old = heard_of(in_usgov("USGov"));
  old.state.last_success = marked_at - std::chrono::hours(2);
  EXPECT_EQ(marks(old), (Names{"supported", "stale", "look"}));
  Watch unmet = heard_of(in_usgov("USG"));
  settings_of(unmet).expect.region_scope = "USGov";
  EXPECT_EQ(marks(unmet), (Names{"not_supported", "unmet", "look"}));
  Watch lost = heard_of(in_usgov("USGov"));
  settings_of(lost).tenant_id = parse_guid(documents::contoso);
  lost.state.stranger = documents::found("global", "NA", "", documents::fabrikam);
  EXPECT_EQ(marks(lost), (Names{"supported", "unmet", "look"}));
  Watch vanished = heard_of(in_usgov("USGov"));
  vanished.state.found = false;
  EXPECT_EQ(marks(vanished), (Names{"unknown", "vanished", "look"}));
  EXPECT_EQ(marks(heard_of(Finding{})), Names{"unknown"}) << "it was never there";
}

}  // namespace
}  // namespace tenantscope
