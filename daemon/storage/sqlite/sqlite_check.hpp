// What a storage holds, and whether it is as it was written: its pages, its rows, the journal's
// chain. Reads all of it, beside a running daemon too, as it is at one moment.
#pragma once

#include <filesystem>

#include "storage/moving/storage_report.hpp"
#include "storage/sqlite/sqlite.hpp"

namespace tenantscope {

// Throws FatalError as open_sqlite_journal() does.
StorageReport check_sqlite_storage(const std::filesystem::path& storage);

namespace sqlite {

// Throws Failure where it can't be read.
StorageReport check(Connection& connection);

}  // namespace sqlite
}  // namespace tenantscope
