#include "storage/storage_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "base/result.hpp"

namespace tenantscope {
namespace {

constexpr auto retry_interval = std::chrono::milliseconds(50);

std::filesystem::path lock_in(const std::filesystem::path& storage) { return storage / "lock"; }

[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view why) {
  throw FatalError(exit_unusable, fmt::format("{}: {}", path.native(), why));
}

std::string last_error() { return std::generic_category().message(errno); }

// " (pid 123)"; empty where the file doesn't say.
std::string holder(int file) {
  std::array<char, 16> text{};
  const auto size = ::pread(file, text.data(), text.size(), 0);
  const std::string_view pid(text.data(), size > 0 ? std::size_t(size) : 0);
  const auto digits = pid.substr(0, pid.find_first_not_of("0123456789"));
  return digits.empty() ? "" : fmt::format(" (pid {})", digits);
}

int open_lock(const std::filesystem::path& storage) {
  std::error_code error;
  std::filesystem::create_directories(storage, error);
  if (error)
    refuse(storage, error.message());
  const int file = ::open(lock_in(storage).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0)
    refuse(lock_in(storage), last_error());
  return file;
}

}  // namespace

bool StorageLock::sleep(Duration pause) {
  std::this_thread::sleep_for(pause);
  return false;
}

StorageLock::StorageLock(const std::filesystem::path& storage, Duration wait, const Pause& pause)
    : StorageLock(open_lock(storage)) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      refuse(lock_in(storage), last_error());
    if (std::chrono::steady_clock::now() >= deadline)
      refuse(storage,
             fmt::format(
                 "in use by another tenantscope{}: stop that one, or choose another --storage.path",
                 holder(file_)));
    if (pause(retry_interval))
      throw GivenUp{};
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file_, 0) != 0 ||
      ::pwrite(file_, pid.data(), pid.size(), 0) != ssize_t(pid.size()))
    refuse(lock_in(storage), last_error());
}

StorageLock::~StorageLock() { ::close(file_); }

}  // namespace tenantscope
