// What may pass at the start is told from what can't: 1 (the daemon waits for it), or 78.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <string>

#include "storage/sqlite/sqlite_ledger.hpp"
#include "storage/storage_lock.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

// A limit of this process while it lives: no file may be written (a full disk), or none opened.
class Limited {
 public:
  Limited(__rlimit_resource resource, rlim_t most) : resource_(resource) {
    (void)std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(resource_, &before_);
    const rlimit limit{most, before_.rlim_max};
    ::setrlimit(resource_, &limit);
  }
  ~Limited() { ::setrlimit(resource_, &before_); }
  Limited(const Limited&) = delete;
  Limited& operator=(const Limited&) = delete;

 private:
  __rlimit_resource resource_;
  rlimit before_{};
};

struct Ended {
  int code = 0;
  std::string why;
};

Ended outcome(const std::function<void()>& start) {
  try {
    start();
  } catch (const FatalError& error) {
    return {error.exit_code, error.what()};
  }
  return {};
}

class PassingFaults : public testing::Test {
 protected:
  Ended lock() {
    return outcome([this] { const StorageLock lock(folder_.path()); });
  }
  Ended open() {
    return outcome([this] { open_sqlite_ledger(folder_.path()); });
  }
  Ended open_journal() {
    return outcome([this] { open_sqlite_journal(folder_.path()); });
  }
  Ended read_states() {
    return outcome([this] { read_sqlite_states(folder_.path()); });
  }
  void expect_another_try(const Ended& ended, const std::string& why) {
    EXPECT_EQ(ended.code, exit_failure) << ended.why;
    EXPECT_EQ(ended.why.find(folder_.path().string()), 0u) << ended.why;
    EXPECT_NE(ended.why.find(why), std::string::npos) << ended.why;
  }

  TemporaryFolder folder_;
};

TEST_F(PassingFaults, OfAFullDiskWhereNothingIsStoredYet) {
  {
    const Limited full(RLIMIT_FSIZE, 0);
    expect_another_try(lock(), "File too large");
    expect_another_try(open(), "disk I/O error");
  }
  EXPECT_EQ(lock().code, 0);
  EXPECT_EQ(open().code, 0);
}

TEST_F(PassingFaults, OfAFullDiskOnWhichTheLogHasNoRoom) {
  EXPECT_EQ(open().code, 0);
  {
    const Limited full(RLIMIT_FSIZE, 1);
    expect_another_try(open(), "I/O error");
  }
  EXPECT_EQ(open().code, 0);
}

TEST_F(PassingFaults, OfAProcessThatHasNoDescriptorLeft) {
  EXPECT_EQ(open().code, 0);
  {
    const Limited none(RLIMIT_NOFILE, 0);
    for (const Ended& ended : {lock(), open(), open_journal(), read_states()})
      expect_another_try(ended, "Too many open files");
  }
  EXPECT_EQ(open().code, 0);
}

TEST_F(PassingFaults, AreNoneOfRightsThatAreRefused) {
  EXPECT_EQ(open().code, 0);
  fs::permissions(folder_.path(), fs::perms::none);
  const uid_t user = ::geteuid();
  const uid_t nobody = 65534;
  ASSERT_EQ(::seteuid(user == 0 ? nobody : user), 0);
  const Ended locked = lock(), opened = open(), read = open_journal();
  ASSERT_EQ(::seteuid(user), 0);
  fs::permissions(folder_.path(), fs::perms::owner_all);
  for (const Ended& ended : {locked, opened, read}) {
    EXPECT_EQ(ended.code, exit_unusable) << ended.why;
    EXPECT_NE(ended.why.find("Permission denied"), std::string::npos) << ended.why;
  }
}

TEST_F(PassingFaults, AreNoneOfAPathThatLeadsNowhere) {
  const fs::path file = folder_.path() / "file";
  fs::create_symlink("file", file);
  const Ended ended = outcome([&] { open_sqlite_ledger(file / "storage"); });
  EXPECT_EQ(ended.code, exit_unusable) << ended.why;
}

}  // namespace
}  // namespace tenantscope
