// A ledger whose tables are of another version than those that a program knows, on a real server.
#include "storage/postgres/versions/pg_upgrade.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "storage/ledger_samples.hpp"
#include "storage/moving/moving.hpp"
#include "storage/postgres/known_version.hpp"
#include "storage/postgres/pg_member.hpp"
#include "storage/postgres/postgres_storage.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

class PgUpgradeTest : public ::testing::Test {
 protected:
  PgMember member(const std::string& name) const {
    return PgMember(storage_.settings, {.name = name, .version = "0.1.0"}, 1h);
  }
  PgUpgrade upgrade() const {
    PgSession session(storage_.settings);
    return upgrade_pg_schema(session);
  }
  std::string versions() const {
    return storage_.ask("SELECT version || ' ' || min_reader FROM {}.ledger");
  }
  void expect_next() const {
    EXPECT_EQ(storage_.ask("SELECT remark FROM {}.ledger"), "");
    EXPECT_EQ(storage_.ask("SELECT count(*) FROM {}.remarks"), "0");
  }
  // The end of what is said.
  template <class Work>
  static std::string failure_of(Work work) {
    try {
      work();
    } catch (const PgFailure& failure) {
      return failure.what();
    } catch (const FatalError& error) {
      EXPECT_EQ(error.exit_code, exit_unusable);
      return error.what();
    }
    return "";
  }
  static void expect_failure(const std::string& said, const std::string& why) {
    EXPECT_NE(said.find(why), std::string::npos) << said;
  }

  static constexpr const char* outdated =
      "the ledger needs programs that know version 2 of its tables, and this one knows 1";

  PostgresStorage storage_;  // of version 1
};

// All that a daemon writes.
void write_everything(Ledger& ledger, int number) {
  const auto then = minute(number);
  const Step step = step_to(tenant(number), {}, document("USG"), then, {"audit"});
  const auto committed = ledger.commit(std::vector{step}, "test");
  ASSERT_TRUE(committed[0]) << committed[0].error().detail;
  const std::vector<std::uint64_t> sequences{*committed[0]};
  ASSERT_TRUE(ledger.raise("audit", sequences, then));
  ASSERT_TRUE(ledger.acknowledge("audit", sequences));
  ASSERT_TRUE(ledger.enqueue("audit", sequences));
  ASSERT_TRUE(ledger.save_last_success(std::vector{std::pair(tenant(number), minute(number + 1))}));
  ASSERT_TRUE(ledger.believe(then));
  ASSERT_TRUE(ledger.drop_alerts("audit", minute(0)));
}

TEST_F(PgUpgradeTest, HasNothingToDoWhereItIsOfThisVersion) {
  const PgUpgrade done = upgrade();
  EXPECT_EQ(done.before, 1);
  EXPECT_EQ(done.now, 1);
  EXPECT_FALSE(done.closed);
  EXPECT_EQ(versions(), "1 1");
  EXPECT_EQ(storage_.ask("SELECT term FROM {}.ledger"), "0");
}

TEST_F(PgUpgradeTest, ALaterProgramNeedsIt) {
  const NextRelease next;
  expect_failure(failure_of([&] { storage_.open(); }), "run `tenantscope storage init --upgrade`");
  expect_failure(failure_of([&] { member("south").beat(true); }),
                 "run `tenantscope storage init --upgrade`");
  EXPECT_EQ(storage_.ask("SELECT count(*) FROM {}.replicas"), "0");
}

TEST_F(PgUpgradeTest, ProgramsOfBothVersionsWriteAfterIt) {
  write_everything(*storage_.open(), 1);
  const auto old_one = storage_.open();
  PgMember north = member("north");
  north.beat(false);
  {
    const NextRelease next;
    const PgUpgrade done = upgrade();
    EXPECT_EQ(done.before, 1);
    EXPECT_EQ(done.now, 2);
    EXPECT_FALSE(done.closed);
    ASSERT_EQ(done.older.size(), 1u);
    EXPECT_EQ(done.older[0].name, "north");
    EXPECT_EQ(done.older[0].release, "0.1.0");
    EXPECT_EQ(done.older[0].reads, 1);
  }
  EXPECT_EQ(versions(), "2 1");
  expect_next();
  write_everything(*old_one, 2);
  {
    const NextRelease next;
    write_everything(*storage_.open(), 3);
  }
  const auto again = storage_.open();
  write_everything(*again, 4);
  EXPECT_EQ(again->load().value().size(), 4u);
  EXPECT_EQ(again->expire(minute(9), 0, {}).value().events, 4u);
  EXPECT_TRUE(north.beat(true).mine);
}

TEST_F(PgUpgradeTest, KeepsOlderProgramsOutOnceNoneLives) {
  PgMember north = member("north");
  ASSERT_TRUE(north.beat(true).mine);
  const NextRelease next;
  ASSERT_EQ(upgrade().older.size(), 1u);
  EXPECT_FALSE(upgrade().closed) << "it lives still";
  EXPECT_EQ(versions(), "2 1");
  PgMember south = member("south");
  EXPECT_EQ(south.beat(true).name, "north");
  north.leave();
  ASSERT_TRUE(south.beat(true).mine);
  const PgUpgrade done = upgrade();
  EXPECT_TRUE(done.closed);
  EXPECT_EQ(done.min_reader, 2);
  EXPECT_TRUE(done.older.empty());
  EXPECT_EQ(versions(), "2 2");
  EXPECT_TRUE(south.beat(false).mine) << "its term goes on";
  EXPECT_EQ(storage_.ask("SELECT term FROM {}.ledger"), "2");
}

