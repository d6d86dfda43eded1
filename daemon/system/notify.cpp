#include "system/notify.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace tenantscope {

// sd_notify() waits for as long as the supervisor doesn't read.
void notify_supervisor(const std::string& state) {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string_view name = path ? path : "";
  if (name.empty() || name.size() >= sizeof address.sun_path)
    return;
  std::memcpy(address.sun_path, name.data(), name.size());
  if (name.front() == '@')  // an abstract one
    address.sun_path[0] = '\0';
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0)
    return;
  [[maybe_unused]] const auto sent = ::sendto(
      socket, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
      socklen_t(offsetof(sockaddr_un, sun_path) + name.size()));
  ::close(socket);
}

void extend_start() { notify_supervisor("EXTEND_TIMEOUT_USEC=300000000"); }

std::optional<Duration> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0)
    return std::nullopt;
  return std::chrono::floor<Duration>(std::chrono::microseconds(microseconds));
}

}  // namespace tenantscope
