// Texts with what a terminal, a log's reader or a browser obeys instead of showing it, and whether
// any of that came out of something as it went in.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tenantscope {

// Control characters, format characters, and the separators of lines and paragraphs: written down
// here once more, so that no test asks the program about itself.
inline bool is_hostile(char32_t code) {
  constexpr std::pair<char32_t, char32_t> ranges[]{
      {0x00, 0x1f},       {0x7f, 0x9f},                            // C0, DEL, C1
      {0xad, 0xad},       {0x200b, 0x200f},   {0xfeff, 0xfeff},    // nothing to be seen
      {0x2028, 0x2029},   {0x202a, 0x202e},   {0x2066, 0x2069},    // lines, directions
      {0x61c, 0x61c},     {0x2060, 0x2065},   {0x206a, 0x206f},    // directions, joiners
      {0x600, 0x605},     {0x6dd, 0x6dd},     {0x70f, 0x70f},      // of scripts
      {0x890, 0x891},     {0x8e2, 0x8e2},     {0x180e, 0x180e},    //
      {0xfff9, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},  //
      {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},  //
      {0xe0001, 0xe0001}, {0xe0020, 0xe007f}};                     // tags
  return std::ranges::any_of(
      ranges, [code](const auto& range) { return range.first <= code && code <= range.second; });
}

// A surrogate comes as the three bytes that strict UTF-8 doesn't know.
inline std::string encoded(char32_t code) {
  const auto continuation = [code](int shift) { return char(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80)
    return {char(code)};
  if (code < 0x800)
    return {char(0xc0 | (code >> 6)), continuation(0)};
  if (code < 0x10000)
    return {char(0xe0 | (code >> 12)), continuation(6), continuation(0)};
  return {char(0xf0 | (code >> 18)), continuation(12), continuation(6), continuation(0)};
}

// Single bytes that are no UTF-8.
inline std::string stray_bytes() {
  std::string text;
  for (int byte = 0x80; byte <= 0xff; ++byte)
    text += std::string(1, char(byte)) + " ";
  return text;
}

// All there are, many in a text, and at last stray_bytes().
inline std::vector<std::string> every_character() {
  std::vector<std::string> texts;
  std::string text;
  for (char32_t code = 0; code <= 0x10ffff; ++code) {
    text += encoded(code);
    if (code % 4096 == 4095)
      texts.push_back(std::exchange(text, {}));
  }
  texts.push_back(stray_bytes());
  return texts;
}

// In one text, with what each format has to escape, and with some that are harmless.
inline std::string every_hostile_character() {
  std::string text = "\"\\<>&'`#|: \u00fc\U0001f600";
  for (char32_t code = 0; code <= 0x10ffff; ++code)
    if (is_hostile(code))
      text += encoded(code);
  for (const char32_t surrogate : {0xd800, 0xdbff, 0xdc00, 0xdfff})
    text += encoded(surrogate);
  return text + stray_bytes();
}

// Those that people know, among letters: what a hostile document, page or daemon brings.
inline std::string hostile_text() {
  std::string text = "a";
  for (const char32_t code :
       U"\x1b\x07\x7f\x85\x9b\x9d\u00ad\u061c\u200b\u200e\u2028\u202e\u2066"
       U"\ufeff\U000e0041")
    if (code != 0)  // the literal's end
      text += encoded(code) + "z";
  return text;
}

// The first that stands in `text` raw, or isn't UTF-8, but for `allowed`; "": none.
inline std::string raw_in(std::string_view text, std::string_view allowed = "\n") {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    const std::string_view bytes = text.substr(i, length);
    char32_t code = length == 1 ? lead : lead & (0xffu >> (length + 1));
    for (const char c : bytes.substr(1))
      code = code << 6 | (static_cast<unsigned char>(c) & 0x3f);
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    if (bytes != encoded(code) || surrogate || code > 0x10ffff)
      return fmt::format("no UTF-8 at {}: {:02x}", i, lead);
    if (is_hostile(code) && !(code < 0x80 && allowed.find(char(code)) != allowed.npos))
      return fmt::format("U+{:04X} at {}", std::uint32_t(code), i);
    i += length;
  }
  return "";
}

}  // namespace tenantscope
