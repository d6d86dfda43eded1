// Events of the journal as lines of a page. Pure.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <vector>

#include "base/time.hpp"
#include "formats/page/page_event.hpp"

namespace tenantscope {

// {sequence, id, kind, severity, serious, tone, time, tenant, asked, href, sentence, pairs,
// one_pair}: `serious` where it is more than information; href is the tenant's page and null where
// it is of no tenant; `pairs` is how many are told of with it, or null; evidence {first_seen,
// confirmations, request_id, sha256, url}; anchor, by which it is found on a page.
boost::json::object event_fields(const PageEvent& event, WallTime now);
boost::json::array events_fields(const std::vector<PageEvent>& events, WallTime now);

}  // namespace tenantscope
