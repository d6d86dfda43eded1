// A core dump holds the secrets that the process has read.
#pragma once

namespace tenantscope {

// No core dump is written from then on, and no other process of the same user can read this one's
// memory. Throws std::system_error.
void forbid_core_dumps();

}  // namespace tenantscope
