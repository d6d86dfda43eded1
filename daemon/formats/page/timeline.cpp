#include "formats/page/timeline.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include <fmt/format.h>

#include "formats/page/page_words.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr double least_width = 2;    // of what can be seen
constexpr double label_width = 100;  // of what has room for its state's name

bool tells_verdict(const PageEvent& event) {
  return event.kind == EventKind::baselined || event.kind == EventKind::changed;
}

// How far a time lies along the line.
double place_of(WallTime time, WallTime from, WallTime now) {
  const double whole = std::chrono::duration<double>(now - from).count();
  const double part = std::chrono::duration<double>(time - from).count();
  return whole <= 0 ? 0 : std::clamp(part / whole, 0.0, 1.0) * timeline_width;
}

std::string units(double length) { return fmt::format("{:.1f}", length); }

json::object span_fields(const TimelineSpan& span, WallTime now) {
  return {{"x", units(std::min(span.x, timeline_width - least_width))},
          {"width", units(std::max(span.width, least_width))},
          {"middle", units(span.x + span.width / 2)},
          {"state", state_fields(span.state)},
          {"labelled", span.width >= label_width},
          {"from", time_fields(span.from, now)},
          {"until", time_fields(span.until, now)},
          {"lasted", short_age(span.until - span.from)}};
}

}  // namespace

std::vector<TimelineSpan> timeline_of(const std::vector<PageEvent>& events, WallTime now) {
  std::vector<TimelineSpan> spans;
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (!tells_verdict(*event) || event->time > now ||
        (!spans.empty() && spans.back().state == event->verdict))
      continue;
    if (!spans.empty())
      spans.back().until = event->time;
    spans.push_back({.from = event->time, .until = now, .state = event->verdict});
  }
  for (TimelineSpan& span : spans) {
    span.x = place_of(span.from, spans.front().from, now);
    span.width = place_of(span.until, spans.front().from, now) - span.x;
  }
  return spans;
}

json::object timeline_fields(const std::vector<PageEvent>& events, WallTime now) {
  const std::vector<TimelineSpan> spans = timeline_of(events, now);
  json::array shown, marks;
  for (const TimelineSpan& span : spans)
    shown.push_back(span_fields(span, now));
  for (const PageEvent& event : events)
    if (!spans.empty() && event.kind != EventKind::collaboration_changed &&
        event.time >= spans.front().from && event.time <= now)
      marks.push_back(json::object{{"x", units(place_of(event.time, spans.front().from, now))},
                                   {"time", time_fields(event.time, now)},
                                   {"sentence", event.sentence}});
  return {{"there", !spans.empty()},
          {"width", timeline_width},
          {"spans", std::move(shown)},
          {"marks", std::move(marks)},
          {"from", spans.empty() ? json::value(nullptr) : time_fields(spans.front().from, now)}};
}

}  // namespace tenantscope
