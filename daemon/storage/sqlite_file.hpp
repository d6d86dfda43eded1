// The ledger's database as a file: where it lies, whether it is ours, and how a new one comes to
// be. It is judged from its bytes, before SQLite opens it, so that a foreign, damaged or newer one
// stays exactly as it is.
#pragma once

#include <filesystem>

namespace tenantscope::sqlite {

std::filesystem::path database_in(const std::filesystem::path& storage);

// False where nothing is stored: there is no file, or an empty one.
// Throws FatalError(78) where the file isn't tenantscope's, is damaged or of a newer version, and
// FatalError(exit_code_of) where it can't be read.
bool holds_ledger(const std::filesystem::path& database);

// Whether transactions are waiting in its write-ahead log: a daemon is at work, or was killed.
bool has_log(const std::filesystem::path& database);

// An empty file of this user's alone, whatever the umask. Throws Failure, also where it is there.
void make_private_file(const std::filesystem::path& file);

// An empty ledger with an id of its own; it appears whole or not at all. Throws Failure or
// filesystem_error.
void create_ledger(const std::filesystem::path& database);

}  // namespace tenantscope::sqlite
