// A network of this process' own, whose names are asked of a server of the test's (NameServer).
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "support/name_spaces.hpp"

namespace tenantscope {

// An address whose packets nobody answers: a listener whose queue is full.
class SilentAddress {
 public:
  SilentAddress(const std::string& address, std::uint16_t port) {
    if (address.find(':') == std::string::npos) {
      sockaddr_in here{
          .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
      ::inet_pton(AF_INET, address.c_str(), &here.sin_addr);
      listen(here);
    } else {
      sockaddr_in6 here{};
      here.sin6_family = AF_INET6;
      here.sin6_port = htons(port);
      ::inet_pton(AF_INET6, address.c_str(), &here.sin6_addr);
      listen(here);
    }
  }
  ~SilentAddress() {
    ::close(first_);
    ::close(listener_);
  }
  SilentAddress(const SilentAddress&) = delete;
  SilentAddress& operator=(const SilentAddress&) = delete;

 private:
  template <class Address>
  void listen(const Address& here) {
    const auto* address = reinterpret_cast<const sockaddr*>(&here);
    listener_ = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    first_ = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener_, address, sizeof here) != 0 || ::listen(listener_, 0) != 0 ||
        ::connect(first_, address, sizeof here) != 0)
      throw std::runtime_error("no silent address");
  }

  int listener_ = -1;
  int first_ = -1;  // fills the queue
};

// What is asked of names is asked of our server.
inline bool enter_network(const std::filesystem::path& folder) {
  const auto file = folder / "resolv.conf";
  std::ofstream(file) << "nameserver 127.0.0.1\n";
  return enter_name_spaces(CLONE_NEWNET) && raise_loopback() &&
         ::mount(file.c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr) == 0;
}

}  // namespace tenantscope
