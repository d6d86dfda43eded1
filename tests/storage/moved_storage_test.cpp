// The ledger's files are moved, removed or replaced while it is open: nothing is committed that
// nobody would find, and nothing is lost that was committed.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>

#include "storage/ledger_samples.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "storage/storage_lock.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

class MovedStorage : public testing::Test {
 protected:
  MovedStorage() { EXPECT_TRUE(commit(0)); }

  Result<std::uint64_t> commit(int number) {
    const Step step = step_to(tenant(number), {}, document("USG"), minute(number), {"audit"});
    return ledger_->commit(std::vector{step}, "test").at(0);
  }

  // No change is taken, and the error begins with what isn't in its place and says why.
  void expect_refusal(const fs::path& file, const std::string& why) {
    const auto here = ledger_->in_place();
    ASSERT_FALSE(here);
    EXPECT_EQ(here.error().kind, ErrorKind::io);
    EXPECT_EQ(here.error().detail.find(file.string() + ": "), 0u) << here.error().detail;
    EXPECT_NE(here.error().detail.find(why), std::string::npos) << here.error().detail;

    const std::vector<std::pair<TenantKey, WallTime>> heard{{tenant(0), minute(9)}};
    const std::vector<std::uint64_t> sequences{1};
    EXPECT_EQ(commit(7).error().detail, here.error().detail);
    EXPECT_FALSE(ledger_->save_last_success(heard));
    EXPECT_FALSE(ledger_->enqueue("soc", sequences));
    EXPECT_FALSE(ledger_->expire(minute(100), 0, {}));
    EXPECT_EQ(ledger_->last().value(), 1u);
  }

  TemporaryFolder folder_;
  const fs::path storage_ = folder_.path() / "storage";
  const fs::path database_ = storage_ / "tenantscope.db";
  const fs::path log_ = storage_ / "tenantscope.db-wal";
  const fs::path elsewhere_ = folder_.path() / "elsewhere";
  std::optional<StorageLock> lock_{storage_};
  std::unique_ptr<Ledger> ledger_ = open_sqlite_ledger(storage_, {}, &*lock_);
};

TEST_F(MovedStorage, IsInItsPlaceWhereNobodyTouchedIt) {
  EXPECT_TRUE(ledger_->in_place());
  ledger_.reset();
  ledger_ = open_sqlite_ledger(storage_, {}, &*lock_);
  EXPECT_TRUE(ledger_->in_place());
}

TEST_F(MovedStorage, TakesNoChangeUntilItIsBack) {
  fs::rename(storage_, elsewhere_);
  expect_refusal(database_, "it was moved or removed; bring it back, or restart tenantscope");
  EXPECT_FALSE(fs::exists(storage_)) << "nothing is made where it was";
  fs::rename(elsewhere_, storage_);
  EXPECT_TRUE(ledger_->in_place());
  EXPECT_EQ(commit(1).value(), 2u);
}

TEST_F(MovedStorage, OfWhichTheDatabaseAloneWasMoved) {
  fs::rename(database_, elsewhere_);
  expect_refusal(database_, "it was moved or removed");
  fs::rename(elsewhere_, database_);
  EXPECT_EQ(commit(1).value(), 2u);
}

TEST_F(MovedStorage, OfWhichTheDatabaseWasReplaced) {
  fs::copy_file(database_, elsewhere_);
  fs::rename(elsewhere_, database_);
  expect_refusal(database_, "another file is there now");
}

TEST_F(MovedStorage, ThatIsReachedByALinkIsWhereThatLeads) {
  ledger_.reset();
  const fs::path link = folder_.path() / "link";
  fs::create_directory_symlink(storage_, link);
  ledger_ = open_sqlite_ledger(link, {}, &*lock_);
  EXPECT_EQ(commit(1).value(), 2u);
  fs::remove(link);
  fs::create_directory(elsewhere_);
  fs::create_directory_symlink(elsewhere_, link);
  EXPECT_EQ(commit(2).error().detail.find((link / "tenantscope.db").string() + ": "), 0u);
}

