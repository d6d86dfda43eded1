// Names out of a text: one a line, or a column of a CSV (RFC 4180). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenantscope {

struct ListedText {
  int line = 1;      // where its record begins, from 1
  std::string text;  // a name as it is written; of the bad ones: what is wrong
};

struct NameList {
  std::vector<ListedText> names;
  std::vector<ListedText> bad;
};

// The column is the one that a first record names `domain`, `name` or `tenant` (the first of these
// that is there), else the first one. Blank lines, lines that begin with `#`, and ` # …` after an
// unquoted name are passed over.
NameList read_name_list(std::string_view text);

}  // namespace tenantscope
