#include "base/text/utf8.hpp"

namespace tenantscope {
namespace {

bool within(std::string_view text, std::size_t at, unsigned low, unsigned high) {
  if (at >= text.size())
    return false;
  const auto octet = static_cast<unsigned char>(text[at]);
  return octet >= low && octet <= high;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (within(text, 0, 0x00, 0x7f))
    return 1;
  if (within(text, 0, 0xc2, 0xdf))
    return within(text, 1, 0x80, 0xbf) ? 2 : 0;
  if (within(text, 0, 0xe0, 0xef)) {
    const unsigned low = text[0] == '\xe0' ? 0xa0 : 0x80;   // below: overlong
    const unsigned high = text[0] == '\xed' ? 0x9f : 0xbf;  // above: surrogates
    return within(text, 1, low, high) && within(text, 2, 0x80, 0xbf) ? 3 : 0;
  }
  if (within(text, 0, 0xf0, 0xf4)) {
    const unsigned low = text[0] == '\xf0' ? 0x90 : 0x80;
    const unsigned high = text[0] == '\xf4' ? 0x8f : 0xbf;
    return within(text, 1, low, high) && within(text, 2, 0x80, 0xbf) && within(text, 3, 0x80, 0xbf)
               ? 4
               : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0)
      return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace tenantscope
