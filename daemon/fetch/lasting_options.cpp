#include "fetch/lasting_options.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "version.hpp"

namespace tenantscope {
namespace {

constexpr int no_alternative_name = X509_V_ERR_APPLICATION_VERIFICATION;

bool has_alternative_name(const X509* certificate) {
  auto* const names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  bool found = false;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const int type = sk_GENERAL_NAME_value(names, i)->type;
    found = found || type == GEN_DNS || type == GEN_IPADD;
  }
  GENERAL_NAMES_free(names);
  return found;
}

int verify(X509_STORE_CTX* verification, void*) {
  const int good = X509_verify_cert(verification);
  if (good != 1 || has_alternative_name(X509_STORE_CTX_get0_cert(verification)))
    return good;
  X509_STORE_CTX_set_error(verification, no_alternative_name);
  return 0;
}

void set_proxy(CURL* easy, const LastingOptions& options) {
  curl_easy_setopt(easy, CURLOPT_PROXY,
                   options.proxy_url.c_str());  // "" also shuts out the environment's
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");  // the environment's, likewise
  curl_easy_setopt(easy, CURLOPT_PROXYAUTH, long(CURLAUTH_BASIC));
  if (!options.proxy_login.empty()) {
    curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, options.proxy_login.front().c_str());
    curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, options.proxy_login.back().c_str());
  }
}

curl_blob blob_of(const std::string& text) {
  return {.data = const_cast<char*>(text.data()), .len = text.size(), .flags = CURL_BLOB_NOCOPY};
}

// What tells connections apart where libcurl wouldn't: whom they trust, and as whom they went
// through a proxy.
std::string identity_of(const LastingOptions& options) {
  return options.proxy_login.empty() ? options.files->identity
                                     : options.files->identity + "#" + options.proxy_login.front();
}

// Our certificate is for the server alone. Whom it trusts is set_trust()'s; but connections of one
// CAPATH are shared.
void set_files(CURL* easy, const LastingOptions& options) {
  curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);
  curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, nullptr);
  const std::string identity = identity_of(options);
  for (const CURLoption path : {CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH})
    curl_easy_setopt(easy, path, identity.empty() ? nullptr : identity.c_str());
  if (options.files->certificate.empty())
    return;
  curl_blob certificate = blob_of(options.files->certificate), key = blob_of(options.files->key);
  curl_easy_setopt(easy, CURLOPT_SSLCERT_BLOB, &certificate);
  curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, &key);
}

}  // namespace

// CURLOPT_BUFFERSIZE is left alone: libcurl 7.88 was seen to write beyond a buffer of another size
// than its own after a reset.
void set_lasting(CURL* easy, const LastingOptions& options) {
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "tenantscope/" TENANTSCOPE_VERSION);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set_proxy(easy, options);
  curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // never wait for a resolver's thread
  set_files(easy, options);
  for (const CURLoption version : {CURLOPT_SSLVERSION, CURLOPT_PROXY_SSLVERSION})  // and newer
    curl_easy_setopt(easy, version,
                     long(options.min_version == LeastTls::tls13 ? CURL_SSLVERSION_TLSv1_3
                                                                 : CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT,
                   0L);  // libcurl would take one request's trust for another's
}

void set_trust(SSL_CTX* context, X509_STORE* trust) {
  SSL_CTX_set1_cert_store(context, trust);
  SSL_CTX_set_cert_verify_callback(context, verify, nullptr);
}

bool tells_bare_certificate(std::string_view error) {
  return error.find(X509_verify_cert_error_string(no_alternative_name)) != error.npos;
}

}  // namespace tenantscope
