// A ledger that moves from SQLite to PostgreSQL and back is the same one, byte by byte, and there
// never are two of it.
#include <gtest/gtest.h>

#include "storage/postgres/moved_ledgers.hpp"
#include "storage/postgres/pg_member.hpp"
#include "storage/sqlite/sqlite_check.hpp"

namespace tenantscope {
namespace {

using Sequences = std::vector<std::uint64_t>;

class LedgerMove : public MovedLedgers {
 protected:
  void store(int tenants, int changes) const {
    const auto ledger = open_sqlite();
    store_changes(*ledger, 1, tenants, changes);
  }
  static std::string pg_place(const PgSettings& settings) {
    return to_string(LedgerPlace(settings));
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
};

TEST_F(LedgerMove, AndItsWayBackKeepEveryRow) {
  {
    const auto ledger = open_sqlite();
    for (int first = 0; first < 2000; first += 200)
      store_changes(*ledger, first, 200, 10);
    ASSERT_TRUE(ledger->acknowledge("audit", Sequences{1, 2, 3, 19'999}));
    ASSERT_TRUE(ledger->raise("soc", Sequences{18'000, 20'000}, minute(30'000)));
    ASSERT_TRUE(ledger->enqueue("soc", Sequences{18'000}));
    ASSERT_TRUE(ledger->save_last_success(std::vector{std::pair(tenant(7), minute(40'000))}));
    ASSERT_TRUE(ledger->believe(minute(50'000)));
    ASSERT_TRUE(ledger->believe(minute(45'000)));
    EXPECT_EQ(ledger->expire(minute(100), 1'000'000, {}).value().events, 100u);
  }
  const auto before = rows_of(here);
  const States states = states_of(*open_sqlite());

  const LedgerSum sum = move_ledger(here, shared.settings);
  EXPECT_EQ(sum.events, 19'900u);
  EXPECT_EQ(sum.last, 20'000u);
  EXPECT_EQ(sum.tenants, states.size());
  EXPECT_EQ(sum.alerts, 2u);
  EXPECT_EQ(shared.ask("SELECT count(*) FROM {}.journal"), "19900");
  {
    const auto ledger = shared.open();
    EXPECT_EQ(states_of(*ledger), states);
    EXPECT_EQ(ledger->last().value(), 20'000u);
    EXPECT_EQ(ledger->believed_time().value(), minute(45'000));
  }
  const LedgerSum back = move_ledger(shared.settings, there);
  EXPECT_EQ(back, sum);
  EXPECT_EQ(rows_of(there), before);
  EXPECT_TRUE(check_sqlite_storage(there).sound());
}

TEST_F(LedgerMove, GoesOnWithTheNextNumberInTheSameChain) {
  store(3, 2);
  const States states = states_of(*open_sqlite());
  const Guid id = open_sqlite()->id();
  move_ledger(here, shared.settings);
  {
    const auto ledger = shared.open();
    EXPECT_EQ(ledger->id(), id);
    const Step step = step_to(tenant(1), states.at(tenant(1)), document("x"), minute(9), {"soc"});
    EXPECT_EQ(ledger->commit(std::vector{step}, "test")[0].value(), 7u);
    EXPECT_EQ(ledger->outbox("soc").value().events, 7u);
  }
  move_ledger(shared.settings, there);
  const StorageReport report = check_sqlite_storage(there);
  EXPECT_TRUE(report.sound()) << "7 follows 6";
  EXPECT_EQ(report.events, 7u);
}

TEST_F(LedgerMove, OfAnEmptyLedgerIsOneToo) {
  const Guid id = open_sqlite()->id();
  move_ledger(here, shared.settings);
  EXPECT_EQ(shared.open()->id(), id);
  move_ledger(shared.settings, there);
  EXPECT_EQ(open_sqlite_ledger(there)->id(), id);
}

TEST_F(LedgerMove, KeepsThatTheLedgerWentBack) {
  store(2, 2);
  const auto backup = back_up_sqlite_storage(here, folder_.path() / "backups", minute(0));
  store_changes(*open_sqlite(), 5, 1, 1);
  restore_sqlite_storage(here, backup.file, minute(1));
  const auto rewound = open_sqlite()->rewound().value();
  ASSERT_TRUE(rewound);
  move_ledger(here, shared.settings);
  {
    const auto told = shared.open()->rewound().value();
    ASSERT_TRUE(told);
    EXPECT_EQ(told->previous_journal, rewound->previous_journal);
    EXPECT_EQ(told->last, rewound->last);
  }
  move_ledger(shared.settings, there);
  EXPECT_EQ(open_sqlite_ledger(there)->rewound().value()->last, rewound->last);
}

TEST_F(LedgerMove, LeavesASourceThatNoDaemonStartsOn) {
  store(2, 1);
  move_ledger(here, shared.settings);
  EXPECT_TRUE(has(refusal_of(here), "the ledger was moved to " + pg_place(shared.settings)));
  EXPECT_EQ(refusal_of(shared.settings), "");
  EXPECT_EQ(check_sqlite_storage(here).moved_to, pg_place(shared.settings));
  EXPECT_TRUE(check_sqlite_storage(here).sound());
  EXPECT_TRUE(has(refused([&] { move_ledger(here, there); }), "was moved to"));

  move_ledger(shared.settings, there);
  EXPECT_TRUE(has(refusal_of(shared.settings), "the ledger was moved to " + there.native()));
  EXPECT_EQ(refusal_of(there), "");
  PgMember member(shared.settings, {.name = "north"}, std::chrono::hours(1));
  EXPECT_THROW(member.beat(true), PgFailure);
}

TEST_F(LedgerMove, IsUndoneByARestoreWhichIsTold) {
  store(2, 1);
  move_ledger(here, shared.settings);
  const auto backup = back_up_sqlite_storage(here, folder_.path() / "backups", minute(0));
  restore_sqlite_storage(here, backup.file, minute(1));
  EXPECT_EQ(refusal_of(here), "");
  EXPECT_TRUE(open_sqlite()->rewound().value());
}

TEST_F(LedgerMove, IsRefusedWhileADaemonHasTheSource) {
  store(2, 1);
  {
    const StorageLock lock(here);
    EXPECT_TRUE(has(refused([&] { move_ledger(here, shared.settings); }), "in use by another"));
  }
  move_ledger(here, shared.settings);
  PgMember member(shared.settings, {.name = "north"}, std::chrono::hours(1));
  ASSERT_TRUE(member.beat(true).mine);
  EXPECT_TRUE(has(refused([&] { move_ledger(shared.settings, there); }), "`north` uses it"));
  EXPECT_FALSE(std::filesystem::exists(there / "tenantscope.db"));
  member.leave();
  move_ledger(shared.settings, there);
}

// One that was still, or begins meanwhile: either the copy has all that it wrote, or none of it
// counts.
TEST_F(LedgerMove, IsRefusedWhereADaemonComesMeanwhile) {
  store(2, 1);
  move_ledger(here, shared.settings);
  const auto thawed = shared.open();
  PgMember member(shared.settings, {.name = "north"}, std::chrono::hours(1));
  int steps = 0;
  const auto come = [&] {
    if (++steps != 3)
      return;
    EXPECT_FALSE(thawed->acknowledge("soc", Sequences{1})) << "its term is over";
    EXPECT_TRUE(member.beat(true).mine);
  };
  EXPECT_TRUE(has(refused([&] { move_ledger(shared.settings, there, come); }),
                  "a daemon uses it since the copy began"));
  EXPECT_EQ(refusal_of(shared.settings), "");
  EXPECT_TRUE(has(refusal_of(there), "wasn't completed"));
  member.leave();
  move_ledger(shared.settings, there);
  EXPECT_EQ(refusal_of(there), "");
}

TEST_F(LedgerMove, IsRefusedWhereADaemonCameAndLeftMeanwhile) {
  store(2, 1);
  move_ledger(here, shared.settings);
  int steps = 0;
  const auto come_and_go = [&] {
    if (++steps != 3)
      return;
    PgMember member(shared.settings, {.name = "north"}, std::chrono::hours(1));
    const auto ledger = open_postgres_ledger(shared.settings, member.beat(true).term);
    EXPECT_TRUE(ledger->acknowledge("soc", Sequences{1}));
    member.leave();
  };
  EXPECT_TRUE(has(refused([&] { move_ledger(shared.settings, there, come_and_go); }),
                  "a daemon uses it since the copy began"));
  move_ledger(shared.settings, there);
  EXPECT_EQ(open_sqlite_ledger(there)->outbox("soc").value().events, 1u);
}

TEST_F(LedgerMove, WantsATargetWithoutALedger) {
  store(2, 1);
  store_changes(*shared.open(), 1, 1, 1);
  EXPECT_TRUE(has(refused([&] { move_ledger(here, shared.settings); }), "storage init"));
  EXPECT_TRUE(has(refused([&] { move_ledger(shared.settings, here); }), "is there already"));
  EXPECT_TRUE(has(refused([&] { move_ledger(here, here); }), "is both"));
  EXPECT_EQ(refusal_of(here), "");
  EXPECT_EQ(refusal_of(shared.settings), "");
  EXPECT_EQ(shared.ask("SELECT count(*) FROM {}.journal"), "1");
}

TEST_F(LedgerMove, RefusesWhatIsDamaged) {
  store(2, 2);
  sqlite::Connection(here / "tenantscope.db", sqlite::Connection::Mode::read_write)
      .execute("UPDATE journal SET event = event || ' ' WHERE sequence = 2");
  EXPECT_TRUE(has(refused([&] { move_ledger(here, shared.settings); }), "storage check"));
  EXPECT_EQ(refusal_of(here), "");
  EXPECT_EQ(refusal_of(shared.settings), "") << "nothing was begun";
}

TEST_F(LedgerMove, FindsWhatBecameAnotherOneOnItsWay) {
  store(2, 2);
  int steps = 0;
  const auto alter = [&] {
    if (++steps == 3)
      shared.ask("UPDATE {}.heard SET last_success = 1 WHERE name = 'tenant-1.example'");
  };
  EXPECT_TRUE(has(refused([&] { move_ledger(here, shared.settings, alter); }),
                  "isn't what was copied there"));
  EXPECT_EQ(refusal_of(here), "");
  EXPECT_TRUE(has(refusal_of(shared.settings), "isn't complete"));
  move_ledger(here, shared.settings);
  EXPECT_EQ(refusal_of(shared.settings), "");
}

TEST_F(LedgerMove, HasABackupOfASharedLedgerAsItsHalf) {
  const auto ledger = shared.open();
  store_changes(*ledger, 1, 3, 2);
  const Backup backup =
      back_up_postgres_storage(shared.settings, folder_.path() / "backups", minute(0));
  EXPECT_TRUE(backup.report.sound());
  EXPECT_EQ(backup.report.events, 6u);
  EXPECT_TRUE(ledger->acknowledge("soc", Sequences{1})) << "it goes on";
  restore_sqlite_storage(here, backup.file, minute(1));
  EXPECT_EQ(states_of(*open_sqlite()), states_of(*ledger));
  EXPECT_TRUE(open_sqlite()->rewound().value());
  EXPECT_EQ(open_sqlite()->outbox("soc").value().events, 6u);
}

}  // namespace
}  // namespace tenantscope
