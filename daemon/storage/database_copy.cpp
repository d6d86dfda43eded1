#include "storage/database_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "base/exit_code.hpp"
#include "storage/sqlite_file.hpp"

namespace tenantscope::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr int pages_at_once = 1024;

// A file that goes away with it, unless it was taken.
struct Draft {
  fs::path path;

  explicit Draft(fs::path at) : path(std::move(at)) {
    fs::remove(path);
    make_private_file(path);
  }
  ~Draft() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
};

struct Finish {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

void copy_pages(const Connection& from, Connection& to, const std::function<void()>& goes_on) {
  to.execute("PRAGMA journal_mode = MEMORY");  // nothing is in it that could be lost
  std::unique_ptr<sqlite3_backup, Finish> backup(
      sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
  if (!backup)
    to.fail();
  int code = SQLITE_OK;
  while ((code = sqlite3_backup_step(backup.get(), pages_at_once)) == SQLITE_OK)
    if (goes_on)
      goes_on();
  to.check(sqlite3_backup_finish(backup.release()));
  if (code != SQLITE_DONE)  // another connection is in the way
    throw Failure(fmt::format("{}: {}", from.path().native(), sqlite3_errstr(code)), true);
}

// So that the new name survives a crash.
void sync_folder(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int cause = errno;
  if (file >= 0)
    ::close(file);
  if (!synced)
    throw Failure(fmt::format("{}: {}", folder.native(), std::generic_category().message(cause)),
                  may_pass(cause));
}

}  // namespace

void copy_database(const Connection& from, const fs::path& to,
                   const std::function<void()>& goes_on) {
  const Draft draft(fs::path(to) += ".new");
  {
    Connection copy(draft.path, Connection::Mode::read_write);
    copy_pages(from, copy, goes_on);
  }
  fs::rename(draft.path, to);
  sync_folder(to.has_parent_path() ? to.parent_path() : ".");
}

}  // namespace tenantscope::sqlite
