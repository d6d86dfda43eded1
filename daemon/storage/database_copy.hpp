// A copy of a database by SQLite's own means, which other connections may go on using meanwhile.
#pragma once

#include <filesystem>
#include <functional>

#include "storage/sqlite.hpp"

namespace tenantscope::sqlite {

// Copies what `from` sees at one instant, its write-ahead log included, into a file of its owner's
// own. It appears at `to`, in place of what was there, whole and on the disk, or not at all; a
// draft is beside it until then. `goes_on` is called every few MiB. Throws Failure or
// filesystem_error.
void copy_database(const Connection& from, const std::filesystem::path& to,
                   const std::function<void()>& goes_on = {});

}  // namespace tenantscope::sqlite
