#include "formats/page/timeline.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "formats/page/page_samples.hpp"

namespace tenantscope {
namespace {

PageEvent told(EventKind kind, int hours_ago, const std::string& verdict) {
  PageEvent event = samples::event("a.example");
  event.kind = kind;
  event.time = samples::now - std::chrono::hours(hours_ago);
  event.verdict = verdict;
  return event;
}

// "STATE X+WIDTH" of each.
std::vector<std::string> spans(const std::vector<PageEvent>& events) {
  std::vector<std::string> shown;
  for (const TimelineSpan& span : timeline_of(events, samples::now))
    shown.push_back(fmt::format("{} {:.0f}+{:.0f}", span.state, span.x, span.width));
  return shown;
}

using Spans = std::vector<std::string>;

TEST(Timeline, GoesFromTheOldestEventToNow) {
  EXPECT_EQ(spans({}), Spans());
  EXPECT_EQ(spans({told(EventKind::baselined, 10, "supported")}), Spans{"supported 0+1000"});
  EXPECT_EQ(
      spans({told(EventKind::changed, 1, "supported"), told(EventKind::changed, 4, "not_supported"),
             told(EventKind::baselined, 10, "supported")}),
      (Spans{"supported 0+600", "not_supported 600+300", "supported 900+100"}));
}

TEST(Timeline, IsOneSpanAsLongAsTheVerdictStays) {
  EXPECT_EQ(spans({told(EventKind::changed, 4, "supported"),
                   told(EventKind::baselined, 10, "supported")}),
            Spans{"supported 0+1000"});
}

TEST(Timeline, PassesOverWhatSaysNothingOfTheVerdict) {
  EXPECT_EQ(spans({told(EventKind::drill, 1, "not_supported"),
                   told(EventKind::collaboration_changed, 2, "conditional"),
                   told(EventKind::expectation_changed, 2, "not_supported"),
                   told(EventKind::baselined, 10, "supported"),
                   told(EventKind::baselined, -3, "unknown")}),
            Spans{"supported 0+1000"})
      << "and what lies ahead";
}

TEST(Timeline, IsDrawnWithinItsWidth) {
  const boost::json::object fields =
      timeline_fields({told(EventKind::drill, 0, ""), told(EventKind::changed, 0, "supported"),
                       told(EventKind::baselined, 24 * 400, "unknown")},
                      samples::now);
  EXPECT_EQ(fields.at("there"), true);
  ASSERT_EQ(fields.at("spans").as_array().size(), 2u);
  EXPECT_EQ(fields.at("spans").at(0).at("width"), "1000.0");
  EXPECT_EQ(fields.at("spans").at(0).at("lasted"), "400d");
  EXPECT_EQ(fields.at("spans").at(1).at("x"), "998.0");
  EXPECT_EQ(fields.at("spans").at(1).at("width"), "2.0") << "can be seen";
  EXPECT_EQ(fields.at("spans").at(1).at("labelled"), false);
  EXPECT_EQ(fields.at("marks").as_array().size(), 3u);
  EXPECT_EQ(timeline_fields({}, samples::now).at("there"), false);
}

}  // namespace
}  // namespace tenantscope
