#include "system/passed_sockets.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include "base/result.hpp"

namespace tenantscope {

std::vector<int> passed_sockets() {
  std::vector<int> descriptors;
  const int count = sd_listen_fds(0);
  for (int descriptor = SD_LISTEN_FDS_START; descriptor < SD_LISTEN_FDS_START + count;
       ++descriptor) {
    if (sd_is_socket(descriptor, AF_UNSPEC, SOCK_STREAM, 1) <= 0)
      throw FatalError(exit_failure,
                       fmt::format("descriptor {} that systemd passed is no listening stream "
                                   "socket: use ListenStream= and Accept=no",
                                   descriptor));
    descriptors.push_back(descriptor);
  }
  return descriptors;
}

}  // namespace tenantscope
