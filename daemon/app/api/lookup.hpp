// /api/v1/lookup: what an authority says of a tenant now, asked at the schedule's pace and with its
// limiter. Moves no state.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "app/operations.hpp"
#include "app/table.hpp"
#include "web/server.hpp"

namespace tenantscope {

// ?tenant= (NAME or NAME@CLOUD) &cloud=. `anyone`: --web.enable-probe; without it only this
// machine's own requests have tenants asked that aren't watched. Throws RefusedRequest.
boost::asio::awaitable<WebResponse> look_up(const Operations& operations, const Table& table,
                                            bool anyone, WebRequest request);

}  // namespace tenantscope
