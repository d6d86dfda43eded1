#include "formats/text_table.hpp"

#include <algorithm>
#include <cstddef>

#include "base/text/ascii.hpp"
#include "base/text/visible.hpp"

namespace tenantscope {
namespace {

// Of what a terminal shows.
std::size_t width(std::string_view text) {
  std::size_t characters = 0;
  for (; !text.empty(); ++characters)
    take_character(text);
  return characters;
}

std::vector<std::size_t> widths(const TextTable& table) {
  std::vector<std::size_t> widest;
  for (const std::string& cell : table.head)
    widest.push_back(width(cell));
  for (const auto& row : table.rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widest[i] = std::max(widest[i], width(row[i]));
  return widest;
}

std::string aligned_row(const std::vector<std::string>& cells,
                        const std::vector<std::size_t>& widest) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += cells[i];
    if (i + 1 < cells.size())
      line.append(widest[i] - width(cells[i]) + 2, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

std::string csv_cell(std::string_view cell) {
  std::string text;
  if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos)
    text = "'";
  text += cell;
  if (text.find_first_of(",\"\r\n") == std::string::npos)
    return text;
  std::string quoted = "\"";
  for (const char c : text)
    quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string csv_row(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells)
    line += (line.empty() ? "" : ",") + csv_cell(cell);
  return line + '\n';
}

bool in_word(std::string_view text, std::size_t place) {
  const auto of_word = [](char c) {
    return !is_ascii(c) || (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
  };
  return place > 0 && place + 1 < text.size() && of_word(text[place - 1]) &&
         of_word(text[place + 1]);
}

// Whether Markdown takes the character there for its own, and a `\` before it for an escape.
bool means_something(std::string_view text, std::size_t place) {
  const char c = text[place];
  if (c == '_')
    return !in_word(text, place);
  return std::string_view("\\`*[]|").find(c) != std::string_view::npos ||
         (place == 0 && std::string_view("#+->").find(c) != std::string_view::npos);
}

// Whether that is what follows the `&` of an entity.
bool ends_entity(std::string_view text) {
  const auto end = text.find_first_of("; &");
  return end != std::string_view::npos && text[end] == ';';
}

// What stands for the first character: an entity, where not every renderer knows an escape of it.
std::string markdown_character(std::string_view text) {
  switch (text.front()) {
    case '&':
      return ends_entity(text.substr(1)) ? "&amp;" : "&";
    case '<':
      return "&lt;";
    case '~':
      return "&#126;";
    case '\n':
    case '\r':
      return " ";
    default:
      return {text.front()};
  }
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells)
    line += " " + markdown_text(cell) + " |";
  return line + '\n';
}

}  // namespace

std::string aligned(const TextTable& table) {
  const std::vector<std::size_t> widest = widths(table);
  std::string text = aligned_row(table.head, widest);
  for (const auto& row : table.rows)
    text += aligned_row(row, widest);
  return text;
}

std::string csv(const TextTable& table) {
  std::string text = csv_row(table.head);
  for (const auto& row : table.rows)
    text += csv_row(row);
  return text;
}

std::string markdown(const TextTable& table) {
  std::string text = markdown_row(table.head) + '|';
  for (std::size_t i = 0; i < table.head.size(); ++i)
    text += " --- |";
  text += '\n';
  for (const auto& row : table.rows)
    text += markdown_row(row);
  return text;
}

std::string markdown_text(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (means_something(text, i))
      escaped += '\\';
    escaped += markdown_character(text.substr(i));
  }
  return escaped;
}

}  // namespace tenantscope
