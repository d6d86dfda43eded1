// An event as an alert of Alertmanager's API v2. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/time.hpp"

namespace tenantscope {

// labels, annotations, startsAt, endsAt: firing until `until`, resolved after it. `event`: a
// CloudEvent of ours.
boost::json::object alert_json(std::string_view event, WallTime until);

}  // namespace tenantscope
