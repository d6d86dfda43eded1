#include "storage/sqlite/sqlite_backup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <system_error>

#include "base/exit_code.hpp"
#include "storage/sqlite/sqlite_file.hpp"
#include "storage/sqlite/sqlite_journal.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "storage/sqlite/sqlite_rewind.hpp"
#include "storage/sqlite/sqlite_schema.hpp"
#include "storage/storage_lock.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view name_begins = "tenantscope-";

// "20261201T083702.123Z", whose order is the times'.
std::string stamp_of(WallTime now) {
  std::string stamp = rfc3339(now);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return stamp;
}

// What fails in `work` as FatalError.
template <class Work>
auto told(Work work) {
  try {
    return sqlite::opened(work);
  } catch (const fs::filesystem_error& error) {
    throw FatalError(exit_code_of(error.code().value()),
                     fmt::format("{}: {}", error.path1().native(), error.code().message()));
  }
}

fs::path required_ledger(const fs::path& database) {
  if (!sqlite::holds_ledger(database))
    throw FatalError(exit_unusable, fmt::format("{}: nothing is stored there", database.native()));
  return database;
}

// What a copy of `of` holds, which is refused where its pages aren't sound.
StorageReport copied(const fs::path& of, const sqlite::Draft& copy, const CopyLimits& limits) {
  const bool log_missing = sqlite::copy_ledger(of, copy, limits);
  sqlite::Connection connection(copy.path(), sqlite::Connection::Mode::read_only);
  StorageReport report = sqlite::check(connection);
  if (!report.pages.empty())
    throw sqlite::Failure(fmt::format("{}: damaged: {}: see `tenantscope storage check`",
                                      of.native(), report.pages.front()));
  report.log_missing = log_missing;
  return report;
}

// REQUIRES: `path` is a file, or a folder.
fs::path newest_backup(const fs::path& path) {
  if (!fs::is_directory(path))
    return path;
  fs::path newest;
  for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
    const fs::path& file = entry.path();
    if (file.extension() == ".db" && file.filename().native().starts_with(name_begins))
      newest = std::max(newest, file);
  }
  if (newest.empty())
    throw FatalError(exit_unusable,
                     fmt::format("{}: no backup is there: none is named {}*.db; name the file",
                                 path.native(), name_begins));
  return newest;
}

// The largest number that the storage has given; 0 where it has none. Where it can't say, a number
// that no ledger comes to by counting, and that grows from one restore to the next.
std::uint64_t last_of(const fs::path& storage, WallTime now) {
  if (!fs::exists(sqlite::database_in(storage)))
    return 0;
  try {
    if (const Result<std::uint64_t> last = open_sqlite_journal(storage)->last())
      return *last;
  } catch (const FatalError&) {  // it is damaged, or no ledger at all
  }
  return std::uint64_t(unix_seconds(now));
}

// The database first: a log without it is refused by a start, a database without its log isn't.
std::optional<fs::path> move_aside(const fs::path& storage, WallTime now) {
  const fs::path database = sqlite::database_in(storage);
  const auto there = [&](const char* suffix) {
    return fs::exists(sqlite::beside(database, suffix));
  };
  constexpr std::array suffixes{"", "-wal", "-shm", "-journal"};
  if (std::ranges::none_of(suffixes, there))
    return std::nullopt;
  const fs::path aside = storage / ("replaced-" + stamp_of(now));
  fs::create_directory(aside);
  fs::permissions(aside, fs::perms::owner_all);
  sqlite::give_to_owner(aside, storage);
  for (const char* suffix : suffixes)
    if (there(suffix))
      fs::rename(sqlite::beside(database, suffix),
                 aside / sqlite::beside(database, suffix).filename());
  sqlite::sync(aside);
  sqlite::sync(storage);
  return aside;
}

}  // namespace

fs::path new_backup_in(const fs::path& folder, WallTime now) {
  if (!fs::exists(folder)) {
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms::owner_all);
  }
  return folder / fmt::format("{}{}.db", name_begins, stamp_of(now));
}

Backup back_up_sqlite_storage(const fs::path& storage, const fs::path& folder, WallTime now,
                              const CopyLimits& limits) {
  const fs::path database = sqlite::required_database_in(storage);
  return told([&] {
    const fs::path file = new_backup_in(folder, now);
    sqlite::Draft draft(file);
    StorageReport report = copied(database, draft, limits);
    draft.put_in_place();
    return Backup{.file = file, .report = std::move(report)};
  });
}

Restored restore_sqlite_storage(const fs::path& storage, const fs::path& backup, WallTime now) {
  const StorageLock lock(storage, Duration(0));
  return told([&] {
    const fs::path from = required_ledger(newest_backup(backup));
    const fs::path waiting = sqlite::restored_database_in(storage);
    sqlite::Draft draft(waiting);
    Restored restored{.from = from, .report = copied(from, draft, {})};
    {
      sqlite::Connection connection(draft.path(), sqlite::Connection::Mode::read_write);
      if (!restored.report.contradictions.empty())
        (void)sqlite::caught([&] { connection.execute("REINDEX"); });  // two rows may have one key
      sqlite::migrate(connection);
      restored.journal = sqlite::rewind(connection, last_of(storage, now));
      const DamageObserver nobody;
      restored.next = sqlite::JournalQueries(connection, nobody).last() + 1;
    }
    sqlite::give_to_owner(draft.path(), storage);
    sqlite::give_to_owner(storage / "lock", storage);
    draft.put_in_place();
    restored.replaced = move_aside(storage, now);
    fs::rename(waiting, sqlite::database_in(storage));
    sqlite::sync(storage);
    return restored;
  });
}

}  // namespace tenantscope
