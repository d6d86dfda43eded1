// Backups beside a ledger that goes on, and the way back to one.
#include "storage/sqlite/sqlite_backup.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/sqlite/sqlite_chain.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "storage/storage_lock.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

class StorageBackup : public testing::Test {
 protected:
  void store(int first, int count) {
    for (int number = first; number < first + count; ++number)
      ASSERT_TRUE(ledger_->commit(
          std::vector{step_to(tenant(number), {}, document("USG"), minute(number), {"audit"})},
          "test")[0]);
  }
  Backup back_up(int when = 0, const CopyLimits& limits = {}) {
    return back_up_sqlite_storage(storage_, backups_, minute(when), limits);
  }
  void close() { ledger_.reset(); }
  Restored restore(const fs::path& from, int when = 100) {
    return restore_sqlite_storage(storage_, from, minute(when));
  }
  // The exit code and the words; 0: nothing was thrown.
  template <class Work>
  std::pair<int, std::string> refusal(Work work) {
    try {
      work();
    } catch (const FatalError& error) {
      return {error.exit_code, error.what()};
    }
    return {};
  }
  std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> names;
    if (fs::exists(folder))
      for (const auto& entry : fs::directory_iterator(folder))
        names.insert(entry.path().filename());
    return names;
  }
  ChainReport verified() {
    JournalChain chain(JournalChain::Gaps::are_breaks);
    (void)read_sqlite_chain(storage_, chain);
    return chain.report();
  }
  // What the daemon commits first.
  Step rewind_step() {
    ChangeEvent event = make_rewind_event(ledger_->rewound().value().value(), minute(5), {});
    event.sinks = {"audit"};
    return {.tenant = {}, .state = {}, .events = {event}};
  }
  std::vector<std::string> events_in(const fs::path& storage) {
    std::vector<std::string> events;
    for (const JournalEntry& entry : all_of(*open_sqlite_journal(storage)))
      events.push_back(entry.event);
    return events;
  }

  TemporaryFolder folder_;
  const fs::path storage_ = folder_.path() / "storage";
  const fs::path backups_ = folder_.path() / "some" / "backups";
  std::unique_ptr<Ledger> ledger_ = open_sqlite_ledger(storage_);
};

// Each page is followed by a commit: a copy that began anew for it would never end.
TEST_F(StorageBackup, IsTheLedgerAsItWasAtOneMoment) {
  store(0, 60);
  const std::vector<std::string> before = events_in(storage_);
  int steps = 0;
  const Backup backup =
      back_up(0, {.patience = std::chrono::minutes(1), .pages_per_step = 1, .after_step = [&] {
                    store(60 + steps++, 1);
                  }});
  EXPECT_GT(steps, 20);
  EXPECT_EQ(ledger_->last().value(), 60u + unsigned(steps));
  EXPECT_TRUE(backup.report.sound());
  EXPECT_EQ(backup.report.events, 60u);
  EXPECT_EQ(backup.report.last, 60u);
  EXPECT_EQ(backup.report.tenants, 60u);
  close();
  restore(backups_);
  EXPECT_EQ(events_in(storage_), before);
}

TEST_F(StorageBackup, EndsAtItsDeadlineAndLeavesNothing) {
  store(0, 20);
  const auto [code, why] =
      refusal([&] { back_up(0, {.patience = Duration(0), .pages_per_step = 1}); });
  EXPECT_EQ(code, exit_failure);
  EXPECT_EQ(why, (storage_ / "tenantscope.db").string() + ": not copied within 0s");
  EXPECT_EQ(names_in(backups_), std::set<std::string>());
  store(20, 1);
}

