#include "web/tls/tls_context.hpp"

#include <openssl/ssl.h>

#include <algorithm>

#include "base/certificate_expiry.hpp"

namespace tenantscope {
namespace {

int choose_http_1(SSL*, const unsigned char** chosen, unsigned char* size,
                  const unsigned char* offered, unsigned offered_size, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1\x08http/1.0";
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, size, ours, sizeof ours - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

bool use_certificate(SSL_CTX* tls, const TlsSettings& settings) {
  if (SSL_CTX_use_certificate(tls, settings.chain.front().get()) != 1 ||
      SSL_CTX_use_PrivateKey(tls, settings.key.get()) != 1)
    return false;
  SSL_CTX_set_mode(
      tls, SSL_MODE_NO_AUTO_CHAIN);  // else the clients' authorities could be sent as its own
  return std::all_of(settings.chain.begin() + 1, settings.chain.end(),
                     [tls](const CertificatePointer& above) {
                       return SSL_CTX_add1_chain_cert(tls, above.get()) == 1;
                     });
}

bool choose_versions(SSL_CTX* tls, const TlsSettings& settings) {
  const int least = settings.ciphers.empty() ? std::max(settings.min_version, TLS1_3_VERSION)
                                             : settings.min_version;
  return SSL_CTX_set_min_proto_version(tls, least) == 1 &&
         SSL_CTX_set_max_proto_version(tls, settings.max_version) == 1;
}

bool choose_cryptography(SSL_CTX* tls, const TlsSettings& settings) {
  if (settings.prefer_server_ciphers)
    SSL_CTX_set_options(tls, SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (!settings.ciphers.empty() && SSL_CTX_set_cipher_list(tls, settings.ciphers.c_str()) != 1)
    return false;
  return settings.groups.empty() || SSL_CTX_set1_groups_list(tls, settings.groups.c_str()) == 1;
}

// Tickets hold a session at the client, sealed with this SSL_CTX's own key: nothing is kept here.
// Where clients show certificates, each connection is judged anew.
bool choose_sessions(SSL_CTX* tls, const TlsSettings& settings) {
  constexpr unsigned char name[] = "tenantscope";
  SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
  const bool tickets = settings.clients.policy == ClientPolicy::none;
  if (!tickets)
    SSL_CTX_set_options(tls, SSL_OP_NO_TICKET);
  return SSL_CTX_set_num_tickets(tls, tickets ? 1 : 0) == 1 &&
         SSL_CTX_set_session_id_context(tls, name, sizeof name - 1) == 1;
}

}  // namespace

Result<std::shared_ptr<SSL_CTX>> make_tls(const TlsSettings& settings) {
  std::shared_ptr<SSL_CTX> tls(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (!tls || !use_certificate(tls.get(), settings) || !choose_versions(tls.get(), settings) ||
      !choose_cryptography(tls.get(), settings) || !choose_sessions(tls.get(), settings) ||
      !obey(*tls, settings.clients))
    return Error{ErrorKind::tls, openssl_error()};
  SSL_CTX_set_options(tls.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT);
  SSL_CTX_set_mode(tls.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(tls.get(), choose_http_1, nullptr);
  return tls;
}

std::optional<WallTime> certificate_expiry(const SSL_CTX* tls) {
  return tls ? certificate_expiry(SSL_CTX_get0_certificate(tls)) : std::nullopt;
}

}  // namespace tenantscope
