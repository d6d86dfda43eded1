// The authority and its control API on a loopback port, plain or TLS: HTTP/1.1 with keep-alive, no
// HTTP/2, no compression. For `simulate` and for tests; the thread that calls run() does all the
// work.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

#include "simulator/authority.hpp"
#include "simulator/certificate.hpp"

namespace tenantscope::simulator {

class Server {
 public:
  // Listens from now on; the authority's time starts at 0. `listen_address`: HOST:PORT, loopback
  // only, port 0 is any free one. Throws FatalError: 78 an address that isn't loopback's,
  // certificate files that can't be used; 1 a port that isn't free.
  Server(Authority& authority, const std::string& listen_address,
         const std::optional<CertificateFiles>& tls);
  ~Server();

  std::string address() const;  // "127.0.0.1:40123", as it is bound
  std::string url() const;      // "https://127.0.0.1:40123"

  void run();   // until stop()
  void stop();  // from any thread
  void stop_on(std::initializer_list<int> signals);

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace tenantscope::simulator
