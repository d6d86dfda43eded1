#include "io/digest.hpp"

#include <openssl/evp.h>

#include <array>

#include <fmt/format.h>

namespace tenantscope {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

}  // namespace tenantscope
