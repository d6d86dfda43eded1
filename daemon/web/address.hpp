// Sockets that listen, and who comes in by them. For the web server. No names are resolved.
#pragma once

#include <sys/socket.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_identity.hpp"
#include "web/seat.hpp"

namespace tenantscope {

// Closes itself, and removes its own file, unless another one is there by now.
class ListeningSocket {
 public:
  ListeningSocket(int descriptor, int family, std::string address,
                  std::optional<FileIdentity> own_file)
      : descriptor_(descriptor),
        family_(family),
        address_(std::move(address)),
        own_file_(own_file) {}
  ListeningSocket(ListeningSocket&& other) noexcept;
  ListeningSocket& operator=(ListeningSocket&& other) = delete;
  ~ListeningSocket();

  // Another descriptor of the same socket, which stays open with either; its file goes with this.
  // Throws FatalError(1).
  ListeningSocket duplicate() const;

  int release() {
    return std::exchange(descriptor_, -1);
  }  // to the caller, who closes it before this object goes

  int family() const { return family_; }  // AF_INET, AF_INET6 or AF_UNIX
  const std::string& address() const {
    return address_;
  }  // as it is really bound: with the port that was given for port 0

  bool control = false;  // whoever comes in by it is the owner: never asked for TLS or a login

 private:
  int descriptor_;
  int family_;
  std::string address_;
  std::optional<FileIdentity> own_file_;
};

// "127.0.0.1:10944", "[::1]:0", "unix:/path". A socket's file that nobody listens on any more is
// replaced. Throws FatalError(1), "can't listen on ADDRESS: reason".
ListeningSocket listen_on(const std::string& address);

// At this path, for its owner alone from the first. Throws likewise.
ListeningSocket listen_for_owner(const std::filesystem::path& path);

// All, or none.
std::vector<ListeningSocket> listen_on_all(const std::vector<std::string>& addresses);

// Sockets that listen already, as systemd passes them: their files aren't removed.
std::vector<ListeningSocket> adopt(const std::vector<int>& descriptors);

// Of an address as it is bound.
bool is_loopback_address(std::string_view address);

Peer peer_at(const sockaddr_storage& address);
Peer peer_of(int descriptor);  // of a connected socket

}  // namespace tenantscope