// It stood still, and its lease is over: what it was about to write must not come later.
TEST_F(PgUpgradeTest, EndsTheTermOfWhoDoesNotLive) {
  PgMember north = member("north");
  const auto ledger = open_postgres_ledger(storage_.settings, north.beat(true).term);
  storage_.ask("UPDATE {}.replicas SET expires = clock_timestamp()");
  {
    const NextRelease next;
    EXPECT_TRUE(upgrade().closed);
  }
  const Step step = step_to(tenant(1), {}, document("USG"), minute(0));
  const auto late = ledger->commit(std::vector{step}, "test");
  ASSERT_FALSE(late[0]);
  expect_failure(late[0].error().detail, "term 1 is over");
  EXPECT_EQ(storage_.ask("SELECT count(*) FROM {}.journal"), "0");
}

TEST_F(PgUpgradeTest, WhoIsOutdatedLeavesAndReadsOn) {
  PgMember north = member("north"), south = member("south");
  ASSERT_TRUE(north.beat(true).mine);
  ASSERT_EQ(south.beat(true).name, "north");
  storage_.ask("UPDATE {}.ledger SET version = 2, min_reader = 2");
  PgActive seen = north.beat(false);
  expect_failure(seen.outdated, outdated);
  EXPECT_FALSE(seen.mine);
  EXPECT_EQ(seen.name, "");
  expect_failure(south.beat(true).outdated, outdated);
  EXPECT_EQ(south.beat(true).name, "") << "it begins no term";
  EXPECT_EQ(storage_.ask("SELECT count(*) FROM {}.replicas"), "0");
  EXPECT_TRUE(open_postgres_ledger(storage_.settings, pg_no_term)->load());
  EXPECT_TRUE(storage_.open_journal()->last());
  expect_failure(failure_of([&] { storage_.open_beside(); }), outdated);
  storage_.ask("UPDATE {}.ledger SET min_reader = 1");
  EXPECT_TRUE(north.beat(true).mine) << "it may again";
}

// Each looks before it wants the term.
TEST_F(PgUpgradeTest, NobodyOutdatedBeginsATermThoughItLookedBefore) {
  PostgresTurn turn = storage_.hold_turn();
  PgActive seen;
  std::thread thread([&] { seen = member("north").beat(true); });
  turn.await_waiting();
  turn.raise_min_reader();
  thread.join();
  EXPECT_FALSE(seen.mine);
  EXPECT_EQ(storage_.ask("SELECT term FROM {}.ledger"), "0");
}

TEST_F(PgUpgradeTest, AnOlderProgramRefusesIt) {
  {
    const NextRelease next;
    upgrade();
  }
  expect_failure(failure_of([&] { upgrade(); }), "use the newer release");
}

TEST_F(PgUpgradeTest, AVersionThatNeverWasIsRefused) {
  storage_.ask("UPDATE {}.ledger SET version = 0");
  const NextRelease next;
  expect_failure(failure_of([&] { upgrade(); }), "bring it back from a backup");
}

TEST_F(PgUpgradeTest, IsPrintedForWhoMay) {
  write_everything(*storage_.open(), 1);
  {
    const NextRelease next;
    shared_server().ask(pg_upgrade_text(storage_.settings.schema));
    EXPECT_EQ(versions(), "2 2");
    expect_next();
    shared_server().ask(pg_upgrade_text(storage_.settings.schema));
    EXPECT_EQ(upgrade().before, 2) << "it can be run again";
    EXPECT_TRUE(storage_.open()->load());
  }
  EXPECT_EQ(versions(), "2 2");
}

TEST_F(PgUpgradeTest, WhoMayNotIsToldSoAndNothingHasChanged) {
  storage_.ask(
      "CREATE ROLE upgrader LOGIN; GRANT USAGE ON SCHEMA {0} TO upgrader; "
      "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {0} TO upgrader");
  storage_.settings.user = "upgrader";
  const NextRelease next;
  expect_failure(failure_of([&] { upgrade(); }), "`--print` prints the statements for who may");
  EXPECT_EQ(versions(), "1 1");
}

TEST_F(PgUpgradeTest, ANewLedgerHasTheStepsToo) {
  const NextRelease next;
  const PostgresStorage made;
  EXPECT_EQ(made.ask("SELECT version || ' ' || min_reader FROM {}.ledger"), "2 2");
  EXPECT_EQ(made.ask("SELECT count(*) FROM {}.remarks"), "0");
}

// A copy would lack what it doesn't know.
TEST_F(PgUpgradeTest, AnOlderProgramCopiesNone) {
  write_everything(*storage_.open(), 1);
  PgMember north = member("north");
  north.beat(false);
  {
    const NextRelease next;
    ASSERT_EQ(upgrade().older.size(), 1u);
  }
  north.leave();
  const TemporaryFolder folder;
  const std::string why = "this program knows what is in one of version 1";
  expect_failure(failure_of([&] { move_ledger(storage_.settings, folder.path() / "moved"); }), why);
  expect_failure(
      failure_of([&] { back_up_postgres_storage(storage_.settings, folder.path(), minute(0)); }),
      why);
  const NextRelease next;
  EXPECT_NO_THROW(move_ledger(storage_.settings, folder.path() / "moved"));
}

}  // namespace
}  // namespace tenantscope
