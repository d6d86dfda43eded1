#include "web/access/bcrypt.hpp"

#include <crypt.h>
#include <openssl/crypto.h>

#include <cstring>
#include <memory>

namespace tenantscope {
namespace {

constexpr std::size_t digest_size =
    31;  // what follows the salt; some programs fill the salt's unused bits, which crypt_r clears

}  // namespace

bool bcrypt_matches(const std::string& hash, const std::string& password) {
  const auto data = std::make_unique<crypt_data>();
  const char* computed = ::crypt_r(password.c_str(), hash.c_str(), data.get());
  const bool matches = computed && std::strlen(computed) == hash.size() &&
                       CRYPTO_memcmp(computed + hash.size() - digest_size,
                                     hash.data() + hash.size() - digest_size, digest_size) == 0;
  OPENSSL_cleanse(data.get(), sizeof *data);
  return matches;
}

}  // namespace tenantscope
