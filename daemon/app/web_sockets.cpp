#include "app/web_sockets.hpp"

#include "base/result.hpp"
#include "system/control_socket.hpp"
#include "system/passed_sockets.hpp"

namespace tenantscope {

std::vector<ListeningSocket> open_web_sockets(const ServeOptions& options) {
  if (!options.systemd_socket)
    return listen_on_all(options.listen_addresses);
  std::vector<ListeningSocket> sockets = adopt(passed_sockets());
  if (sockets.empty())
    throw FatalError(exit_failure,
                     "--web.systemd-socket, but systemd passed no socket: start it by a .socket "
                     "unit, or say --web.listen-address instead");
  return sockets;
}

void add_control_socket(std::vector<ListeningSocket>& sockets, const ServeOptions& options) {
  if (const auto control = control_socket(options.storage_path)) {
    sockets.push_back(listen_for_owner(*control));
    sockets.back().control = true;
  }
}

std::vector<ListeningSocket> keep_listening(std::vector<ListeningSocket>& sockets) {
  std::vector<ListeningSocket> kept, same;
  for (ListeningSocket& socket : sockets) {
    if (socket.control) {
      same.push_back(std::move(socket));
      continue;
    }
    same.push_back(socket.duplicate());
    kept.push_back(std::move(socket));
  }
  sockets = std::move(same);
  return kept;
}

}  // namespace tenantscope
