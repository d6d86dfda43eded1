#include "fetch/open_connections.hpp"

#include <unistd.h>

namespace tenantscope {

void OpenConnections::opened(curl_socket_t socket, Whose whose) {
  const std::lock_guard lock(mutex_);
  open_.insert_or_assign(socket, std::move(whose));
}

std::map<OpenConnections::Whose, std::size_t> OpenConnections::counts() const {
  std::map<Whose, std::size_t> counts;
  const std::lock_guard lock(mutex_);
  for (const auto& [socket, whose] : open_)
    ++counts[whose];
  return counts;
}

int OpenConnections::close(void* self, curl_socket_t socket) {
  auto& connections = *static_cast<OpenConnections*>(self);
  {
    const std::lock_guard lock(connections.mutex_);
    connections.open_.erase(socket);  // another's once it is closed
  }
  return ::close(socket);
}

}  // namespace tenantscope
