#include "sinks/standard_webhooks.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include <fmt/format.h>

#include "base/text/base64.hpp"

namespace tenantscope {
namespace {

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned int size = 0;
  const auto* from = reinterpret_cast<const unsigned char*>(message.data());
  HMAC(EVP_sha256(), key.data(), int(key.size()), from, message.size(), code.data(), &size);
  return {code.begin(), code.begin() + size};
}

}  // namespace

std::string webhook_signature(const std::vector<std::string>& keys, std::string_view id,
                              std::int64_t timestamp, std::string_view body) {
  const std::string message = fmt::format("{}.{}.{}", id, timestamp, body);
  std::string signatures;
  for (const std::string& key : keys) {
    if (!signatures.empty())
      signatures += ' ';
    signatures += "v1," + encode_base64(hmac_sha256(key, message));
  }
  return signatures;
}

}  // namespace tenantscope
