#include "config/list/list_sample.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>
#include <utility>
#include <variant>

#include "base/bytes.hpp"
#include "base/text/ascii.hpp"
#include "config/tenant_reference.hpp"

namespace tenantscope {
namespace {

// The first that is there counts, if there is a name below it. Others have GUIDs too, but of
// contracts, subscriptions and objects.
constexpr std::array known_headers{"tenantid",
                                   "customerid",
                                   "customercontextid",
                                   "defaultdomainname",
                                   "microsoftid",
                                   "primarydomainname",
                                   "mail",
                                   "email",
                                   "userprincipalname",
                                   "domain",
                                   "name",
                                   "tenant"};
constexpr std::array separators{',', ';', '\t'};

constexpr std::size_t sampled_records = 20;
constexpr std::size_t sampled_bytes = 64 * kib;

std::string header_key(std::string_view cell) {
  std::string key = lower(name_in_cell(cell));
  std::erase_if(key, [](char c) { return c == ' ' || c == '\t' || c == '_' || c == '-'; });
  return key;
}

// "sep=;", as Excel writes and reads it: the character.
std::optional<char> separator_line(std::string_view text) {
  std::string_view line = trimmed(text.substr(0, text.find_first_of("\r\n")), " \"");
  if (line.size() != 5 || !equal_ignoring_case(line.substr(0, 4), "sep="))
    return std::nullopt;
  const bool can_be = std::string_view(",;\t|:^~").find(line[4]) != std::string_view::npos;
  return can_be ? std::optional(line[4]) : std::nullopt;
}

// What the first records are with one separator.
auto rank(const ListSample& sample) {
  return std::tuple(sample.known, sample.tenants, sample.first.cells.size());
}

ListSample take_sample(std::string_view text, char separator, int after_line,
                       std::string_view column) {
  ListSample sample{.dialect = {.separator = separator, .comments = false},
                    .after_line = after_line,
                    .first = {}};
  DelimitedReader reader(text.substr(0, sampled_bytes), sample.dialect);
  DelimitedRecord record;
  for (std::size_t i = 0; i < sampled_records && reader.next(record); ++i) {
    const bool comment = record.hash && record.cells.front() != "#";
    if (record.line <= after_line || comment || record.empty() || !record.wrong.empty())
      continue;
    const auto looked_at =
        std::span(record.cells).first(std::min(record.cells.size(), most_columns));
    const auto tenants = std::size_t(std::ranges::count_if(looked_at, is_tenant));
    sample.tenants += tenants;
    if (sample.first.cells.empty()) {
      sample.first = record;
      sample.can_be_header = tenants == 0;
    }
  }
  if (sample.can_be_header)
    sample.known = column.empty() ? !known_columns(sample.first).empty()
                                  : column_named(sample.first, column).has_value();
  return sample;
}

}  // namespace

bool is_tenant(std::string_view cell) {
  return std::holds_alternative<TenantReference>(read_tenant_reference(name_in_cell(cell)));
}

std::optional<std::size_t> column_named(const DelimitedRecord& header, std::string_view name) {
  const std::string key = header_key(name);
  for (std::size_t i = 0; i < std::min(header.cells.size(), most_columns); ++i)
    if (header_key(header.cells[i]) == key)
      return i;
  return std::nullopt;
}

std::vector<std::size_t> known_columns(const DelimitedRecord& header) {
  std::vector<std::size_t> columns;
  for (const char* const name : known_headers)
    if (const auto column = column_named(header, name))
      columns.push_back(*column);
  return columns;
}

std::string_view name_in_cell(std::string_view cell) {
  constexpr std::array unseen{std::string_view("\u00a0"), std::string_view("\u200b"),
                              std::string_view("\ufeff")};
  for (bool more = true; more;) {
    cell = trimmed(cell);
    more = false;
    for (const std::string_view blank : unseen) {
      if (cell.starts_with(blank)) {
        cell.remove_prefix(blank.size());
        more = true;
      }
      if (cell.ends_with(blank)) {
        cell.remove_suffix(blank.size());
        more = true;
      }
    }
  }
  const auto word_end = cell.find_first_of(ascii_blanks);
  const bool commented = word_end != cell.npos && trimmed(cell.substr(word_end)).starts_with('#');
  return commented ? cell.substr(0, word_end) : cell;
}

ListSample sample_list(std::string_view text, std::string_view column) {
  if (const auto separator = separator_line(text))
    return take_sample(text, *separator, 1, column);
  ListSample best = take_sample(text, separators.front(), 0, column);
  for (std::size_t i = 1; i < separators.size(); ++i) {
    ListSample sample = take_sample(text, separators[i], 0, column);
    if (rank(best) < rank(sample))
      best = std::move(sample);
  }
  return best;
}

}  // namespace tenantscope
