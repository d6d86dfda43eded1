// Rows of text as people read and paste them: aligned columns, CSV, Markdown. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenantscope {

struct TextTable {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;  // of as many cells as the head
};

// Columns of equal width, two spaces between them, a line each.
std::string aligned(const TextTable& table);

// RFC 4180, with line feeds. A cell that a spreadsheet would take for a formula begins with `'`.
std::string csv(const TextTable& table);

// A table of Markdown; what its cells hold stays text.
std::string markdown(const TextTable& table);
// Text between Markdown's own: none of its characters mean anything; addresses stay links.
std::string markdown_text(std::string_view text);

}  // namespace tenantscope
