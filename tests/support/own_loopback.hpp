// A loopback address that no other process uses (Linux answers on all of 127.0.0.0/8): whatever
// port is chosen there, or taken again after a stop, nobody else's listener or connection holds it.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <string>

namespace tenantscope {

inline std::string own_loopback() {
  const int pid = ::getpid();
  return fmt::format("127.{}.{}.{}", 1 + (pid >> 16), (pid >> 8) & 255, pid & 255);
}

}  // namespace tenantscope
