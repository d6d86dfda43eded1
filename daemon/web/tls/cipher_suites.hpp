// TLS's cipher suites and curves by the names that Go gives them, which the exporter-toolkit's
// configuration uses. Any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tenantscope {

struct CipherSuite {
  enum class Standing { good, no_forward_secrecy, tls13 };

  std::string_view name;
  Standing standing = Standing::good;
};

// In Go's order of preference.
std::span<const CipherSuite> cipher_suites();

struct RefusedCipherSuite {
  std::string_view name;
  std::string_view reason;
};

// Those that Go knows as well but calls insecure.
std::span<const RefusedCipherSuite> refused_cipher_suites();

// What OpenSSL calls the suite of this name; empty: this OpenSSL, or its policy, doesn't offer it.
std::string openssl_cipher(std::string_view name);

struct Curve {
  std::string_view name;
  std::string_view openssl;
};

std::span<const Curve> curves();

}  // namespace tenantscope
