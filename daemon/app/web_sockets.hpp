// The sockets that the web server listens on, as `serve` is told to.
#pragma once

#include <vector>

#include "app/daemon.hpp"
#include "web/address.hpp"

namespace tenantscope {

// Those that were asked for, and the control socket in the storage: how the commands with
// --storage.path reach the daemon that works on it. Throws FatalError.
std::vector<ListeningSocket> open_web_sockets(const ServeOptions& options);

}  // namespace tenantscope
