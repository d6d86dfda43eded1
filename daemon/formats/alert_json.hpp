// An event as an alert of Alertmanager's API v2. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/time.hpp"

namespace tenantscope {

// labels, annotations, startsAt, endsAt: firing until `until`, resolved after it; and generatorURL,
// the event in the daemon's API, with the annotation dashboard_url, where `external_url` says how
// people reach the daemon. `event`: a CloudEvent of ours.
boost::json::object alert_json(std::string_view event, WallTime until,
                               std::string_view external_url = {});

}  // namespace tenantscope
