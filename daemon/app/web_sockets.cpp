#include "app/web_sockets.hpp"

#include "base/result.hpp"
#include "system/control_socket.hpp"
#include "system/passed_sockets.hpp"

namespace tenantscope {
namespace {

std::vector<ListeningSocket> asked_for(const ServeOptions& options) {
  if (!options.systemd_socket)
    return listen_on_all(options.listen_addresses);
  std::vector<ListeningSocket> sockets = adopt(passed_sockets());
  if (sockets.empty())
    throw FatalError(exit_failure,
                     "--web.systemd-socket, but systemd passed no socket: start it by a .socket "
                     "unit, or say --web.listen-address instead");
  return sockets;
}

}  // namespace

std::vector<ListeningSocket> open_web_sockets(const ServeOptions& options) {
  std::vector<ListeningSocket> sockets = asked_for(options);
  if (const auto control = control_socket(options.storage_path)) {
    sockets.push_back(listen_for_owner(*control));
    sockets.back().control = true;
  }
  return sockets;
}

}  // namespace tenantscope
