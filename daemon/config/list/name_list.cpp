#include "config/list/name_list.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/text/encoding.hpp"
#include "base/text/utf8.hpp"
#include "config/findings.hpp"

namespace tenantscope {
namespace {

// Those of one list, one a cause.
class Causes {
 public:
  void add(int line, const std::string& cause, std::string text) {
    if (const auto known = places_.find(cause); known != places_.end()) {
      ++findings_[known->second].more;
    } else if (findings_.size() < most_findings) {
      places_.emplace(cause, findings_.size());
      findings_.push_back({line, std::move(text), 0});
    } else if (beyond_++ == 0) {
      beyond_line_ = line;
    }
  }

  std::vector<ListFinding> take() {
    std::vector<ListFinding> all;
    for (Finding& one : findings_) {
      if (one.more > 0)
        one.text += fmt::format(" (and so in {} more)", one.more);
      all.push_back({one.line, std::move(one.text)});
    }
    if (beyond_ > 0)
      all.push_back({beyond_line_, fmt::format("and {} more from here on", beyond_)});
    return all;
  }

 private:
  struct Finding {
    int line;
    std::string text;
    std::size_t more;
  };

  std::vector<Finding> findings_;
  std::map<std::string, std::size_t> places_;
  std::size_t beyond_ = 0;
  int beyond_line_ = 0;
};

// A row such as "#1 Shop,shop.example" of a table, rather than a comment.
bool is_numbered(const DelimitedRecord& record) {
  const std::string& first = record.cells.front();
  return first.size() > 1 && first[1] >= '0' && first[1] <= '9';
}

class ListReader {
 public:
  ListReader(const ListColumns& columns, const Clouds& clouds, const NameTaker& take)
      : columns_(columns), clouds_(clouds), take_(take) {}

  // False: reading ends.
  bool read(const DelimitedRecord& record) {
    if (record.line <= columns_.after_line)
      return true;
    if (record.hash && !is_numbered(record))
      return true;
    if (!record.wrong.empty())
      causes_.add(record.line, std::string(record.wrong), std::string(record.wrong));
    if (!record.wrong.empty() || record.empty())
      return true;
    if (columns_.name)
      return add(record, *columns_.name);
    for (std::size_t i = 0; i < record.cells.size(); ++i)
      if (!record.cells[i].empty() && !add(record, i))
        return false;
    return true;
  }

  std::vector<ListFinding> findings() { return causes_.take(); }

 private:
  bool add(const DelimitedRecord& record, std::size_t column) {
    const int line = record.line;
    const std::string_view cell =
        column < record.cells.size() ? name_in_cell(record.cells[column]) : std::string_view{};
    auto read = read_tenant_reference(cell);
    auto* const reference = std::get_if<TenantReference>(&read);
    if (!reference) {
      refuse(line, cell, std::get<NameRefusal>(read));
      return true;
    }
    if (reference->cloud && !find_cloud(clouds_, *reference->cloud)) {
      const std::string unknown = unknown_cloud(clouds_, *reference->cloud);
      causes_.add(line, unknown, unknown);
      return true;
    }
    ListedName name{line, std::move(*reference), labels_of(record)};
    const std::optional<std::string> ending = take_(name);
    if (ending && !ending->empty())
      causes_.add(line, *ending, *ending);
    return !ending;
  }

  void refuse(int line, std::string_view cell, const NameRefusal& refusal) {
    if (cell.empty())
      causes_.add(line, "empty", "there is no name");
    else if (!is_utf8(cell))
      causes_.add(line, "encoding", "a name that isn't UTF-8: save the list as UTF-8");
    else
      causes_.add(line, refusal.why, refusal.text());
  }

  std::vector<std::string> labels_of(const DelimitedRecord& record) const {
    std::vector<std::string> values;
    for (const std::size_t column : columns_.labels)
      values.push_back(column < record.cells.size() ? record.cells[column] : std::string());
    return values;
  }

  const ListColumns& columns_;
  const Clouds& clouds_;
  const NameTaker& take_;
  Causes causes_;
};

}  // namespace

Result<NameList> read_name_list(std::string bytes, const ColumnChoice& choice,
                                const Clouds& clouds) {
  const Result<std::string> text = decode_text(std::move(bytes));
  if (!text)
    return text.error();
  NameList list;
  const NameTaker take = [&](ListedName& name) -> std::optional<std::string> {
    if (list.names.size() == most_listed_names)
      return fmt::format("over {} names: split the list", most_listed_names);
    list.names.push_back(std::move(name));
    return std::nullopt;
  };
  Result<std::vector<ListFinding>> findings = read_names(*text, choice, clouds, take);
  if (!findings)
    return findings.error();
  list.findings = std::move(*findings);
  return list;
}

Result<std::vector<ListFinding>> read_names(std::string_view text, const ColumnChoice& choice,
                                            const Clouds& clouds, const NameTaker& take,
                                            const Cancelled& cancelled) {
  constexpr std::size_t records_between = 1000;  // after which somebody may cancel
  const Result<ListColumns> columns = find_list_columns(text, choice);
  if (!columns)
    return columns.error();
  ListReader list(*columns, clouds, take);
  DelimitedReader reader(text, columns->dialect);
  DelimitedRecord record;
  for (std::size_t count = 0; reader.next(record) && list.read(record);)
    if (++count % records_between == 0 && is_cancelled(cancelled))
      break;
  return list.findings();
}

}  // namespace tenantscope
