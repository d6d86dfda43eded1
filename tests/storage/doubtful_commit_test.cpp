// A COMMIT that SQLite says has failed, whether or not it has: the ledger looks, and says what is
// so.
#include <gtest/gtest.h>

#include "storage/ledger_samples.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

// The connections that are opened while it lives; the last one is given.
class SeenConnections {
 public:
  SeenConnections() { sqlite3_auto_extension(entry()); }
  ~SeenConnections() { sqlite3_cancel_auto_extension(entry()); }
  SeenConnections(const SeenConnections&) = delete;
  SeenConnections& operator=(const SeenConnections&) = delete;

  static sqlite3* last() { return last_; }

 private:
  using Entry = void (*)();
  static int see(sqlite3* connection, char**, const void*) {
    last_ = connection;
    return SQLITE_OK;
  }
  static Entry entry() { return reinterpret_cast<Entry>(&see); }

  static inline sqlite3* last_ = nullptr;
};

class DoubtfulCommit : public testing::Test {
 protected:
  DoubtfulCommit() {
    const SeenConnections seen;
    ledger_ = open_sqlite_ledger(folder_.path());
    connection_ = SeenConnections::last();
    EXPECT_TRUE(commit(step_to(tenant(0), {}, document("USG"), minute(0), {"audit"})));
  }

  Result<std::uint64_t> commit(const Step& step) {
    return ledger_->commit(std::vector{step}, "test").front();
  }
  // From now on each transaction is committed, and COMMIT says that it has failed.
  void fail_after_commits() {
    sqlite3_wal_hook(
        connection_, [](void*, sqlite3*, const char*, int) { return SQLITE_IOERR; }, nullptr);
  }
  // From now on none is committed.
  void fail_commits() {
    sqlite3_commit_hook(
        connection_, [](void*) { return 1; }, nullptr);
  }
  void mend() {
    sqlite3_wal_hook(connection_, nullptr, nullptr);
    sqlite3_commit_hook(connection_, nullptr, nullptr);
  }
  std::vector<std::uint64_t> stored() const {
    return sequences_of(open_sqlite_journal(folder_.path())->read(0, 100));
  }

  using Sequences = std::vector<std::uint64_t>;
  TemporaryFolder folder_;
  std::unique_ptr<Ledger> ledger_;
  sqlite3* connection_ = nullptr;
  const Step baseline_ = step_to(tenant(1), {}, document("USG"), minute(1), {"audit"});
};

TEST_F(DoubtfulCommit, ThatIsThereHasSucceeded) {
  fail_after_commits();
  EXPECT_EQ(commit(baseline_).value(), 2u);
  EXPECT_EQ(stored(), (Sequences{1, 2}));
  const Step next = step_to(tenant(1), *baseline_.state, document("USGov"), minute(2), {"audit"});
  EXPECT_EQ(commit(next).value(), 3u);
  EXPECT_EQ(commit(next).error().kind, ErrorKind::conflict) << "it is there already";
  mend();
  EXPECT_EQ(ledger_->state(tenant(1)).value().generation, 2u);
  EXPECT_EQ(sequences_of(ledger_->undelivered("audit", 0, 100)), (Sequences{1, 2, 3}));
}

TEST_F(DoubtfulCommit, OfStepsSomeOfWhichAreRefusedSaysSoOfEach) {
  fail_after_commits();
  const Step refused = step_to(tenant(0), {}, document("USGov"), minute(1));
  const auto results = ledger_->commit(std::vector{refused, baseline_}, "test");
  EXPECT_EQ(results.at(0).error().kind, ErrorKind::conflict);
  EXPECT_EQ(results.at(1).value(), 2u);
}

TEST_F(DoubtfulCommit, ThatIsNotThereHasFailedAndCanBeTriedAgain) {
  fail_commits();
  EXPECT_EQ(commit(baseline_).error().kind, ErrorKind::io);
  EXPECT_EQ(stored(), Sequences{1});
  mend();
  EXPECT_EQ(commit(baseline_).value(), 2u);
  EXPECT_EQ(stored(), (Sequences{1, 2}));
}

}  // namespace
}  // namespace tenantscope
