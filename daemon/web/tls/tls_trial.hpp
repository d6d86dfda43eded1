// A handshake in memory: which versions a server's TLS can really speak, whatever OpenSSL's policy,
// the certificate, the cipher suites and the curves come to together. Any thread.
#pragma once

#include <openssl/types.h>

namespace tenantscope {

// With a client that can do everything; it isn't asked for a certificate.
bool speaks(SSL_CTX& server, int version);

}  // namespace tenantscope
