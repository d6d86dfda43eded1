// What a look through a whole shared ledger finds.
#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/postgres/pg_check.hpp"
#include "storage/postgres/postgres_storage.hpp"

namespace tenantscope {
namespace {

class PgCheckTest : public testing::Test {
 protected:
  // A baseline and a change of each of these tenants.
  void store(int tenants) {
    const auto ledger = storage.open();
    for (int number = 1; number <= tenants; ++number) {
      const Step first =
          step_to(tenant(number), {}, document("USG"), minute(number), {"audit", "soc"});
      const Step second = step_to(tenant(number), *first.state, document("USGov"), minute(number),
                                  {"audit", "soc"});
      for (const auto& result : ledger->commit(std::vector{first, second}, "test"))
        ASSERT_TRUE(result);
    }
  }
  StorageReport check() const { return check_postgres_storage(storage.settings); }

  PostgresStorage storage;
};

TEST_F(PgCheckTest, SaysWhatIsThere) {
  EXPECT_TRUE(check().sound());
  store(3);
  const auto ledger = storage.open();
  const StorageReport report = check();
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.events, 6u);
  EXPECT_EQ(report.last, 6u);
  EXPECT_EQ(report.tenants, 3u);
  EXPECT_TRUE(ledger->acknowledge("audit", std::vector<std::uint64_t>{2})) << "it goes on";
}

TEST_F(PgCheckTest, FindsDamagedRowsOfEveryTable) {
  store(2);
  ASSERT_TRUE(storage.open()->raise("am", std::vector<std::uint64_t>{1}, minute(9)));
  storage.ask("UPDATE {}.tenants SET generation = 7 WHERE name = 'tenant-1.example'");
  storage.ask("UPDATE {}.journal SET event = event || ' ' WHERE sequence = 2");
  storage.ask("UPDATE {}.outbox SET checksum = 1 WHERE sink = 'soc' AND sequence = 3");
  storage.ask("UPDATE {}.alerts SET until = 1");
  storage.ask("UPDATE {}.ledger SET head_hash = '', tenants = 3");
  const StorageReport report = check();
  EXPECT_FALSE(report.sound());
  EXPECT_EQ(report.rows, (std::vector<std::string>{"tenant tenant-1.example@global", "event 2",
                                                   "what is said of the journal's end, event 4",
                                                   "outbox of soc, event 3", "alert of am, event 1",
                                                   "2 tenants of 3"}));
  EXPECT_EQ(report.damaged_rows, 6u);
  EXPECT_TRUE(report.cuts.empty()) << "event 3 follows from what 2 was";
}

// An edit that is meant to pass: its row is sound, the chain isn't.
TEST_F(PgCheckTest, FindsAnEventThatWasRewritten) {
  store(2);
  PlacedEvent forged{.entry = all_of(*storage.open())[1], .hash = {}};
  forged.entry.event.replace(forged.entry.event.find("USGov"), 5, "USGOV");
  forged.hash = sha256(forged.entry.event);
  shared_server().ask(
      fmt::format("UPDATE {}.journal SET event = $e${}$e$, hash = decode('{}', 'hex'), "
                  "checksum = {} WHERE sequence = 2",
                  PgSession::in_quotes(storage.settings.schema), forged.entry.event,
                  hex_of(forged.hash), PgJournalRow::checksum_of(forged)));
  const StorageReport report = check();
  EXPECT_TRUE(report.rows.empty());
  EXPECT_EQ(report.cuts, std::vector<std::uint64_t>{3});
}

TEST_F(PgCheckTest, TakesAGapForRetentions) {
  store(3);
  storage.ask("DELETE FROM {}.journal WHERE sequence IN (3, 4)");
  EXPECT_TRUE(check().sound());
}

TEST_F(PgCheckTest, LooksAtMoreThanOnePage) {
  const auto ledger = storage.open();
  std::vector<Step> steps;
  steps.reserve(2500);
  for (int number = 0; number < 2500; ++number)
    steps.push_back(step_to(tenant(number), {}, document("USG"), minute(number), {"soc"}));
  for (const auto& result : ledger->commit(steps, "test"))
    ASSERT_TRUE(result);
  EXPECT_EQ(check().tenants, 2500u);
  EXPECT_TRUE(check().sound());
  storage.ask("UPDATE {}.tenants SET found = NOT found");
  storage.ask("UPDATE {}.journal SET time = 1 WHERE sequence > 2400");
  const StorageReport report = check();
  EXPECT_EQ(report.tenants, 2500u);
  EXPECT_EQ(report.damaged_rows, 2600u);
  EXPECT_EQ(report.rows.size(), StorageReport::most_named);
}

}  // namespace
}  // namespace tenantscope
