// What is set on an easy handle of libcurl for good, until a request wants it otherwise: setting an
// option costs more than sending a request needs. On the transfer thread.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/cleansed.hpp"
#include "domain/http/http_client_settings.hpp"
#include "fetch/tls_files.hpp"

namespace tenantscope {

struct LastingOptions {
  std::string proxy_url;
  CleansedTexts proxy_login;  // username and password; empty: none
  LeastTls min_version = LeastTls::tls12;
  std::shared_ptr<const TlsFiles> files;

  bool operator==(const LastingOptions&) const = default;
};

// Everything else is as libcurl has it. REQUIRES: `options.files` stay while `easy` has them.
void set_lasting(CURL* easy, const LastingOptions& options);

// For libcurl's CURLOPT_SSL_CTX_FUNCTION: `trust` is whom a connection trusts, to a server and to a
// proxy alike, and a certificate has to name its host in a subject alternative name, as its
// common name says nothing any more (RFC 9525).
void set_trust(SSL_CTX* context, X509_STORE* trust);

// Whether libcurl's `error` says that a certificate was refused for the lack of such a name.
bool tells_bare_certificate(std::string_view error);

}  // namespace tenantscope
