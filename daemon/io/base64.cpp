#include "io/base64.hpp"

#include <openssl/evp.h>

namespace tenantscope {

std::string encode_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a zero
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), from, int(bytes.size()));
  text.resize(std::size_t(size));
  return text;
}

}  // namespace tenantscope
