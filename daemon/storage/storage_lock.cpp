#include "storage/storage_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "base/exit_code.hpp"
#include "base/file_identity.hpp"

namespace tenantscope {
namespace {

constexpr auto retry_interval = std::chrono::milliseconds(50);

std::filesystem::path lock_in(const std::filesystem::path& storage) { return storage / "lock"; }

// By what the system has refused.
[[noreturn]] void refuse(const std::filesystem::path& path, int error) {
  throw FatalError(exit_code_of(error),
                   fmt::format("{}: {}", path.native(), std::generic_category().message(error)));
}

// " (pid 123)"; empty where the file doesn't say.
std::string holder(int file) {
  std::array<char, 16> text{};
  const auto size = ::pread(file, text.data(), text.size(), 0);
  const std::string_view pid(text.data(), size > 0 ? std::size_t(size) : 0);
  const auto digits = pid.substr(0, pid.find_first_not_of("0123456789"));
  return digits.empty() ? "" : fmt::format(" (pid {})", digits);
}

int open_lock(const std::filesystem::path& path) {
  return ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

int make_lock(const std::filesystem::path& storage) {
  std::error_code error;
  if (std::filesystem::create_directories(storage, error))
    std::filesystem::permissions(storage, std::filesystem::perms::owner_all, error);
  if (error)
    refuse(storage, error.value());
  const int file = open_lock(lock_in(storage));
  if (file < 0)
    refuse(lock_in(storage), errno);
  return file;
}

bool write_pid(int file) {
  const std::string pid = fmt::format("{}\n", ::getpid());
  return ::ftruncate(file, 0) == 0 &&
         ::pwrite(file, pid.data(), pid.size(), 0) == ssize_t(pid.size());
}

}  // namespace

bool StorageLock::sleep(Duration pause) {
  std::this_thread::sleep_for(pause);
  return false;
}

StorageLock::StorageLock(const std::filesystem::path& storage, Duration wait, const Pause& pause)
    : StorageLock(lock_in(storage), make_lock(storage)) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      refuse(path_, errno);
    if (std::chrono::steady_clock::now() >= deadline)
      throw FatalError(exit_unusable, fmt::format("{}: in use by another tenantscope{}: stop that "
                                                  "one, or choose another --storage.path",
                                                  storage.native(), holder(file_)));
    if (pause(retry_interval))
      throw GivenUp{};
  }
  if (!write_pid(file_))
    refuse(path_, errno);
}

Result<void> StorageLock::hold() {
  if (file_at(path_) == file_of(file_))
    return {};
  const int fresh = open_lock(path_);
  if (fresh < 0)
    return Error{ErrorKind::io,
                 fmt::format("{}: {}", path_.native(), std::generic_category().message(errno))};
  if (::flock(fresh, LOCK_EX | LOCK_NB) != 0) {
    const std::string other = holder(fresh);
    ::close(fresh);
    return Error{ErrorKind::io, fmt::format("{}: was moved or removed, and another tenantscope{} "
                                            "has the storage now: stop one of the two",
                                            path_.native(), other)};
  }
  ::close(std::exchange(file_, fresh));
  (void)write_pid(file_);  // for the next one's error message alone
  return {};
}

StorageLock::~StorageLock() { ::close(file_); }

}  // namespace tenantscope
