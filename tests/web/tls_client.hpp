// A RawClient that speaks TLS, trusting one certificate; and what its server needs.
#pragma once

#include <openssl/ssl.h>
#include <sys/time.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>

#include "support/certificate.hpp"
#include "support/raw_client.hpp"

namespace tenantscope {

// Of a server.
inline std::shared_ptr<SSL_CTX> context_of(const Certificate& certificate) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  SSL_CTX_use_certificate_file(context.get(), certificate.file.c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_use_PrivateKey_file(context.get(), certificate.key.c_str(), SSL_FILETYPE_PEM);
  return context;
}

class TlsClient : public RawClient {
 public:
  // Throws std::runtime_error where the handshake fails.
  TlsClient(const std::string& address, const std::filesystem::path& trusted, int version = 0)
      : RawClient(address) {
    (void)std::signal(SIGPIPE, SIG_IGN);
    const timeval longest{longest_wait_ms / 1000, 0};
    ::setsockopt(socket(), SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> trust(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
    SSL_CTX_load_verify_file(trust.get(), trusted.c_str());
    SSL_CTX_set_verify(trust.get(), SSL_VERIFY_PEER, nullptr);
    if (version)
      SSL_CTX_set_max_proto_version(trust.get(), version);
    tls_.reset(SSL_new(trust.get()));
    SSL_set_fd(tls_.get(), socket());
    if (SSL_connect(tls_.get()) != 1)
      throw std::runtime_error("no TLS with " + address);
  }

  SSL* tls() { return tls_.get(); }
  void finish_sending() override { SSL_shutdown(tls_.get()); }

  // Whether the server said goodbye before it closed.
  bool told_goodbye() { return closed() && (SSL_get_shutdown(tls_.get()) & SSL_RECEIVED_SHUTDOWN); }

 protected:
  ssize_t put(std::string_view bytes) override {
    return SSL_write(tls_.get(), bytes.data(), int(bytes.size()));
  }
  ssize_t take(char* bytes, std::size_t room) override {
    const int got = SSL_read(tls_.get(), bytes, int(room));
    if (got <= 0 && SSL_get_error(tls_.get(), got) == SSL_ERROR_WANT_READ)
      throw std::runtime_error("nothing came");
    return got;
  }

 private:
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, &SSL_free};
};

}  // namespace tenantscope
