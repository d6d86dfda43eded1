// Names out of a list as people have them: one a line, several in a line, or a column of what a
// spreadsheet or a script has exported. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancelled.hpp"
#include "base/result.hpp"
#include "config/list/list_columns.hpp"
#include "config/tenant_reference.hpp"

namespace tenantscope {

struct ListedName {
  int line = 1;  // where its record begins, from 1
  TenantReference reference;
  std::vector<std::string> labels;  // values, in the order of the choice
};

struct ListFinding {
  int line = 1;
  std::string text;
};

struct NameList {
  std::vector<ListedName> names;
  std::vector<ListFinding> findings;  // one a cause, most_findings at most and one that sums up
};

inline constexpr std::size_t most_listed_names = 200'000;

// A cloud that a name says is one of `clouds`. Error: it is no list, or it isn't plain which column
// has the names.
Result<NameList> read_name_list(std::string bytes, const ColumnChoice& choice,
                                const Clouds& clouds);

// Gets each name in turn. A text: reading ends here, and that is why; an empty one isn't told.
using NameTaker = std::function<std::optional<std::string>(ListedName& name)>;

// The same of a text as decode_text() has it, with nothing kept; what is wrong in it. Reading ends
// early where it is cancelled.
Result<std::vector<ListFinding>> read_names(std::string_view text, const ColumnChoice& choice,
                                            const Clouds& clouds, const NameTaker& take,
                                            const Cancelled& cancelled = {});

}  // namespace tenantscope
