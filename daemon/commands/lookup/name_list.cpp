#include "commands/lookup/name_list.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "domain/finding.hpp"

namespace tenantscope {
namespace {

constexpr std::array columns{"domain", "name", "tenant"};
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string_view without_comment(std::string_view text) {
  for (auto hash = text.find('#'); hash != std::string_view::npos; hash = text.find('#', hash + 1))
    if (hash == 0 || text[hash - 1] == ' ' || text[hash - 1] == '\t')
      return text.substr(0, hash);
  return text;
}

struct Record {
  int line = 1;
  std::vector<std::string> fields;
  std::string wrong;  // empty: nothing
};

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::optional<Record> next() {
    while (!rest_.empty()) {
      const std::string_view line = trimmed(rest_.substr(0, rest_.find('\n')));
      if (!line.empty() && line.front() != '#')
        return record();
      skip_line();
    }
    return std::nullopt;
  }

 private:
  Record record() {
    Record record{.line = line_, .fields = {}, .wrong = ""};
    do {
      if (auto wrong = field(record)) {
        record.wrong = std::move(*wrong);
        break;
      }
    } while (take(','));
    skip_line();
    return record;
  }

  // Reads up to the comma or the line's end; or says what is wrong.
  std::optional<std::string> field(Record& record) {
    const std::string_view line = rest_.substr(0, rest_.find('\n'));
    if (trimmed(line).starts_with('"'))
      return quoted(record);
    const std::string_view text = line.substr(0, line.find(','));
    if (const auto comment = without_comment(text); comment.size() < text.size()) {
      record.fields.emplace_back(trimmed(comment));
      rest_.remove_prefix(line.size());  // the comment may hold commas
      return std::nullopt;
    }
    rest_.remove_prefix(text.size());
    if (text.find('"') != std::string_view::npos)
      return "a quote in the middle of a field: put the whole field in quotes, and its quotes "
             "twice";
    record.fields.emplace_back(trimmed(text));
    return std::nullopt;
  }

  std::optional<std::string> quoted(Record& record) {
    const std::size_t begin = rest_.find('"') + 1;
    std::string value;
    std::size_t i = begin;
    for (;; ++i) {
      if (i >= rest_.size())
        return "a quote that never ends";  // rest_ still is at this line: the next ones are read
      if (rest_[i] == '"' && (i + 1 >= rest_.size() || rest_[i + 1] != '"'))
        break;
      if (rest_[i] == '"')
        ++i;
      value += rest_[i];
    }
    line_ += int(std::count(rest_.begin(), rest_.begin() + std::ptrdiff_t(i), '\n'));
    rest_.remove_prefix(i + 1);
    const std::string_view tail = rest_.substr(0, rest_.find_first_of(",\n"));
    const std::string_view after = trimmed(tail);
    rest_.remove_prefix(tail.size());
    if (after.starts_with('#'))
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    else if (!after.empty())
      return "text after the closing quote";
    record.fields.push_back(std::move(value));
    return std::nullopt;
  }

  bool take(char c) {
    if (!rest_.starts_with(c))
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_line() {
    rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    if (take('\n'))
      ++line_;
  }

  std::string_view rest_;
  int line_ = 1;
};

// Where the record is a header.
std::optional<std::size_t> named_column(const Record& record) {
  for (const std::string_view column : columns)
    for (std::size_t i = 0; i < record.fields.size(); ++i)
      if (normalized(record.fields[i]) == column)
        return i;
  return std::nullopt;
}

}  // namespace

NameList read_name_list(std::string_view text) {
  if (text.starts_with(byte_order_mark))
    text.remove_prefix(byte_order_mark.size());
  NameList list;
  Reader reader(text);
  std::size_t column = 0;
  bool first = true;
  while (auto record = reader.next()) {
    const auto header = first ? named_column(*record) : std::nullopt;
    first = false;
    if (!record->wrong.empty())
      list.bad.push_back({record->line, std::move(record->wrong)});
    else if (header)
      column = *header;
    else if (column >= record->fields.size())
      list.bad.push_back({record->line, fmt::format("no column {}", column + 1)});
    else if (trimmed(record->fields[column]).empty())
      list.bad.push_back({record->line, "no name"});
    else
      list.names.push_back({record->line, std::string(trimmed(record->fields[column]))});
  }
  return list;
}

}  // namespace tenantscope
