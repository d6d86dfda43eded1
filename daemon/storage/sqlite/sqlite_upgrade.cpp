#include "storage/sqlite/sqlite_upgrade.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "base/exit_code.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_copy.hpp"
#include "storage/sqlite/sqlite_file.hpp"
#include "storage/sqlite/sqlite_meta.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr int instructions_at_once = 1'000'000;  // of SQLite's machine: well below a second

// While it lives, `goes_on` is called as a statement of the connection goes on.
class Progress {
 public:
  Progress(Connection& connection, const std::function<void()>& goes_on) : connection_(connection) {
    if (goes_on)
      sqlite3_progress_handler(connection_.handle(), instructions_at_once, tell,
                               const_cast<std::function<void()>*>(&goes_on));
  }
  ~Progress() { sqlite3_progress_handler(connection_.handle(), 0, nullptr, nullptr); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  static int tell(void* goes_on) {
    (*static_cast<const std::function<void()>*>(goes_on))();
    return 0;
  }

  Connection& connection_;
};

void copy(const Connection& connection, std::uint32_t version, const fs::path& to,
          const UpgradeObserver& observer) {
  const auto fail = [&](const std::string& why, bool passing) {
    throw Failure(fmt::format("{}: left at version {}, as the copy that is kept of it can't be "
                              "made: {}",
                              connection.path().native(), version, why),
                  passing);
  };
  try {
    Draft draft(to);
    CopyLimits limits{.patience = std::chrono::hours(24)};  // nobody else waits for it
    if (observer.goes_on)
      limits.after_step = observer.goes_on;
    (void)copy_ledger(connection.path(), draft, limits);  // the start tells that, too
    draft.put_in_place();
  } catch (const Failure& failure) {
    fail(failure.what(), failure.may_pass);
  } catch (const fs::filesystem_error& error) {
    fail(fmt::format("{}: {}", to.native(), error.code().message()),
         may_pass(error.code().value()));
  }
}

void remove_other_copies(const fs::path& kept) {
  const std::string beginning =
      kept.filename().native().substr(0, kept.filename().native().rfind('-') + 1);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(kept.parent_path(), ignored))
    if (entry.path() != kept && entry.path().filename().native().starts_with(beginning))
      fs::remove(entry.path(), ignored);
}

// SQLite has opened it to read only.
[[noreturn]] void refuse_to_write(const fs::path& database) {
  const int error = ::faccessat(AT_FDCWD, database.c_str(), W_OK, AT_EACCESS) == 0 ? EACCES : errno;
  throw Failure(fmt::format("{}: not writable for this user: {}", database.native(),
                            std::generic_category().message(error)),
                may_pass(error));
}

// Never two ledgers that go on from the same events.
void prove_not_moved(const Connection& connection) {
  if (version_of(connection) < first_with_checksums)
    return;
  if (const auto where = Meta(connection).value(Meta::moved_key))
    throw Failure(
        fmt::format("{}: the ledger was moved to {}: start with that one; to go back to this one, "
                    "put a backup of it in its place, by `tenantscope storage backup` and "
                    "`tenantscope storage restore`",
                    connection.path().native(), *where));
}

}  // namespace

fs::path copy_of_version(const fs::path& database, std::uint32_t version) {
  return fs::path(database) += fmt::format(".version-{}", version);
}

void upgrade(Connection& connection, const UpgradeObserver& observer) {
  const std::uint32_t version = version_of(connection);
  if (version == schema_version)
    return;
  prove_version(connection, version);
  const fs::path kept = copy_of_version(connection.path(), version);
  if (observer.begins)
    observer.begins(version, schema_version, kept);
  if (observer.goes_on)
    observer.goes_on();
  copy(connection, version, kept, observer);
  {
    const Progress progress(connection, observer.goes_on);
    migrate(connection);
  }
  remove_other_copies(kept);
}

Connection open_to_write(const fs::path& database, const UpgradeObserver& observer) {
  Connection connection(database, Connection::Mode::read_write);
  if (!connection.writable())
    refuse_to_write(database);
  connection.keep_log_on_close(has_log(database));
  prove_not_moved(connection);
  connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  // The pages of a first sweep are in no order: up to 32 MiB, each is read once, and written once a
  // transaction.
  connection.execute("PRAGMA cache_size = -32768; PRAGMA cache_spill = -32768");
  connection.execute(
      "PRAGMA journal_size_limit = 16777216");  // of a log that a reader or a first start has grown
  upgrade(connection, observer);
  return connection;
}

}  // namespace tenantscope::sqlite
