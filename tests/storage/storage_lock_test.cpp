#include "storage/storage_lock.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <thread>

#include "base/result.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// Another process that holds the lock until it is killed.
class Holder {
 public:
  explicit Holder(const std::filesystem::path& storage) {
    int ready[2];
    if (::pipe(ready) != 0)
      throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      const StorageLock lock(storage);
      (void)!::write(ready[1], "!", 1);
      for (;;)
        ::pause();
    }
    char signal = 0;
    (void)!::read(ready[0], &signal, 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Holder() { kill(); }

  pid_t pid() const { return pid_; }

  void kill() {
    if (pid_ == 0)
      return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
};

std::string refusal(const std::filesystem::path& storage, Duration wait) {
  try {
    const StorageLock lock(storage, wait);
  } catch (const FatalError& error) {
    EXPECT_EQ(error.exit_code, exit_unusable);
    return error.what();
  }
  return {};
}

// How many of this process's descriptors are the lock.
std::ptrdiff_t descriptors_of(const std::filesystem::path& lock) {
  std::ptrdiff_t count = 0;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    count += std::filesystem::read_symlink(entry, gone) == lock;
  return count;
}

TEST(StorageLock, CreatesTheFolder) {
  const TemporaryFolder folder;
  const StorageLock lock(folder.path() / "a" / "b");
  EXPECT_TRUE(std::filesystem::is_directory(folder.path() / "a" / "b"));
}

TEST(StorageLock, RefusesASecondDaemonNamingTheFirst) {
  const TemporaryFolder folder;
  const Holder holder(folder.path());
  const std::string message = refusal(folder.path(), 100ms);
  const std::string expected = folder.path().string() + ": in use by another tenantscope (pid " +
                               std::to_string(holder.pid()) + ")";
  EXPECT_EQ(message.find(expected), 0u) << message;
}

TEST(StorageLock, SaysNothingOfTheHolderWhereTheFileDoesNot) {
  const TemporaryFolder folder;
  const StorageLock lock(folder.path());
  for (const char* content : {"", "garbage", "\n"}) {
    std::ofstream(folder.path() / "lock", std::ios::trunc) << content;
    EXPECT_NE(refusal(folder.path(), 0ms).find("another tenantscope:"), std::string::npos)
        << content;
  }
}

TEST(StorageLock, IsThereForTheNextOnceLetGo) {
  const TemporaryFolder folder;
  { const StorageLock lock(folder.path()); }
  EXPECT_EQ(refusal(folder.path(), 0ms), "");
}

TEST(StorageLock, WaitsForAHolderThatStops) {
  const TemporaryFolder folder;
  std::optional<StorageLock> first(std::in_place, folder.path());
  std::string outcome = "never ran";
  std::thread second([&] { outcome = refusal(folder.path(), 60s); });
  while (descriptors_of(folder.path() / "lock") < 2)
    std::this_thread::yield();
  first.reset();
  second.join();
  EXPECT_EQ(outcome, "");
}

TEST(StorageLock, IsFreedByTheHoldersDeath) {
  const TemporaryFolder folder;
  Holder holder(folder.path());
  holder.kill();
  EXPECT_EQ(refusal(folder.path(), 0ms), "");
}

TEST(StorageLock, NamesAFolderThatCannotBe) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "in the way";
  const auto storage = folder.path() / "file" / "storage";
  EXPECT_EQ(refusal(storage, 0ms).find(storage.string() + ": "), 0u);
}

TEST(StorageLock, FollowsNoLink) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder.path() / "elsewhere", folder.path() / "lock");
  EXPECT_EQ(refusal(folder.path(), 0ms).find((folder.path() / "lock").string() + ": "), 0u);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "elsewhere"));
}

TEST(StorageLock, NamesALockThatCannotBe) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "lock");
  EXPECT_EQ(refusal(folder.path(), 0ms).find((folder.path() / "lock").string() + ": "), 0u);
}

}  // namespace
}  // namespace tenantscope
