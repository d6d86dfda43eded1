#include "web/tls/cipher_suites.hpp"

#include <openssl/ssl.h>

#include <array>
#include <map>
#include <memory>

namespace tenantscope {
namespace {

constexpr auto good = CipherSuite::Standing::good;
constexpr auto no_forward_secrecy = CipherSuite::Standing::no_forward_secrecy;
constexpr auto tls13 = CipherSuite::Standing::tls13;

constexpr std::array suites{
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", good},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", good},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", good},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", good},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", good},
    CipherSuite{"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", good},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", good},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", good},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", good},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", good},
    CipherSuite{"TLS_RSA_WITH_AES_128_GCM_SHA256", no_forward_secrecy},
    CipherSuite{"TLS_RSA_WITH_AES_256_GCM_SHA384", no_forward_secrecy},
    CipherSuite{"TLS_RSA_WITH_AES_128_CBC_SHA", no_forward_secrecy},
    CipherSuite{"TLS_RSA_WITH_AES_256_CBC_SHA", no_forward_secrecy},
    CipherSuite{"TLS_AES_128_GCM_SHA256", tls13},
    CipherSuite{"TLS_AES_256_GCM_SHA384", tls13},
    CipherSuite{"TLS_CHACHA20_POLY1305_SHA256", tls13},
};

constexpr std::string_view rc4 = "RC4 is broken";
constexpr std::string_view triple_des = "3DES has blocks that are too small (Sweet32)";
constexpr std::string_view lucky_13 = "CBC with SHA-256 isn't safe from timing attacks (Lucky 13)";

constexpr std::array refused{
    RefusedCipherSuite{"TLS_RSA_WITH_RC4_128_SHA", rc4},
    RefusedCipherSuite{"TLS_ECDHE_ECDSA_WITH_RC4_128_SHA", rc4},
    RefusedCipherSuite{"TLS_ECDHE_RSA_WITH_RC4_128_SHA", rc4},
    RefusedCipherSuite{"TLS_RSA_WITH_3DES_EDE_CBC_SHA", triple_des},
    RefusedCipherSuite{"TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", triple_des},
    RefusedCipherSuite{"TLS_RSA_WITH_AES_128_CBC_SHA256", lucky_13},
    RefusedCipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", lucky_13},
    RefusedCipherSuite{"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", lucky_13},
};

constexpr std::array known_curves{Curve{"CurveP256", "P-256"}, Curve{"CurveP384", "P-384"},
                                  Curve{"CurveP521", "P-521"}, Curve{"X25519", "X25519"}};

// By the names that the standards give them, which are Go's too.
std::map<std::string, std::string, std::less<>> what_openssl_offers() {
  std::map<std::string, std::string, std::less<>> offered;
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls(SSL_CTX_new(TLS_method()),
                                                              &SSL_CTX_free);
  if (!tls || SSL_CTX_set_cipher_list(tls.get(), "ALL") != 1)
    return offered;
  const std::unique_ptr<SSL, decltype(&SSL_free)> connection(SSL_new(tls.get()), &SSL_free);
  STACK_OF(SSL_CIPHER)* ciphers = SSL_get1_supported_ciphers(connection.get());
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(ciphers, i);
    if (const char* name = SSL_CIPHER_standard_name(cipher))
      offered.emplace(name, SSL_CIPHER_get_name(cipher));
  }
  sk_SSL_CIPHER_free(ciphers);
  return offered;
}

}  // namespace

std::span<const CipherSuite> cipher_suites() { return suites; }

std::span<const RefusedCipherSuite> refused_cipher_suites() { return refused; }

std::string openssl_cipher(std::string_view name) {
  static const auto offered = what_openssl_offers();
  const auto found = offered.find(name);
  return found == offered.end() ? std::string() : found->second;
}

std::span<const Curve> curves() { return known_curves; }

}  // namespace tenantscope
