// The sockets that the web server listens on, as `serve` is told to.
#pragma once

#include <vector>

#include "app/daemon.hpp"
#include "web/address.hpp"

namespace tenantscope {

// Those that were asked for. Throws FatalError.
std::vector<ListeningSocket> open_web_sockets(const ServeOptions& options);

// And the control socket in the storage, where its path isn't too long for one: how the commands
// with --storage.path reach the daemon that works on it. REQUIRES: the storage is locked.
void add_control_socket(std::vector<ListeningSocket>& sockets, const ServeOptions& options);

// Those that others may come by, to listen on them once more later; in their places are others of
// the same sockets.
std::vector<ListeningSocket> keep_listening(std::vector<ListeningSocket>& sockets);

}  // namespace tenantscope
