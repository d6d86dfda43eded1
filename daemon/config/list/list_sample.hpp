// How a list is written, by its first records: the separator, and whether it has a header. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/delimited.hpp"

namespace tenantscope {

// What the first records are with one separator.
struct ListSample {
  Dialect dialect;
  int after_line = 0;          // the records are those that begin after it: behind "sep="
  DelimitedRecord first;       // without cells where there is none
  bool can_be_header = false;  // the first one: no tenant is in it
  bool known = false;          // and it has a header that is looked for
  std::size_t tenants = 0;
};

// With the separator that fits best. `column`: the header that is looked for; empty: those that are
// known to have names.
ListSample sample_list(std::string_view text, std::string_view column);

inline constexpr std::size_t most_columns = 1000;  // that are looked at

// The columns of a header that are known to have names: the first that has any counts.
std::vector<std::size_t> known_columns(const DelimitedRecord& header);

// Letter case, blanks, `_` and `-` don't matter.
std::optional<std::size_t> column_named(const DelimitedRecord& header, std::string_view name);

bool is_tenant(std::string_view cell);

// A cell without what is no part of a name: blanks of any kind at its ends, and ` # ...`.
std::string_view name_in_cell(std::string_view cell);

}  // namespace tenantscope
