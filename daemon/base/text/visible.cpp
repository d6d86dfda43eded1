#include "base/text/visible.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/text/utf8.hpp"

namespace tenantscope {
namespace {

constexpr char32_t replacement = 0xfffd;

struct CodeRange {
  char32_t first, last;
};

// The general categories Cc, Cf, Zl and Zp of Unicode 16, in order; U+2065 isn't assigned yet, but
// stands among them.
constexpr std::array unseen{
    CodeRange{0x0000, 0x001f},   CodeRange{0x007f, 0x009f},   CodeRange{0x00ad, 0x00ad},
    CodeRange{0x0600, 0x0605},   CodeRange{0x061c, 0x061c},   CodeRange{0x06dd, 0x06dd},
    CodeRange{0x070f, 0x070f},   CodeRange{0x0890, 0x0891},   CodeRange{0x08e2, 0x08e2},
    CodeRange{0x180e, 0x180e},   CodeRange{0x200b, 0x200f},   CodeRange{0x2028, 0x202e},
    CodeRange{0x2060, 0x206f},   CodeRange{0xfeff, 0xfeff},   CodeRange{0xfff9, 0xfffb},
    CodeRange{0x110bd, 0x110bd}, CodeRange{0x110cd, 0x110cd}, CodeRange{0x13430, 0x1343f},
    CodeRange{0x1bca0, 0x1bca3}, CodeRange{0x1d173, 0x1d17a}, CodeRange{0xe0001, 0xe0001},
    CodeRange{0xe0020, 0xe007f}};

bool is_unseen(char32_t code) {
  const auto range = std::ranges::lower_bound(unseen, code, {}, &CodeRange::last);
  return range != unseen.end() && range->first <= code;
}

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

// REQUIRES: `bytes` is one character.
char32_t code_of(std::string_view bytes) {
  constexpr std::array<unsigned char, 5> lead_bits{0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t code = static_cast<unsigned char>(bytes.front()) & lead_bits[bytes.size()];
  for (const char c : bytes.substr(1))
    code = code << 6 | (static_cast<unsigned char>(c) & 0x3f);
  return code;
}

void append_escape(std::string& out, char32_t code) {
  const auto escape = [&](std::uint32_t unit) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit);
  };
  if (code < 0x10000)
    return escape(code);
  escape(0xd800 + ((code - 0x10000) >> 10));
  escape(0xdc00 + ((code - 0x10000) & 0x3ff));
}

// `kept`: a character that stays, visible or not.
std::string visible_but(std::string_view text, char kept) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const auto other =
        std::ranges::find_if_not(text, [kept](char c) { return is_plain(c) || c == kept; });
    shown.append(text.begin(), other);
    text.remove_prefix(std::size_t(other - text.begin()));
    if (!text.empty())
      append_visible(shown, take_character(text));
  }
  return shown;
}

}  // namespace

Character take_character(std::string_view& text) {
  const std::size_t length = utf8_length(text);
  Character character{.bytes = text.substr(0, std::max<std::size_t>(length, 1)),
                      .code = replacement};
  if (length > 0) {
    character.code = code_of(character.bytes);
    character.visible = !is_unseen(character.code);
  }
  text.remove_prefix(character.bytes.size());
  return character;
}

void append_visible(std::string& out, const Character& character) {
  if (character.visible)
    out += character.bytes;
  else if (character.code == replacement)
    out += "\uFFFD";
  else
    append_escape(out, character.code);
}

bool is_visible(std::string_view text) {
  while (!text.empty())
    if (!take_character(text).visible)
      return false;
  return true;
}

std::string visible(std::string_view text) { return visible_but(text, ' '); }

std::string visible_lines(std::string_view text) { return visible_but(text, '\n'); }

std::string visible_line(std::string_view text, std::size_t limit) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  std::string line;
  std::size_t fitting = 0;
  bool blank = false;
  while (!text.empty()) {
    const Character character = take_character(text);
    if (blanks.find(character.bytes) != blanks.npos) {
      blank = !line.empty();
      continue;
    }
    if (std::exchange(blank, false))
      line += ' ';
    append_visible(line, character);
    if (line.size() > limit) {
      line.resize(fitting);
      return line + "...";
    }
    fitting = line.size();
  }
  return line;
}

}  // namespace tenantscope
