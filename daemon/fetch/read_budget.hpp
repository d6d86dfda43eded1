// How much is read of a TLS connection before the transfer thread looks at the others again:
// libcurl 7.88 reads HTTP/2 frames until there are no more or one is data for the transfer at hand,
// so that a peer could hold the thread for good. On the transfer thread.
#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <cstddef>

#include "base/bytes.hpp"

namespace tenantscope {

class ReadBudget {
 public:
  static constexpr std::size_t limit = 64 * kib;  // four TLS records

  // Each connection of `context` reads within this budget: what is over it, it finds when the
  // budget is full again. REQUIRES: the budget outlives those connections, and sockets are what
  // they read.
  void bound(SSL_CTX* context);

  void refill() { left_ = limit; }

 private:
  static void on_handshake(const SSL* tls, int where, int value);
  static long on_input_output(BIO* bio, int operation, const char* data, std::size_t size, int,
                              long, int result, std::size_t* processed);

  std::size_t left_ = limit;
};

}  // namespace tenantscope
