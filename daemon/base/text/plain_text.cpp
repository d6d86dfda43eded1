#include "base/text/plain_text.hpp"

namespace tenantscope {

std::string plain_text(std::string_view text, std::size_t limit) {
  std::string plain;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) ==
                           0x80;  // of a character whose first byte is a `?` by now
    if (!continues)
      plain += c >= ' ' && c <= '~' ? c : '?';
  }
  if (plain.size() > limit)
    plain.replace(limit - 3, std::string::npos, "...");
  return plain;
}

}  // namespace tenantscope
