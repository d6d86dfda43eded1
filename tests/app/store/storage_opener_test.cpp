#include "app/store/storage_opener.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/result.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

class StorageOpenerTest : public testing::Test {
 protected:
  ~StorageOpenerTest() override { release(); }

  // Each try of the list in turn, the last one for ever.
  void open(std::vector<std::function<void()>> tries) {
    opener_.emplace(
        [this, tries](const OpeningObserver&) {
          const std::size_t number = std::min(tries.size() - 1, std::size_t(tried_++));
          tries[number]();
          OpenStorage opened;
          opened.ledger = open_sqlite_ledger(folder_.path());
          return opened;
        },
        log_, StorageOpener::Pace{.patience = 100ms, .again = 1ms});
  }
  std::function<void()> fail(int exit_code) const {
    return [exit_code] { throw FatalError(exit_code, "the disk is broken"); };
  }
  std::function<void()> hang() {
    return [this] { hung_.wait(true); };
  }
  void release() {
    hung_ = false;
    hung_.notify_all();
  }
  std::string obstacle() {
    while (opener_->obstacle().empty())
      std::this_thread::yield();
    return opener_->obstacle();
  }

  TemporaryFolder folder_;
  const Log log_{LogLevel::error, LogFormat::logfmt};
  std::atomic<bool> hung_ = true;
  std::atomic<int> tried_ = 0;
  std::optional<StorageOpener> opener_;
};

TEST_F(StorageOpenerTest, Opens) {
  open({[] {}});
  EXPECT_TRUE(opener_->opened_within(1min));
  EXPECT_EQ(opener_->obstacle(), "");
  EXPECT_EQ(tried_, 1);
}

TEST_F(StorageOpenerTest, TriesAgainWhatMayPassOrHangs) {
  open({fail(exit_failure), hang(), [] {}});
  EXPECT_EQ(obstacle(), "the disk is broken");
  EXPECT_FALSE(opener_->opened_within(1ms));
  release();
  EXPECT_TRUE(opener_->opened_within(1min));
}

TEST_F(StorageOpenerTest, SaysThatATryHangs) {
  open({hang()});
  EXPECT_EQ(obstacle(), "the storage hasn't answered for 100ms");
  release();
  EXPECT_TRUE(opener_->opened_within(1min));
}

TEST_F(StorageOpenerTest, EndsWhereWaitingCannotHelp) {
  open({fail(exit_failure), fail(exit_unusable)});
  try {
    opener_->opened_within(1min);
    FAIL();
  } catch (const FatalError& error) {
    EXPECT_EQ(error.exit_code, exit_unusable);
  }
  EXPECT_EQ(tried_, 2);
}

TEST_F(StorageOpenerTest, StopsTrying) {
  open({fail(exit_failure)});
  (void)obstacle();
  opener_.reset();
  EXPECT_GE(tried_, 1);
}

}  // namespace
}  // namespace tenantscope
