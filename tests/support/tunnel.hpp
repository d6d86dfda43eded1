// What a proxy does that passes connections on (CONNECT), as a script of RawServer.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "support/raw_server.hpp"

namespace tenantscope {

// Wherever a client wants to go, it comes to one port of this machine. On any thread.
class Tunnel {
 public:
  explicit Tunnel(std::uint16_t port) : port_(port) {}

  RawServer::Script script() {
    return [this](RawConnection& connection) { serve(connection); };
  }
  // What came of clients, CONNECT and what stands below it.
  std::vector<std::string> heads() const {
    const std::lock_guard lock(mutex_);
    return heads_;
  }

 private:
  void serve(RawConnection& connection) {
    const auto head = connection.read_head();
    if (!head)
      return;
    {
      const std::lock_guard lock(mutex_);
      heads_.push_back(*head);
    }
    const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = htons(port_), .sin_addr = {}, .sin_zero = {}};
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    if (::connect(other, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        connection.send("HTTP/1.1 200 Connection established\r\n\r\n"))
      connection.relay(other);
    ::close(other);
  }

  const std::uint16_t port_;
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;  // guarded by mutex_
};

}  // namespace tenantscope
