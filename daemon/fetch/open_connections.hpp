// How many connections are open, by the peer that requests name and by TLS version. Changed on the
// transfer thread, read on any.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace tenantscope {

class OpenConnections {
 public:
  using Whose = std::pair<std::string, std::string>;  // the peer; "TLS 1.3", or "none"

  void opened(curl_socket_t socket, Whose whose);
  std::map<Whose, std::size_t> counts() const;

  // libcurl's CURLOPT_CLOSESOCKETFUNCTION; `self` is an OpenConnections.
  static int close(void* self, curl_socket_t socket);

 private:
  mutable std::mutex mutex_;
  std::map<curl_socket_t, Whose> open_;  // guarded by mutex_
};

}  // namespace tenantscope
