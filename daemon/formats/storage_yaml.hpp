// Where the ledger is, as YAML of the configuration. Pure.
#pragma once

#include <string>

#include "domain/settings.hpp"

namespace tenantscope {

// "storage: {...}" and "replica: {...}", a line each; "" where it is SQLite's. Files of secrets are
// named, and not read.
std::string storage_yaml(const Settings& settings);

}  // namespace tenantscope
