// `tenantscope storage init`: makes the tables of a shared ledger, or shows how.
#pragma once

#include <CLI/CLI.hpp>

namespace tenantscope {

void add_storage_init(CLI::App& storage, int& exit_code);

}  // namespace tenantscope