TEST_F(MovedStorage, DeliversWhatItHadTaken) {
  fs::rename(storage_, elsewhere_);
  const std::vector<std::uint64_t> sequences{1};
  EXPECT_EQ(ledger_->undelivered("audit", 0, 10).value().size(), 1u);
  EXPECT_TRUE(ledger_->acknowledge("audit", sequences));
  EXPECT_EQ(ledger_->outbox("audit").value().events, 0u);
  EXPECT_EQ(ledger_->read(0, 10).value().size(), 1u);
  ledger_.reset();
  fs::rename(elsewhere_, storage_);
  ledger_ = open_sqlite_ledger(storage_);
  EXPECT_EQ(ledger_->outbox("audit").value().events, 0u) << "it was acknowledged";
}

TEST_F(MovedStorage, OfWhichTheLogWasRemovedKeepsWhatItHeld) {
  fs::remove(log_);
  expect_refusal(log_, "it was moved or removed");
  // As a kill would leave it now.
  fs::create_directory(elsewhere_);
  fs::copy_file(database_, elsewhere_ / "tenantscope.db");
  EXPECT_EQ(open_sqlite_ledger(elsewhere_)->last().value(), 1u);

  ledger_.reset();
  ledger_ = open_sqlite_ledger(storage_, {}, &*lock_);
  EXPECT_EQ(commit(1).value(), 2u);
}

// As `sqlite3 tenantscope.db` does: the last one to close a database takes its log away.
TEST_F(MovedStorage, KeepsItsLogWhereAnotherProgramLooksIn) {
  ledger_.reset();  // what SQLite has open must not come into the other process
  std::array<int, 2> begin{};
  ASSERT_EQ(::pipe(begin.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    char now = 0;
    (void)!::read(begin[0], &now, 1);
    {
      sqlite::Connection other(database_, sqlite::Connection::Mode::read_write);
      other.execute("SELECT count(*) FROM journal");
    }
    ::_exit(0);
  }
  ledger_ = open_sqlite_ledger(storage_, {}, &*lock_);
  const auto journal = open_own_sqlite_journal(storage_);
  (void)!::write(begin[1], "!", 1);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::close(begin[0]);
  ::close(begin[1]);
  EXPECT_TRUE(ledger_->in_place());
  EXPECT_EQ(commit(1).value(), 2u);
  EXPECT_EQ(journal->last().value(), 2u);
}

// The storage is moved away, and another daemon begins anew where it was.
TEST_F(MovedStorage, LeavesAnothersAlone) {
  fs::rename(storage_, elsewhere_);
  {
    const StorageLock others_lock(storage_);
    const auto other = open_sqlite_ledger(storage_);
    const auto taken =
        other->commit(std::vector{step_to(tenant(3), {}, document("USG"), minute(3))}, "test");
    ASSERT_TRUE(taken.at(0));
    expect_refusal(database_, "another file is there now");
    ledger_.reset();
    lock_.reset();
    EXPECT_TRUE(fs::exists(log_)) << "it is the other one's";
    EXPECT_TRUE(other->in_place());
  }
  EXPECT_EQ(states_of(*open_sqlite_ledger(storage_)).size(), 1u);
  EXPECT_EQ(states_of(*open_sqlite_ledger(elsewhere_)).begin()->first, tenant(0));
}

TEST_F(MovedStorage, HoldsItsLockAnewWhereThatWasRemoved) {
  fs::remove(storage_ / "lock");
  EXPECT_EQ(commit(1).value(), 2u);
  ASSERT_TRUE(fs::exists(storage_ / "lock"));
  EXPECT_THROW(StorageLock(storage_, Duration::zero()), FatalError);
}

TEST_F(MovedStorage, LeavesItToWhoHasTakenTheLockMeanwhile) {
  fs::remove(storage_ / "lock");
  {
    const StorageLock other(storage_);
    expect_refusal(storage_ / "lock", "another tenantscope (pid ");
  }
  EXPECT_EQ(commit(1).value(), 2u) << "it has gone";
}

}  // namespace
}  // namespace tenantscope
