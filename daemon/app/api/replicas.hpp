// /api/v1/replicas: who shares the ledger. Throws RefusedRequest.
#pragma once

#include "app/replica/fleet.hpp"
#include "web/server.hpp"

namespace tenantscope {

// nullptr: the ledger is this daemon's alone, which is refused.
const Fleet& shared_fleet(const Fleet* fleet);

WebResponse list_replicas(const Fleet* fleet);

}  // namespace tenantscope
