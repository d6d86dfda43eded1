#include "base/text/json_text.hpp"

#include <algorithm>
#include <array>

namespace tenantscope {
namespace {

constexpr auto escaped = [] {
  std::array<bool, 256> table{};
  for (int c = 0; c < 0x20; ++c)
    table[std::size_t(c)] = true;
  table['"'] = table['\\'] = true;
  return table;
}();

bool needs_escape(char c) { return escaped[static_cast<unsigned char>(c)]; }

void append_escaped(std::string& out, char c) {
  constexpr std::string_view plain = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt",
                             digits = "0123456789abcdef";
  out += '\\';
  if (const auto at = plain.find(c); at != plain.npos) {
    out += letters[at];
  } else {
    out += "u00";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
}

}  // namespace

void JsonText::append_quoted(std::string_view text) {
  out_ += '"';
  for (;;) {
    const auto escape = std::ranges::find_if(text, needs_escape);
    out_.append(text.begin(), escape);
    if (escape == text.end())
      break;
    append_escaped(out_, *escape);
    text.remove_prefix(std::size_t(escape - text.begin()) + 1);
  }
  out_ += '"';
}

}  // namespace tenantscope
