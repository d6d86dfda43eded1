// Records of a delimited text (RFC 4180, and what spreadsheets make of it): cells with a separator
// between them, in quotes where they hold one; lines end with LF, CR LF or CR. Pure; each byte is
// looked at a bounded number of times.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tenantscope {

struct Dialect {
  char separator = ',';
  // Of a list of names: a line that begins with `#` is a comment, as is ` # ...` after its first
  // word. A table may have that in its cells.
  bool comments = true;
};

inline constexpr std::size_t most_cells = 250'000;  // of a record; with more it is wrong

struct DelimitedRecord {
  int line = 1;                    // where it begins, from 1
  std::vector<std::string> cells;  // without quotes and the blanks at their ends
  bool hash = false;               // its line begins with `#`
  std::string_view wrong;          // what is; empty: nothing

  bool empty() const;  // of every cell
};

class DelimitedReader {
 public:
  // REQUIRES: the text outlives it.
  DelimitedReader(std::string_view text, Dialect dialect) : text_(text), dialect_(dialect) {}

  // False: there is none any more. Blank lines are none. A record that is wrong ends with the line
  // where that is found, or of a quote that never ends, with the line where it begins.
  bool next(DelimitedRecord& record);

 private:
  bool at_line_end() const { return at_ >= text_.size() || is_line_end(text_[at_]); }
  static bool is_line_end(char c) { return c == '\n' || c == '\r'; }
  bool is_blank(char c) const { return c == ' ' || (c == '\t' && dialect_.separator != '\t'); }
  bool skip_to_record(DelimitedRecord& record);
  void read_cell(DelimitedRecord& record);
  void read_quoted(DelimitedRecord& record);
  void read_plain(DelimitedRecord& record);
  void skip_rest_of_line();
  void skip_line_end();

  const std::string_view text_;
  const Dialect dialect_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace tenantscope
