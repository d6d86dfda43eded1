// How much of the server one client, and all of them, may have.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/bytes.hpp"

namespace tenantscope {

struct WebLimits {
  std::size_t header_bytes = 16 * kib;
  std::size_t body_bytes = 64 * kib;
  // When they are all taken, the one that has waited longest goes, as web/seats says; if none
  // waits, the new client is answered with 503. In any case no more than a quarter of the
  // descriptors that the process may have; the control socket's aren't counted.
  std::size_t connections = 512;
  // From one IPv4 address or IPv6 /64. This machine is exempt: behind a proxy here all clients have
  // its address.
  std::size_t connections_per_network = 128;
  std::chrono::milliseconds handshake_time = std::chrono::seconds(10);
  std::chrono::milliseconds header_time =
      std::chrono::seconds(10);  // for a whole head, then for a whole body
  std::chrono::milliseconds idle_time = std::chrono::seconds(60);   // between requests
  std::chrono::milliseconds write_time = std::chrono::seconds(30);  // without any progress
  // For the answer to a client that has finished sending. It may wait for that, or have gone:
  // nobody can tell the one from the other.
  std::chrono::milliseconds half_closed_time = std::chrono::seconds(5);
  // For what is being answered at a stop.
  std::chrono::milliseconds stop_time = std::chrono::milliseconds(300);
  // After the last client was refused, until the log says that none is any more.
  std::chrono::milliseconds quiet_time = std::chrono::minutes(1);
};

}  // namespace tenantscope
