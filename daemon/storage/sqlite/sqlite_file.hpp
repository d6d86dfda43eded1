// The ledger's database as a file: where it lies, whether it is ours, and how a new one comes to
// be. It is judged from its bytes, before SQLite opens it, so that a foreign, damaged or newer one
// stays exactly as it is.
#pragma once

#include <filesystem>

#include "base/guid.hpp"

namespace tenantscope::sqlite {

std::filesystem::path database_in(const std::filesystem::path& storage);

// Where a backup waits to become that: while it is there and the database isn't, a restore was
// killed between the two.
std::filesystem::path restored_database_in(const std::filesystem::path& storage);

// Where a copy of another ledger is made: while it is there, `storage copy` isn't done.
std::filesystem::path copied_database_in(const std::filesystem::path& storage);

// The file that SQLite has beside a database: "-wal", "-shm".
std::filesystem::path beside(std::filesystem::path database, const char* suffix);

// False where nothing is stored: there is no file, or an empty one.
// Throws FatalError(78) where the file isn't tenantscope's, is damaged or of a newer version, and
// FatalError(exit_code_of) where it can't be read.
bool holds_ledger(const std::filesystem::path& database);

// Likewise, the database of a storage; FatalError(78) also where nothing is stored.
std::filesystem::path required_database_in(const std::filesystem::path& storage);

// Whether transactions are waiting in its write-ahead log: a daemon is at work, or was killed.
bool has_log(const std::filesystem::path& database);

// An empty file, its owner's alone. SQLite's log and index get the mode of the database. Throws
// Failure, also where something is there.
void make_private_file(const std::filesystem::path& file);

// What was written to a file, or the names in a folder, are on the disk. Throws Failure.
void sync(const std::filesystem::path& path);

// What root makes in a folder is its owner's.
void give_to_owner(const std::filesystem::path& path, const std::filesystem::path& folder);

// An empty ledger of that id in an empty file. Throws Failure.
void make_ledger(const std::filesystem::path& file, const Guid& id);
// Likewise with an id of its own; it appears whole or not at all. Throws Failure or
// filesystem_error.
void create_ledger(const std::filesystem::path& database);

}  // namespace tenantscope::sqlite
