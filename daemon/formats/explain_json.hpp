// What is said to whether HOST can invite GUEST, as `explain` and the API print it. Keys in the
// order of the contract; what isn't known is null.
#pragma once

#include <boost/json/object.hpp>

#include "domain/explanation.hpp"

namespace tenantscope {

// host, guest, a verdict's keys, host_facts, guest_facts, cross_cloud, cross_cloud_from,
// alternatives, clouds_asked, clouds_not_asked, error: why nothing newer is known of one of them.
boost::json::object explain_json(const Explanation& explanation);

}  // namespace tenantscope
