#include "web/tls/tls_trial.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>

namespace tenantscope {
namespace {

using Connection = std::unique_ptr<SSL, decltype(&SSL_free)>;

constexpr int most_steps = 100;

bool goes_on(SSL* connection, bool& done) {
  const int result = SSL_do_handshake(connection);
  done = result == 1;
  const int error = SSL_get_error(connection, result);
  return done || error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

bool shake_hands(SSL* client, SSL* server) {
  bool client_done = false;
  bool server_done = false;
  for (int i = 0; i < most_steps && !(client_done && server_done); ++i)
    if (!goes_on(client, client_done) || !goes_on(server, server_done))
      return false;
  return client_done && server_done;
}

}  // namespace

bool speaks(SSL_CTX& server, int version) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> anything(SSL_CTX_new(TLS_client_method()),
                                                                   &SSL_CTX_free);
  if (!anything || SSL_CTX_set_cipher_list(anything.get(), "ALL:@SECLEVEL=0") != 1)
    return false;
  SSL_CTX_set_min_proto_version(anything.get(), version);
  SSL_CTX_set_max_proto_version(anything.get(), version);
  const Connection there(SSL_new(&server), &SSL_free);
  const Connection here(SSL_new(anything.get()), &SSL_free);
  BIO* one = nullptr;
  BIO* other = nullptr;
  if (!there || !here || BIO_new_bio_pair(&one, 0, &other, 0) != 1)
    return false;
  SSL_set_bio(here.get(), one, one);
  SSL_set_bio(there.get(), other, other);
  SSL_set_verify(there.get(), SSL_VERIFY_NONE, nullptr);
  SSL_set_connect_state(here.get());
  SSL_set_accept_state(there.get());
  const bool done = shake_hands(here.get(), there.get());
  ERR_clear_error();
  return done;
}

}  // namespace tenantscope
