// The listening sockets that systemd hands to a service which it starts by a .socket unit.
#pragma once

#include <vector>

namespace tenantscope {

// Descriptors, the caller's from now on; none where nothing was passed.
// Throws FatalError(1) for one that is no listening stream socket.
std::vector<int> passed_sockets();

}  // namespace tenantscope
