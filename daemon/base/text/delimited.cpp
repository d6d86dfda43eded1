#include "base/text/delimited.hpp"

#include <algorithm>

#include "base/text/ascii.hpp"

namespace tenantscope {

bool DelimitedRecord::empty() const {
  return std::ranges::all_of(cells, [](const std::string& cell) { return cell.empty(); });
}

bool DelimitedReader::next(DelimitedRecord& record) {
  if (!skip_to_record(record))
    return false;
  for (;;) {
    read_cell(record);
    if (at_line_end())
      break;
    if (record.cells.size() == most_cells) {
      record.wrong = "over 250000 cells in one line";
      skip_rest_of_line();
      break;
    }
    ++at_;  // the separator
  }
  skip_line_end();
  return true;
}

// Past blank lines and comments, to the beginning of a line.
bool DelimitedReader::skip_to_record(DelimitedRecord& record) {
  for (; at_ < text_.size(); skip_line_end()) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_blank(text_[at_]))
      ++at_;
    if (at_line_end())
      continue;
    record = {
        .line = line_, .cells = std::move(record.cells), .hash = text_[at_] == '#', .wrong = {}};
    record.cells.clear();
    if (!record.hash || !dialect_.comments) {
      at_ = begin;
      return true;
    }
    skip_rest_of_line();
  }
  return false;
}

// Up to the separator or the line's end.
void DelimitedReader::read_cell(DelimitedRecord& record) {
  while (at_ < text_.size() && is_blank(text_[at_]))
    ++at_;
  if (at_ < text_.size() && text_[at_] == '"')
    return read_quoted(record);
  read_plain(record);
}

void DelimitedReader::read_plain(DelimitedRecord& record) {
  const std::size_t begin = at_;
  bool may_end = dialect_.comments && record.cells.empty();  // with a comment, after one word
  bool after_blank = false;
  for (; !at_line_end() && text_[at_] != dialect_.separator; ++at_) {
    if (is_blank(text_[at_])) {
      after_blank = true;
    } else if (after_blank) {
      if (may_end && text_[at_] == '#')
        break;
      may_end = false;
    }
  }
  record.cells.emplace_back(trimmed(text_.substr(begin, at_ - begin)));
  if (!at_line_end() && text_[at_] != dialect_.separator)
    skip_rest_of_line();
}

void DelimitedReader::read_quoted(DelimitedRecord& record) {
  const std::size_t begin = at_;
  const int line = line_;
  std::string value;
  for (++at_;; ++at_) {
    if (at_ >= text_.size()) {
      record.wrong = "a quote that never ends";
      at_ = begin;
      line_ = line;
      return skip_rest_of_line();
    }
    if (text_[at_] == '"') {
      if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"')
        break;
      ++at_;
    } else if (text_[at_] == '\n' ||
               (text_[at_] == '\r' && !text_.substr(at_ + 1).starts_with('\n'))) {
      ++line_;
    }
    value += text_[at_];
  }
  ++at_;
  while (at_ < text_.size() && is_blank(text_[at_]))
    ++at_;
  record.cells.emplace_back(trimmed(value));
  if (at_line_end() || text_[at_] == dialect_.separator)
    return;
  if (!dialect_.comments || text_[at_] != '#')
    record.wrong = "text after the closing quote";
  skip_rest_of_line();
}

void DelimitedReader::skip_rest_of_line() {
  while (!at_line_end())
    ++at_;
}

void DelimitedReader::skip_line_end() {
  if (at_ >= text_.size())
    return;
  at_ += text_.substr(at_).starts_with("\r\n") ? 2 : 1;
  ++line_;
}

}  // namespace tenantscope
