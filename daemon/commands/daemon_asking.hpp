// Asking authorities through a running daemon: at its pace, by its limiter, with its clouds.
#pragma once

#include <vector>

#include "commands/asking.hpp"
#include "commands/daemon_client.hpp"

namespace tenantscope {

// As ask(). Throws FatalError(1): nobody answers there, or the daemon refuses.
void ask_through(const DaemonPlace& place, std::vector<Lookup>& lookups);

}  // namespace tenantscope
