// What was freed goes back to the system: malloc keeps it otherwise, after a start or a reload with
// many tenants. Any thread.
#pragma once

namespace tenantscope {

void trim_heap();

}  // namespace tenantscope
