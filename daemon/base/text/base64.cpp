#include "base/text/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace tenantscope {
namespace {

bool is_base64_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a zero
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), from, int(bytes.size()));
  text.resize(std::size_t(size));
  return text;
}

// OpenSSL's decoder alone would take spaces around it, and any `=` for a zero.
std::optional<std::string> decode_base64(std::string_view text) {
  const auto padding = std::size_t(text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0);
  if (text.size() % 4 != 0 ||
      !std::ranges::all_of(text.substr(0, text.size() - padding), is_base64_digit))
    return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), int(text.size()));
  if (size < 0)
    return std::nullopt;
  bytes.resize(std::size_t(size) - padding);
  return bytes;
}

}  // namespace tenantscope
