// Lists of names that commands take by --from.
#pragma once

#include <string>
#include <vector>

#include "config/list/name_list.hpp"
#include "config/list/pair_list.hpp"
#include "domain/labels.hpp"

namespace CLI {
class App;
}

namespace tenantscope {

// --from, --column, --labels. REQUIRES: both outlive the command.
void add_list_options(CLI::App& command, std::string& from, ColumnChoice& columns);

// Of the file `from`, or of standard input where that is `-`; what is wrong in it is told. Throws
// FatalError(1) where it is no list.
NameList read_list(const std::string& from, const ColumnChoice& columns, const Clouds& clouds);

// Of a list with two columns, likewise.
PairList read_pairs(const std::string& from);

// What labels are named in the configuration, of columns as people name them. Throws
// CLI::ValidationError.
std::vector<std::string> label_names(const std::vector<std::string>& columns);

// Those that have a value. REQUIRES: as many names as values.
Labels labels_of(const std::vector<std::string>& names, const std::vector<std::string>& values);

}  // namespace tenantscope
