#include "storage/sqlite_upgrade.hpp"

#include <system_error>

#include <fmt/format.h>

#include "base/exit_code.hpp"
#include "storage/sqlite.hpp"
#include "storage/sqlite_copy.hpp"
#include "storage/sqlite_schema.hpp"

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

}  // namespace tenantscope::sqlite
