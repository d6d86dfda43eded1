// /api/v1/probes: the last probes and what authorities said. Throws RefusedRequest.
#pragma once

#include "app/table.hpp"
#include "web/server.hpp"

namespace tenantscope {

// The last probes of all tenants; with ?tenant= [&cloud=] those of one, and its last failures.
// `anyone`: --web.enable-probe; without it what an answer's body says is for the control socket and
// for logins.
WebResponse list_probes(const Table& table, bool anyone, const WebRequest& request);

}  // namespace tenantscope
