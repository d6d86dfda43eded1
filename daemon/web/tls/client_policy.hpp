// Which clients get through the handshake: Go's five policies about client certificates, and the
// names that a certificate must have.
#pragma once

#include <openssl/types.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/tls/pem.hpp"

namespace tenantscope {

enum class ClientPolicy { none, request, require_any, verify_if_given, require_and_verify };

constexpr bool verifies(ClientPolicy policy) {
  return policy == ClientPolicy::verify_if_given || policy == ClientPolicy::require_and_verify;
}
constexpr bool requires_certificate(ClientPolicy policy) {
  return policy == ClientPolicy::require_any || policy == ClientPolicy::require_and_verify;
}

struct ClientRules {
  ClientPolicy policy = ClientPolicy::none;
  std::vector<CertificatePointer> authorities;  // empty, with a policy that verifies: the system's
  std::vector<std::string> allowed_sans;        // empty: whoever is trusted may
};

// An IP address as client certificates' are compared: in its shortest form. Anything else as it is.
std::string comparable_san(const std::string& written);

// The certificate's DNS names, email addresses, IP addresses and URIs.
std::vector<std::string> subject_names(const X509& certificate);

// Of the certificate that the client showed: one of its names, or its subject. Empty where there is
// none that was verified.
std::string trusted_client(const SSL& tls);

// Whether nobody gets in without a certificate that is trusted.
bool lets_in_trusted_only(const SSL_CTX& tls);

// False, with an error of OpenSSL's: it couldn't be done.
bool obey(SSL_CTX& tls, const ClientRules& rules);

}  // namespace tenantscope
