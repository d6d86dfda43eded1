#include "base/tls/pem.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <fmt/format.h>

namespace tenantscope {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

std::unique_ptr<BIO, FreeBio> reader_of(std::string_view text) {
  return std::unique_ptr<BIO, FreeBio>(BIO_new_mem_buf(text.data(), int(text.size())));
}

int remember_that_it_was_asked(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

}  // namespace

void FreeOpenSsl::operator()(X509* certificate) const { X509_free(certificate); }
void FreeOpenSsl::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

Result<std::vector<CertificatePointer>> read_certificates(std::string_view pem) {
  std::vector<CertificatePointer> certificates;
  const auto reader = reader_of(pem);
  while (X509* certificate = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr))
    certificates.emplace_back(certificate);
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string error = openssl_error();
  if (!at_end)
    return Error{ErrorKind::other,
                 fmt::format("holds a certificate, the {}. one, that can't be read: {}",
                             certificates.size() + 1, error)};
  if (certificates.empty())
    return Error{ErrorKind::other, "holds no certificate in PEM form"};
  return certificates;
}

Result<KeyPointer> read_private_key(std::string_view pem) {
  bool asked = false;
  const auto reader = reader_of(pem);
  KeyPointer key(
      PEM_read_bio_PrivateKey(reader.get(), nullptr, remember_that_it_was_asked, &asked));
  const std::string error = openssl_error();
  if (key)
    return key;
  if (asked)
    return Error{ErrorKind::other,
                 "has a passphrase, which nobody can type here: write it without one (openssl pkey "
                 "-in OLD -out NEW)"};
  if (pem.find("PRIVATE KEY-----") == pem.npos)
    return Error{ErrorKind::other, "holds no private key in PEM form"};
  return Error{ErrorKind::other, "holds a private key that can't be read: " + error};
}

std::string openssl_error() {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  std::string text = reason ? reason : "unknown error";
  ERR_clear_error();
  return text;
}

}  // namespace tenantscope
