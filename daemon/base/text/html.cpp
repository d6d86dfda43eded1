#include "base/text/html.hpp"

#include <array>

#include <fmt/format.h>

#include "base/text/visible.hpp"

namespace tenantscope {

std::string html(std::string_view text) {
  constexpr std::string_view special = "&<>\"'";
  constexpr std::array<std::string_view, special.size()> references{"&amp;", "&lt;", "&gt;",
                                                                    "&quot;", "&#39;"};
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const Character character = take_character(text);
    const auto at = special.find(character.bytes);
    if (at != special.npos)
      escaped += references[at];
    else
      escaped += character.visible ? character.bytes : "\uFFFD";
  }
  return escaped;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (plain.find(c) != plain.npos)
      encoded += c;
    else
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

}  // namespace tenantscope
