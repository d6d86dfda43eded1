// The TLS that the web server speaks, as OpenSSL holds it: from validated settings to an SSL_CTX.
// Any thread.
#pragma once

#include <openssl/tls1.h>
#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/tls/pem.hpp"
#include "web/tls/client_policy.hpp"

namespace tenantscope {

struct TlsSettings {
  std::vector<CertificatePointer> chain;  // the server's own first, then what it was signed by
  KeyPointer key;
  ClientRules clients;
  int min_version = TLS1_2_VERSION;
  int max_version = TLS1_3_VERSION;
  // OpenSSL's names with colons between, of versions up to TLS 1.2; empty: none of these versions.
  std::string ciphers;
  std::string groups;  // likewise; empty: OpenSSL's own choice
  bool prefer_server_ciphers = true;
};

// Error: OpenSSL's words about the certificate or the key, such as "ee key too small".
Result<std::shared_ptr<SSL_CTX>> make_tls(const TlsSettings& settings);

// When the server's own certificate ends. `tls`: as make_tls() has made it, or nullptr.
std::optional<WallTime> certificate_expiry(const SSL_CTX* tls);

}  // namespace tenantscope
