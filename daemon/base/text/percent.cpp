#include "base/text/percent.hpp"

#include <charconv>

namespace tenantscope {

std::optional<std::string> decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = static_cast<unsigned char>(text[i]);
    if (text[i] == '%') {
      const std::string_view digits = text.substr(i + 1, 2);
      const char* const end = digits.data() + digits.size();
      if (digits.size() < 2 || std::from_chars(digits.data(), end, code, 16).ptr != end)
        return std::nullopt;
      i += 2;
    }
    if (code < ' ' || code == 0x7f)
      return std::nullopt;
    decoded += char(code);
  }
  return decoded;
}

}  // namespace tenantscope
