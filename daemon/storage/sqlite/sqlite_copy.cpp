#include "storage/sqlite/sqlite_copy.hpp"

#include <fmt/format.h>

#include <memory>
#include <system_error>

#include "base/clock.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_file.hpp"
#include "storage/sqlite/sqlite_meta.hpp"
#include "storage/sqlite/sqlite_open_mark.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope::sqlite {
namespace {

struct Finish {
  void operator()(sqlite3_backup* copy) const { sqlite3_backup_finish(copy); }
};

// REQUIRES: `from` is in a read transaction, so that each step reads the same database.
void copy_pages(const Connection& from, const Connection& to, const CopyLimits& limits) {
  const SteadyTime deadline = steady_now() + limits.patience;
  std::unique_ptr<sqlite3_backup, Finish> copy(
      sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
  if (!copy)
    to.fail();
  for (;;) {
    const int code = sqlite3_backup_step(copy.get(), limits.pages_per_step);
    if (code == SQLITE_DONE)
      return;
    if (code != SQLITE_OK) {
      copy.reset();  // says why
      to.fail();
    }
    limits.after_step();
    if (steady_now() >= deadline)
      throw Failure(
          fmt::format("{}: not copied within {}", from.path().native(), to_string(limits.patience)),
          true);
  }
}

void close_copy(const std::filesystem::path& path) {
  Connection copy(path, Connection::Mode::read_write);
  copy.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = DELETE");
  if (version_of(copy) >= first_with_checksums)
    Meta(copy).set(OpenMark::key, "0");
}

}  // namespace

Draft::Draft(const std::filesystem::path& place) : place_(place), path_(place) {
  path_ += ".part";
  remove();  // what a kill has left
  make_private_file(path_);
}

Draft::~Draft() {
  if (!kept_)
    remove();
}

void Draft::keep() {
  sync(path_);
  sync(path_.parent_path());
  kept_ = true;
}

void Draft::remove() const {
  std::error_code ignored;
  for (const char* suffix : {"", "-journal", "-wal", "-shm"})
    std::filesystem::remove(beside(path_, suffix), ignored);
}

void Draft::put_in_place() {
  sync(path_);
  std::filesystem::rename(path_, place_);
  sync(place_.parent_path());
}

bool copy_ledger(const std::filesystem::path& from, const Draft& to, const CopyLimits& limits) {
  bool log_missing = false;
  {
    Connection source(from, Connection::Mode::read_only);
    source.execute("BEGIN; SELECT count(*) FROM sqlite_schema");
    Connection target(to.path(), Connection::Mode::read_write);
    target.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
    log_missing = lacks_log(source);
    copy_pages(source, target, limits);
  }
  close_copy(to.path());
  return log_missing;
}

}  // namespace tenantscope::sqlite
