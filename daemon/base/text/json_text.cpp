#include "base/text/json_text.hpp"

#include <algorithm>
#include <array>

#include "base/text/visible.hpp"

namespace tenantscope {
namespace {

// Printable ASCII that stands in JSON as it is; the rest is looked at.
constexpr auto as_it_is = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = ' '; c <= '~'; ++c)
    table[c] = c != '"' && c != '\\';
  return table;
}();

bool is_other(char c) { return !as_it_is[static_cast<unsigned char>(c)]; }

void append_other(std::string& out, const Character& character) {
  constexpr std::string_view special = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
  const auto at = special.find(character.bytes);
  if (at == special.npos)
    return append_visible(out, character);
  out += '\\';
  out += letters[at];
}

}  // namespace

void JsonText::append_quoted(std::string_view text) {
  out_ += '"';
  for (;;) {
    const auto other = std::ranges::find_if(text, is_other);
    out_.append(text.begin(), other);
    text.remove_prefix(std::size_t(other - text.begin()));
    if (text.empty())
      break;
    append_other(out_, take_character(text));
  }
  out_ += '"';
}

}  // namespace tenantscope
