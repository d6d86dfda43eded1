// `tenantscope storage copy`: moves a ledger between SQLite and PostgreSQL.
#pragma once

#include <CLI/CLI.hpp>

namespace tenantscope {

void add_storage_copy(CLI::App& storage, int& exit_code);

}  // namespace tenantscope
