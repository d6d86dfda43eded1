// What is said to whether HOST can invite GUEST, as `explain` and the API print it. Keys in the
// order of the contract; what isn't known is null.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "domain/explanation.hpp"

namespace tenantscope {

// host, guest, a verdict's keys, host_facts, guest_facts, cross_cloud, cross_cloud_from,
// alternatives, clouds_asked, clouds_not_asked, error: why nothing newer is known of one of them.
boost::json::object explain_json(const Explanation& explanation);

// One of its `alternatives` for people: the identity, its verdict, and for whom it is.
std::string alternative_shown(const boost::json::object& alternative);

}  // namespace tenantscope
