// Certificates and keys in PEM form, as configurations hold them. Any thread.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tenantscope {

struct FreeOpenSsl {
  void operator()(X509* certificate) const;
  void operator()(EVP_PKEY* key) const;
};

using CertificatePointer = std::unique_ptr<X509, FreeOpenSsl>;
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeOpenSsl>;

// One or more, in their order; what isn't a certificate is passed over. Errors are to be read after
// a file's or a key's name.
Result<std::vector<CertificatePointer>> read_certificates(std::string_view pem);

// The first private key. Keys with a passphrase are refused, since nobody is there to type it.
// Never says what is in it.
Result<KeyPointer> read_private_key(std::string_view pem);

// The cause of what OpenSSL refused on this thread, in its words; forgets it.
std::string openssl_error();

}  // namespace tenantscope