TEST_F(StorageBackup, IsItsOwnersAlone) {
  store(0, 1);
  const mode_t before = ::umask(0);
  const Backup backup = back_up();
  ::umask(before);
  EXPECT_EQ(names_in(backups_), std::set<std::string>{"tenantscope-20261123T100000.000Z.db"});
  EXPECT_EQ(backup.file, backups_ / "tenantscope-20261123T100000.000Z.db");
  EXPECT_EQ(fs::status(backups_).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(backup.file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(StorageBackup, IsRefusedWhereNothingIsStored) {
  close();
  fs::remove_all(storage_);
  EXPECT_EQ(refusal([&] { back_up(); }),
            std::pair(exit_unusable, "nothing is stored in " + storage_.string()));
  EXPECT_FALSE(fs::exists(backups_));
}

TEST_F(StorageBackup, OfDamagedPagesIsNone) {
  store(0, 60);
  close();
  {
    std::fstream database(storage_ / "tenantscope.db",
                          std::ios::in | std::ios::out | std::ios::binary);
    database.seekp(std::streamoff(fs::file_size(storage_ / "tenantscope.db")) - 24576);
    database << std::string(8192, '\x7f');
  }
  const auto [code, why] = refusal([&] { back_up(); });
  EXPECT_EQ(code, exit_unusable);
  EXPECT_EQ(why.find((storage_ / "tenantscope.db").string() + ": damaged: "), 0u) << why;
  EXPECT_EQ(names_in(backups_), std::set<std::string>());
}

// One that is in indexes, too: in each place in turn.
TEST_F(StorageBackup, OfADamagedColumnIsMadeAndSaysWhatIsDamaged) {
  store(0, 5);
  const std::string id = all_of(*ledger_)[2].id;
  close();
  std::ifstream file(storage_ / "tenantscope.db", std::ios::binary);
  const std::string sound{std::istreambuf_iterator<char>(file), {}};
  int flips = 0, damaged = 0, contradictions = 0;
  for (const std::string& needle : {id, std::string("tenant-2.example")})
    for (auto at = sound.find(needle); at != sound.npos; at = sound.find(needle, at + 1)) {
      SCOPED_TRACE(needle + fmt::format(" at {}", at));
      std::string flipped = sound;
      flipped[at] = char(flipped[at] ^ 0x40);
      std::ofstream(storage_ / "tenantscope.db", std::ios::binary) << flipped;
      const Backup backup = back_up(flips);
      EXPECT_TRUE(backup.report.pages.empty());
      EXPECT_EQ(check_sqlite_storage(storage_).contradictions, backup.report.contradictions);
      const fs::path restored = folder_.path() / fmt::format("restored-{}", ++flips);
      restore_sqlite_storage(restored, backup.file, minute(0));
      EXPECT_TRUE(check_sqlite_storage(restored).contradictions.empty()) << "they are made anew";
      EXPECT_EQ(open_sqlite_ledger(restored)->last().value(), 1'000'005u);
      damaged += !backup.report.sound();
      contradictions += !backup.report.contradictions.empty();
    }
  EXPECT_GE(damaged, 6) << "the others are free room";
  EXPECT_GE(contradictions, 4);
}

TEST_F(StorageBackup, SaysWhereTheSourceLacksItsLog) {
  store(0, 2);
  EXPECT_FALSE(back_up().report.log_missing);
  const fs::path copy = folder_.path() / "copy";
  fs::create_directory(copy);
  fs::copy(storage_ / "tenantscope.db", copy);
  const Backup backup = back_up_sqlite_storage(copy, backups_, minute(1));
  EXPECT_TRUE(backup.report.log_missing);
  EXPECT_FALSE(backup.report.sound());
  close();
  EXPECT_TRUE(restore(copy / "tenantscope.db").report.log_missing);
  EXPECT_FALSE(restore(backup.file, 101).report.log_missing) << "it was told, and closed";
}

class StorageRestore : public StorageBackup {};

TEST_F(StorageRestore, HasAnotherIdAndNumbersThatNothingHad) {
  store(0, 3);
  const Guid before = ledger_->id();
  ASSERT_TRUE(ledger_->acknowledge("audit", std::vector<std::uint64_t>{1}));
  const Backup backup = back_up();
  store(3, 4);
  ASSERT_TRUE(ledger_->acknowledge("audit", std::vector<std::uint64_t>{2, 3}));
  const std::vector<std::string> events = events_in(storage_);
  close();

  const Restored restored = restore(backup.file);
  EXPECT_EQ(restored.from, backup.file);
  EXPECT_EQ(restored.next, 1'000'008u) << "above what the replaced one gave";
  ASSERT_TRUE(restored.replaced);
  EXPECT_EQ(restored.replaced->parent_path(), storage_);
  EXPECT_EQ(events_in(*restored.replaced), events);
  EXPECT_EQ(names_in(storage_),
            (std::set<std::string>{"lock", "tenantscope.db", restored.replaced->filename()}));

  ledger_ = open_sqlite_ledger(storage_);
  EXPECT_EQ(ledger_->id(), restored.journal);
  EXPECT_NE(ledger_->id(), before);
  EXPECT_EQ(states_of(*ledger_).size(), 3u);
  EXPECT_EQ(sequences_of(ledger_->undelivered("audit", 0, 10)), (std::vector<std::uint64_t>{2, 3}));
  const auto rewound = ledger_->rewound().value();
  ASSERT_TRUE(rewound);
  EXPECT_EQ(rewound->journal, restored.journal);
  EXPECT_EQ(rewound->previous_journal, before);
  EXPECT_EQ(rewound->last, 3u);
}

TEST_F(StorageRestore, IsToldOnceAsAnEventOfTheChain) {
  store(0, 2);
  back_up();
  close();
  restore(backups_);
  ledger_ = open_sqlite_ledger(storage_);
  ASSERT_EQ(ledger_->commit(std::vector{rewind_step()}, "test")[0].value(), 1'000'003u);
  EXPECT_FALSE(ledger_->rewound().value());
  const std::vector<JournalEntry> entries = all_of(*ledger_);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[2].kind, EventKind::ledger_rewound);
  EXPECT_EQ(boost::json::parse(entries[2].event).at("previoushash").as_string(),
            sha256_hex(entries[1].event));
  EXPECT_EQ(sequences_of(ledger_->undelivered("audit", 2, 10)),
            std::vector<std::uint64_t>{1'000'003});
  close();
  EXPECT_EQ(check_sqlite_storage(storage_).tenants, 2u);
  ledger_ = open_sqlite_ledger(storage_);
  EXPECT_EQ(ledger_->load().value().size(), 2u) << "the event is no tenant's";
}

// What is committed before would stand in the gap that the event speaks of.
TEST_F(StorageRestore, IsToldBeforeAnythingElse) {
  store(0, 2);
  back_up();
  close();
  restore(backups_);
  ledger_ = open_sqlite_ledger(storage_);
  const Step change = step_to(tenant(7), {}, document("USG"), minute(7), {"audit"});
  const auto refused = ledger_->commit(std::vector{change}, "test");
  ASSERT_FALSE(refused[0]);
  EXPECT_EQ(refused[0].error().kind, ErrorKind::other);
  EXPECT_EQ(refused[0].error().detail,
            "tenant-7.example@global: nothing is committed before the event that the ledger went "
            "back");
  EXPECT_EQ(states_of(*ledger_).size(), 2u);
  EXPECT_EQ(ledger_->outbox("audit").value().events, 2u);

  const auto results = ledger_->commit(std::vector{change, rewind_step()}, "test");
  EXPECT_EQ(results[1].value(), 1'000'003u);
  EXPECT_EQ(results[0].value(), 1'000'004u);
  EXPECT_EQ(verified().state, ChainState::intact);
  store(8, 1);
}

TEST_F(StorageRestore, StaysProvableWhereRetentionComesFirst) {
  store(0, 2);
  back_up();
  close();
  restore(backups_);
  ledger_ = open_sqlite_ledger(storage_);
  ASSERT_EQ(ledger_->expire(minute(50), 0, {}).value().events, 2u);
  EXPECT_EQ(verified().state, ChainState::intact);
  ASSERT_EQ(ledger_->commit(std::vector{rewind_step()}, "test")[0].value(), 1'000'003u);
  store(8, 1);
  EXPECT_EQ(verified().state, ChainState::intact);
}

// Nobody has heard of the journal between the two.
TEST_F(StorageRestore, WhoseRewindWasNotToldWentBackFromThere) {
  store(0, 3);
  const Guid before = ledger_->id();
  back_up();
  close();
  const Guid between = restore(backups_).journal;
  EXPECT_EQ(verified().state, ChainState::intact);
  const Restored again = restore(back_up(1).file, 101);
  EXPECT_EQ(again.next, 2'000'004u);
  EXPECT_EQ(verified().state, ChainState::intact);
  ledger_ = open_sqlite_ledger(storage_);
  const Rewind rewound = ledger_->rewound().value().value();
  EXPECT_EQ(rewound.journal, again.journal);
  EXPECT_NE(rewound.journal, between);
  EXPECT_EQ(rewound.previous_journal, before);
  EXPECT_EQ(rewound.last, 3u);
  ASSERT_EQ(ledger_->commit(std::vector{rewind_step()}, "test")[0].value(), 2'000'004u);
  store(8, 1);
  EXPECT_EQ(verified().state, ChainState::intact);
}

// Retention has emptied it: no row says what was given.
TEST_F(StorageRestore, OfAnEmptyJournalGoesOnAboveItsHead) {
  store(0, 2);
  ASSERT_TRUE(ledger_->expire(minute(50), 0, {}));
  back_up();
  close();
  fs::remove_all(storage_);
  const Restored restored = restore(backups_);
  EXPECT_EQ(restored.next, 1'000'003u);
  EXPECT_FALSE(restored.replaced);
  EXPECT_EQ(fs::status(storage_).permissions(), fs::perms::owner_all);
  fs::remove_all(storage_);
  fs::remove_all(backups_);
  ledger_ = open_sqlite_ledger(storage_);
  back_up();
  close();
  EXPECT_EQ(restore(backups_).next, 1'000'001u) << "nothing was ever given";
}

// It may have given any number, and so may the one that was restored over it before.
TEST_F(StorageRestore, OverWhatCantBeReadGoesOnBeyondAllThatItCanHaveGiven) {
  store(0, 2);
  back_up();
  close();
  const auto restored = [&](int minutes) {
    std::ofstream(storage_ / "tenantscope.db") << std::string(8192, 'x');
    return restore_sqlite_storage(storage_, backups_, minute(minutes)).next;
  };
  const std::uint64_t first = restored(7);
  EXPECT_GT(first, std::uint64_t(unix_seconds(minute(7))));
  EXPECT_GT(restored(8), first);
}

TEST_F(StorageRestore, TakesTheNewestOfAFolder) {
  store(0, 1);
  back_up(2);
  const Backup newest = back_up(3);
  back_up(1);
  std::ofstream(backups_ / "tenantscope-99999999T000000.000Z.db.part") << "x";
  close();
  EXPECT_EQ(restore(backups_).from, newest.file);
  fs::remove_all(backups_);
  fs::create_directory(backups_);
  const auto [code, why] = refusal([&] { restore(backups_, 200); });
  EXPECT_EQ(code, exit_unusable);
  EXPECT_EQ(why, backups_.string() +
                     ": no backup is there: none is named tenantscope-*.db; name the file");
}

TEST_F(StorageRestore, IsRefusedWhileTheStorageIsInUse) {
  store(0, 1);
  back_up();
  const StorageLock daemon(storage_);
  const auto [code, why] = refusal([&] { restore(backups_); });
  EXPECT_EQ(code, exit_unusable);
  EXPECT_NE(why.find("in use by another tenantscope"), std::string::npos) << why;
  EXPECT_EQ(ledger_->rewound().value().has_value(), false);
  store(1, 1);
}

TEST_F(StorageRestore, OfWhatIsNoBackupLeavesAllAsItWas) {
  store(0, 1);
  close();
  const fs::path other = folder_.path() / "other";
  std::ofstream(other) << std::string(4096, 'x');
  const auto before = names_in(storage_);
  for (const fs::path& wrong : {other, folder_.path() / "missing"}) {
    EXPECT_EQ(refusal([&] { restore(wrong); }).first, exit_unusable);
    EXPECT_EQ(names_in(storage_), (std::set<std::string>{"lock", "tenantscope.db"}));
  }
  EXPECT_EQ(events_in(storage_).size(), 1u);
}

// Killed after what was there has moved: a start would begin anew.
TEST_F(StorageRestore, ThatWasKilledIsNoStorageUntilItIsDoneAgain) {
  store(0, 1);
  back_up();
  close();
  fs::rename(storage_ / "tenantscope.db", storage_ / "tenantscope.db.restored");
  const auto [code, why] = refusal([&] { open_sqlite_ledger(storage_); });
  EXPECT_EQ(code, exit_unusable);
  EXPECT_NE(why.find("tenantscope.db: missing, though its .restored is there"), std::string::npos)
      << why;
  restore(backups_);
  EXPECT_EQ(open_sqlite_ledger(storage_)->last().value(), 1'000'001u);
}

}  // namespace
}  // namespace tenantscope
