// The control API under /control/: tenants flipped and faults switched by hand while a rehearsal
// runs. Pure, like the authority.
#pragma once

#include "simulator/authority.hpp"

namespace tenantscope::simulator {

bool is_control(const Request& request);

// GET    /control/tenants             every tenant as it is now
// GET    /control/tenants/NAME        one; 404 unknown
// PUT    /control/tenants/NAME        a change with a scenario's keys (POST too); creates the
// tenant GET    /control/fault               the fault for every tenant, or null PUT /control/fault
// a fault: its name, or a map (POST too) DELETE /control/fault GET    /control/stats requests,
// connections, statuses, requests per tenant Anything wrong with a body is a 400 with {"errors":
// ["body:LINE:COLUMN: ..."]}, and changes nothing.
Reply control(Authority& authority, const Request& request, Duration now);

}  // namespace tenantscope::simulator
