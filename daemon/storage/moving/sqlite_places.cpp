#include "storage/moving/sqlite_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "storage/sqlite/sqlite_check.hpp"
#include "storage/sqlite/sqlite_file.hpp"
#include "storage/sqlite/sqlite_open_mark.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope::sqlite {
namespace {

namespace fs = std::filesystem;

std::string absolute_name(const fs::path& storage) {
  return fs::weakly_canonical(storage).native();
}

void prove_of_this_version(const fs::path& database) {
  const Connection connection(database, Connection::Mode::read_only);
  if (version_of(connection) != schema_version)
    throw Failure(
        fmt::format("{}: an older version wrote it: start the daemon once, which brings "
                    "it up to this one",
                    database.native()));
}

}  // namespace

SqliteSource::SqliteSource(const fs::path& storage)
    : storage_(storage), database_(required_database_in(storage)), lock_(storage, Duration(0)) {
  prove_of_this_version(required_database_in(storage));
  reader_.emplace(database_);
}

std::string SqliteSource::name() const { return absolute_name(storage_); }

std::string SqliteSource::moved_to() {
  return Meta(reader_->connection()).value(Meta::moved_key).value_or("");
}

StorageReport SqliteSource::check() {
  Connection connection(database_, Connection::Mode::read_only);
  return sqlite::check(connection);
}

// It is closed as a daemon closes it: its log is in the database then.
void SqliteSource::mark_moved(const std::string& to) {
  reader_.reset();
  Connection connection(database_, Connection::Mode::read_write);
  connection.execute("PRAGMA synchronous = FULL");
  Meta meta(connection);
  meta.set(Meta::moved_key, to);
  OpenMark(connection, meta).clear();
  give_to_owner(storage_ / "lock", storage_);
}

SqliteTarget::SqliteTarget(const fs::path& storage)
    : storage_(storage), lock_(storage, Duration(0)) {}

std::string SqliteTarget::name() const { return absolute_name(storage_); }

bool SqliteTarget::incomplete() { return fs::exists(copied_database_in(storage_)); }

LedgerWriter& SqliteTarget::begin(const std::string&) {
  const fs::path database = database_in(storage_);
  constexpr std::array suffixes{"", "-wal", "-journal", ".restored"};
  for (const char* suffix : suffixes)
    if (fs::exists(beside(database, suffix)))
      throw FatalError(exit_unusable,
                       fmt::format("{}: is there already: a ledger is moved to a folder that has "
                                   "none: move it away, or choose another folder",
                                   beside(database, suffix).native()));
  draft_.emplace(database);
  make_ledger(draft_->path(), random_guid());
  give_to_owner(draft_->path(), storage_);
  give_to_owner(storage_ / "lock", storage_);
  return writer_.emplace(draft_->path());
}

std::unique_ptr<LedgerReader> SqliteTarget::read_back() {
  writer_.reset();
  draft_->keep();
  return std::make_unique<SqliteLedgerReader>(draft_->path());
}

void SqliteTarget::open() { draft_->put_in_place(); }

}  // namespace tenantscope::sqlite
