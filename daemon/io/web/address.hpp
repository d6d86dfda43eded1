// Listen addresses: from "127.0.0.1:10944", "[::1]:0" or "unix:/path" to a socket that listens there, and back.
// For the web server. No names are resolved.
#pragma once

#include <string>

namespace tenantscope {

struct ListeningSocket {
  int descriptor = -1;   // the caller's to close
  int family = 0;        // AF_INET, AF_INET6 or AF_UNIX
  std::string address;   // as it is really bound: with the port that was given for port 0
};

// A socket's file that nobody listens on any more is replaced.
// Throws FatalError(1), "can't listen on ADDRESS: reason".
ListeningSocket listen_on(const std::string& address);

// What a closed socket leaves behind: the file of a unix: address.
void remove_socket_file(const std::string& address);

}  // namespace tenantscope
