// Where the shared ledger of a configuration is, for the commands that work on it themselves.
#pragma once

#include <filesystem>
#include <string>

#include "storage/postgres/session/pg_settings.hpp"

namespace tenantscope {

// Throws FatalError(78) where the file can't be taken, or has no `storage.postgresql`: with `why`
// it is needed.
PgSettings shared_ledger_of(const std::filesystem::path& config, const std::string& why);

}  // namespace tenantscope
