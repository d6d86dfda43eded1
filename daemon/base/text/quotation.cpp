#include "base/text/quotation.hpp"

#include <fmt/format.h>

namespace tenantscope {
namespace {

constexpr std::size_t longest = 64;

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

}  // namespace

std::string quote(std::string_view text) {
  std::string quotation = "`";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (i >= longest && begins_character(text[i])) {
      quotation += "...";
      break;
    }
    if (c < ' ' || c == 0x7f)
      quotation += fmt::format("\\x{:02x}", c);
    else
      quotation += text[i];
  }
  return quotation + "`";
}

}  // namespace tenantscope
