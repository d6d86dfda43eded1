#include "config/list/list_columns.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/guid.hpp"
#include "base/text/quotation.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t most_told = 20;

struct Column {
  std::size_t tenants = 0;
  std::size_t guids = 0;   // among them
  std::size_t others = 0;  // counted up to the first
};

class Finder {
 public:
  Finder(std::string_view text, const ColumnChoice& choice)
      : text_(text), choice_(choice), sample_(sample_list(text, choice.name)) {}

  Result<ListColumns> find() {
    columns_.dialect = sample_.dialect;
    columns_.dialect.comments = !sample_.known;
    columns_.after_line = sample_.after_line;
    std::optional<Error> wrong;
    if (!choice_.name.empty())
      wrong = take_chosen();
    else if (!(sample_.known && take_known()))
      wrong = take_evident();
    if (!wrong)
      wrong = take_labels();
    if (wrong)
      return *wrong;
    return columns_;
  }

 private:
  void take(std::size_t column, bool header) {
    columns_.name = column;
    if (header)
      columns_.after_line = sample_.first.line;
  }

  std::optional<Error> take_chosen() {
    if (const auto named = column_named(sample_.first, choice_.name);
        named && sample_.can_be_header) {
      take(*named, true);
      return std::nullopt;
    }
    std::size_t number = 0;
    const char* const end = choice_.name.data() + choice_.name.size();
    const auto [stopped, error] = std::from_chars(choice_.name.data(), end, number);
    if (error != std::errc{} || stopped != end || number == 0 || number > most_columns)
      return refusal(fmt::format("no column is named {}", quote(choice_.name)));
    take(number - 1, sample_.can_be_header && sample_.first.cells.size() > 1);
    return std::nullopt;
  }

  // By the headers; false: there is no name below any of them.
  bool take_known() {
    const std::vector<std::size_t> known = known_columns(sample_.first);
    std::size_t best = known.size();  // the place in `known` of the first one with a name
    bool any = false;
    for_each([&](const DelimitedRecord& record) {
      any = true;
      for (std::size_t i = 0; i < best; ++i)
        if (known[i] < record.cells.size() && is_tenant(record.cells[known[i]]))
          best = i;
      return best > 0;
    });
    if (best == known.size() && any)
      return false;
    take(known[best == known.size() ? 0 : best], true);
    return true;
  }

  // By what is in the columns.
  std::optional<Error> take_evident() {
    std::vector<Column> columns;
    std::size_t records = 0;
    std::size_t widest = 0;
    std::size_t narrowest = most_columns;
    for_each([&](const DelimitedRecord& record) {
      ++records;
      const std::size_t width = std::min(record.cells.size(), most_columns);
      widest = std::max(widest, width);
      narrowest = std::min(narrowest, width);
      columns.resize(std::max(columns.size(), width));
      for (std::size_t i = 0; i < width; ++i)
        count(columns[i], record.cells[i]);
      return true;
    });
    if (std::max(widest, sample_.first.cells.size()) <= 1)
      return take_only(columns);
    std::size_t tenants = 0;
    std::size_t others = 0;
    for (const Column& column : columns) {
      tenants += column.tenants;
      others += column.others;
    }
    const bool row_of_names = records == 1 && tenants > others && tenants > 1;
    if (!sample_.can_be_header && (row_of_names || (others == 0 && narrowest < widest))) {
      columns_.name = std::nullopt;
      return std::nullopt;
    }
    std::vector<std::size_t> fitting;
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i].tenants > 0 && columns[i].others == 0 &&
          !(sample_.can_be_header && columns[i].guids == columns[i].tenants))
        fitting.push_back(i);
    if (fitting.size() != 1)
      return refusal("it isn't plain which column has the names");
    take(fitting.front(), sample_.can_be_header);
    columns_.dialect.comments = false;
    return std::nullopt;
  }

  // The one column there is: a first record that is no name is one of its findings, unless it is
  // the header of GUIDs that are something else's.
  std::optional<Error> take_only(const std::vector<Column>& columns) {
    const bool all_guids = !columns.empty() && columns[0].tenants > 0 && columns[0].others == 0 &&
                           columns[0].guids == columns[0].tenants;
    if (sample_.can_be_header && all_guids)
      return refusal("it isn't plain whose GUIDs these are");
    take(0, sample_.known);
    return std::nullopt;
  }

  std::optional<Error> take_labels() {
    for (const std::string& label : choice_.labels) {
      const auto column = column_named(sample_.first, label);
      if (!column || columns_.after_line != sample_.first.line)
        return refusal(fmt::format("no column is named {}", quote(label)), "--labels=");
      columns_.labels.push_back(*column);
    }
    return std::nullopt;
  }

  static void count(Column& column, const std::string& cell) {
    if (cell.empty() || column.others > 0)
      return;
    if (!is_tenant(cell)) {
      ++column.others;
      return;
    }
    ++column.tenants;
    column.guids += parse_guid(name_in_cell(cell)).has_value();
  }

  // Those that can't be the header, until `take` says no.
  template <class Take>
  void for_each(Take take) const {
    const int after = sample_.can_be_header ? sample_.first.line : columns_.after_line;
    DelimitedReader reader(text_, columns_.dialect);
    DelimitedRecord record;
    while (reader.next(record))
      if (record.line > after && record.wrong.empty() && !record.hash && !record.empty() &&
          !take(std::as_const(record)))
        break;
  }

  // Headers that are in words, else numbers: a cell may hold an address.
  Error refusal(std::string_view why, std::string_view flag = "--column=") const {
    const std::vector<std::string>& cells = sample_.first.cells;
    std::vector<std::string> told;
    for (std::size_t i = 0; i < std::min(cells.size(), most_told); ++i)
      told.push_back(!sample_.can_be_header || cells[i].empty() ||
                             cells[i].find('@') != std::string::npos
                         ? fmt::format("{}", i + 1)
                         : quote(cells[i]));
    if (cells.size() > most_told)
      told.push_back(fmt::format("{} more", cells.size() - most_told));
    if (!choice_.to_be_asked)
      return {ErrorKind::other,
              fmt::format("{}: head the one with the names `domain`; the columns are {}", why,
                          fmt::join(told, ", "))};
    return {ErrorKind::other,
            fmt::format("{}: write {} with one of {}", why, flag, fmt::join(told, ", "))};
  }

  const std::string_view text_;
  const ColumnChoice& choice_;
  const ListSample sample_;
  ListColumns columns_;
};

}  // namespace

Result<ListColumns> find_list_columns(std::string_view text, const ColumnChoice& choice) {
  return Finder(text, choice).find();
}

}  // namespace tenantscope
