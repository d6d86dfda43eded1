// Which characters of a text can be shown, and what is shown instead of the others: control and
// format characters and the separators of lines and paragraphs, which a terminal, a log's reader or
// a browser would obey, and bytes that are no UTF-8. Whatever shows a text that others wrote asks
// this file. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tenantscope {

// One character of a text.
struct Character {
  std::string_view bytes;  // a single one where they are no UTF-8
  char32_t code = 0;       // U+FFFD likewise
  bool visible = false;
};

// Takes the first one off the front of `text`. REQUIRES: it isn't empty.
Character take_character(std::string_view& text);

// As it is where it is visible; else an escape as in JSON, such as \u001b or \udb40\udc01, and
// U+FFFD where it is no UTF-8.
void append_visible(std::string& out, const Character& character);

// All of its characters are.
bool is_visible(std::string_view text);

// Each of its characters as append_visible() has it. JSON stays JSON, and means the same.
std::string visible(std::string_view text);
// Likewise, but line feeds stay.
std::string visible_lines(std::string_view text);
// Likewise, but in one line: blanks and line ends in a row become a space, and those at its ends
// nothing. What is longer ends with `...` after at most `limit` bytes.
std::string visible_line(std::string_view text, std::size_t limit);

}  // namespace tenantscope
