// A tenant's history as a picture: how long it had each verdict, along a line from its oldest known
// event to now. Pure: what is drawn is fields of the page's template.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "base/time.hpp"
#include "formats/page/page_event.hpp"

namespace tenantscope {

inline constexpr int timeline_width = 1000;

// A time during which the verdict was one, from x on, in the picture's units.
struct TimelineSpan {
  WallTime from;
  WallTime until;
  std::string state;
  double x = 0;
  double width = 0;
};

// `events`: the tenant's, the newest first. Those of pairs and drills say nothing of it. None where
// no event is left, or all lie ahead of now.
std::vector<TimelineSpan> timeline_of(const std::vector<PageEvent>& events, WallTime now);

// {there, width, spans, marks, from}: spans are {x, width, middle, state, labelled, from, until,
// lasted}, marks {x, time, sentence}.
boost::json::object timeline_fields(const std::vector<PageEvent>& events, WallTime now);

}  // namespace tenantscope
