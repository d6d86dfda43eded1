// Which columns of a list have its names and its labels: by the words that Microsoft's portals,
// scripts and Partner Center write above them, else by what is in them. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/text/delimited.hpp"
#include "config/list/list_sample.hpp"

namespace tenantscope {

// As people write them: a header, without regard to letter case, blanks, `_` and `-`, or a number
// from 1.
struct ColumnChoice {
  std::string name = {};  // empty: not said
  std::vector<std::string> labels = {};
  // Somebody can be asked to write it, on a command line; else the header has to say it.
  bool to_be_asked = true;
};

struct ListColumns {
  Dialect dialect;
  int after_line = 0;               // the records are those that begin after it
  std::optional<std::size_t> name;  // nothing: every cell is a name
  std::vector<std::size_t> labels;  // in the order of the choice
};

// `text` as decode_text() has it. Error: it isn't plain which column is meant, or there is none of
// this name; with the columns that there are.
Result<ListColumns> find_list_columns(std::string_view text, const ColumnChoice& choice);

}  // namespace tenantscope
