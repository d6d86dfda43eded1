// What a look through a whole storage finds: damage, and a copy that isn't whole.
#include <gtest/gtest.h>

#include <filesystem>

#include "storage/damageable.hpp"
#include "storage/sqlite/sqlite_check.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

class StorageCheck : public Damageable {
 protected:
  StorageReport check() { return check_sqlite_storage(folder_.path()); }

  // How often an opened ledger says that its log is missing.
  int told_missing(const fs::path& storage) {
    int told = 0;
    open_sqlite_ledger(storage, {.log_missing = [&] { ++told; }});
    return told;
  }
};

TEST_F(StorageCheck, SaysWhatIsThere) {
  store(3);
  const StorageReport report = check();
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.events, 6u);
  EXPECT_EQ(report.last, 6u);
  EXPECT_EQ(report.tenants, 3u);
}

TEST_F(StorageCheck, ReadsBesideALedgerThatIsOpen) {
  store(3);
  const auto ledger = open();
  ASSERT_TRUE(ledger->raise("am", std::vector<std::uint64_t>{1}, minute(9)));
  EXPECT_TRUE(check().sound());
  EXPECT_TRUE(ledger->acknowledge("audit", std::vector<std::uint64_t>{2}));
}

TEST_F(StorageCheck, FindsDamagedRowsOfEveryTable) {
  store(2);
  ASSERT_TRUE(open()->raise("am", std::vector<std::uint64_t>{1}, minute(9)));
  execute("UPDATE tenants SET generation = 7 WHERE name = 'tenant-1.example'");
  execute("UPDATE journal SET event = event || ' ' WHERE sequence = 2");
  execute("UPDATE outbox SET checksum = 1 WHERE sink = 'soc' AND sequence = 3");
  execute("UPDATE alerts SET until = 1");
  execute("UPDATE meta SET value = '3' WHERE key = 'tenants'");
  const StorageReport report = check();
  EXPECT_FALSE(report.sound());
  EXPECT_EQ(report.rows, (std::vector<std::string>{
                             "what is said of tenants", "tenant tenant-1.example@global", "event 2",
                             "outbox of soc, event 3", "alert of am, event 1"}));
  EXPECT_EQ(report.damaged_rows, 5u);
  EXPECT_TRUE(report.pages.empty());
  EXPECT_TRUE(report.cuts.empty()) << "event 3 follows from what 2 was";
}

TEST_F(StorageCheck, FindsTenantsThatAreGone) {
  store(3);
  execute("DELETE FROM tenants WHERE name = 'tenant-2.example'");
  EXPECT_EQ(check().rows, std::vector<std::string>{"2 tenants of 3"});
}

// An edit that is meant to pass: its row is sound, the chain isn't.
TEST_F(StorageCheck, FindsAnEventThatWasRewritten) {
  store(2);
  execute(
      "UPDATE journal SET event = replace(event, 'USGov', 'USGOV') WHERE sequence = 2;"
      "UPDATE journal SET hash = sha256(event) WHERE sequence = 2;"
      "UPDATE journal SET checksum = row_checksum(sequence, id, kind, asked, name, time, hash)");
  const StorageReport report = check();
  EXPECT_TRUE(report.rows.empty());
  EXPECT_EQ(report.cuts, std::vector<std::uint64_t>{3});
  EXPECT_FALSE(report.sound());
}

TEST_F(StorageCheck, TakesAGapForRetentions) {
  store(3);
  execute("DELETE FROM journal WHERE sequence IN (3, 4)");
  EXPECT_TRUE(check().cuts.empty());
}

TEST_F(StorageCheck, FindsPagesThatContradictThemselves) {
  store(60);
  std::string damaged = bytes();
  damaged.replace(damaged.size() - 24576, 8192, std::string(8192, '\x7f'));
  write(damaged);
  EXPECT_FALSE(check().pages.empty());
}

TEST_F(StorageCheck, TellsOfACopyWithoutItsLog) {
  fs::path copy = folder_.path() / "copy";
  const auto copied = [&](bool log) {
    fs::remove_all(copy);
    fs::create_directory(copy);
    fs::copy(database(), copy);
    if (log)
      fs::copy(folder_.path() / "tenantscope.db-wal", copy);
    return copy;
  };
  store(1);
  EXPECT_EQ(told_missing(copied(false)), 0) << "it was closed";

  auto ledger = open();
  EXPECT_EQ(told_missing(copied(false)), 0) << "nothing was written since";
  ASSERT_TRUE(ledger->acknowledge("audit", std::vector<std::uint64_t>{1}));
  EXPECT_EQ(told_missing(copied(true)), 0) << "as after a kill";
  EXPECT_FALSE(check().log_missing);
  copied(false);
  EXPECT_TRUE(check_sqlite_storage(copy).log_missing);
  EXPECT_EQ(told_missing(copy), 1);
  EXPECT_EQ(told_missing(copy), 0) << "it was told, and closed";

  ledger.reset();
  EXPECT_EQ(told_missing(copied(false)), 0) << "it was closed again";
}

// A first start, or a reader that stays long, makes the log large.
TEST_F(StorageCheck, ALogIsNotLargeForEver) {
  const auto ledger = open();
  const std::string scope(1 << 20, 'x');
  std::vector<Step> steps;
  steps.reserve(12);
  for (int number = 0; number < 12; ++number)
    steps.push_back(step_to(tenant(number), {}, document(scope), minute(0)));
  const auto log = folder_.path() / "tenantscope.db-wal";
  for (const auto& result : ledger->commit(steps, "test"))
    ASSERT_TRUE(result);
  EXPECT_GT(fs::file_size(log), 16u << 20);
  for (int number = 20; number < 22; ++number)
    ASSERT_TRUE(ledger->commit(std::vector{step_to(tenant(number), {}, document("USG"), minute(0))},
                               "test")[0]);
  EXPECT_LE(fs::file_size(log), 16u << 20);
}

}  // namespace
}  // namespace tenantscope
