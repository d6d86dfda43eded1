// Whether a table's pages are in the order by which its rows are found. Damage there hides rows
// that are sound themselves.
#pragma once

#include <string>

#include "storage/sqlite.hpp"

namespace tenantscope::sqlite {

// Throws Failure where the pages of the table or of its indexes contradict themselves; damaged rows
// are no reason. Reads all of them.
void prove_readable(Connection& connection, const std::string& table);

}  // namespace tenantscope::sqlite
