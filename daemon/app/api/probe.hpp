// /probe: the multi-target pattern. Asks the authority now and answers with what it saw, as
// metrics; moves no state. Throws RefusedRequest.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "app/operations.hpp"
#include "app/table.hpp"
#include "web/server.hpp"

namespace tenantscope {

// ?target=NAME [&cloud=] [&debug=true]; obeys X-Prometheus-Scrape-Timeout-Seconds. `anyone`:
// --web.enable-probe; without it configured tenants only, and what an answer's body says is for the
// control socket and for logins.
boost::asio::awaitable<WebResponse> show_probe(const Operations& operations, const Table& table,
                                               bool anyone, WebRequest request);

}  // namespace tenantscope
