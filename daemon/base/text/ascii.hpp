// ASCII's own letters and blanks, the same in every locale. Any thread.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace tenantscope {

constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

inline std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), [](char c) { return lower(c); });
  return lowered;
}

inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

inline constexpr std::string_view ascii_blanks = " \t\r\n\v\f";

constexpr bool is_ascii_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Without the blanks at its ends.
constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_ascii_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_ascii_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

constexpr std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const auto first = text.find_first_not_of(blanks);
  return first == text.npos ? std::string_view{}
                            : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace tenantscope
