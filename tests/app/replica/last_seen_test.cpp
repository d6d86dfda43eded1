// What of a shared ledger the next process knows.
#include "app/replica/last_seen.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "storage/postgres/pg_seen.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

class LastSeenTest : public ::testing::Test {
 protected:
  static PgHead head(const Guid& id, std::uint64_t sequence, const std::string& hash) {
    return {.id = id, .journal = {.sequence = sequence, .hash = hash}, .rewound = {}};
  }
  PgSeen::Memory known() {
    LastSeen next(folder_.path(), log_);
    next.begin();
    return next.seen()->memory();
  }

  TemporaryFolder folder_;
  const Log log_{LogLevel(int(LogLevel::error) + 1), LogFormat::logfmt};  // nothing
  const Guid first_ = random_guid(), second_ = random_guid();
};

TEST_F(LastSeenTest, IsNothingAtFirst) { EXPECT_EQ(known(), PgSeen::Memory()); }

TEST_F(LastSeenTest, IsWhatWasSeenLastUnderEachIdThatTheLedgerHad) {
  {
    LastSeen last(folder_.path(), log_);
    last.begin();
    last.seen()->saw(head(first_, 0, ""));
    last.seen()->saw(head(first_, 7, "ab"));
    last.seen()->saw(head(second_, 1'000'007, "cd"));
  }
  EXPECT_EQ(known(), (PgSeen::Memory{.ledgers = {first_, second_},
                                     .journal = {.sequence = 1'000'007, .hash = "cd"}}));
}

TEST_F(LastSeenTest, IsWithoutAHashBeforeTheFirstEvent) {
  {
    LastSeen last(folder_.path(), log_);
    last.begin();
    last.seen()->saw(head(first_, 0, ""));
  }
  EXPECT_EQ(known(), (PgSeen::Memory{.ledgers = {first_}, .journal = {}}));
}

TEST_F(LastSeenTest, CountsForALedgerThatHadOneOfTheseIds) {
  PgSeen seen;
  seen.remember({.ledgers = {first_, second_}, .journal = {.sequence = 9, .hash = "ab"}});
  for (const Guid& id : {first_, second_}) {
    const auto before = seen.head_before(id);
    ASSERT_TRUE(before);
    EXPECT_EQ(before->id, second_);
    EXPECT_EQ(before->journal, (JournalHead{.sequence = 9, .hash = "ab"}));
  }
  const Guid another = random_guid();
  EXPECT_FALSE(seen.head_before(another)) << "it never was this one";
  seen.saw(head(another, 3, "cd"));
  EXPECT_EQ(seen.memory().ledgers, std::vector{another});
}

TEST_F(LastSeenTest, IsNothingWhereTheFileIsDamaged) {
  for (const char* text : {"", "tenantscope last-seen 1\n", "tenantscope last-seen 2\nend\n",
                           "tenantscope last-seen 1\njournal 7 ab\nledger no-guid\nend\n",
                           "tenantscope last-seen 1\njournal -7 ab\nend\n", "\xff\xfe\n"}) {
    std::ofstream(folder_.path() / "last-seen") << text;
    EXPECT_EQ(known(), PgSeen::Memory()) << text;
  }
}

TEST_F(LastSeenTest, KeepsNothingWhereItWasNotBegun) {
  { const LastSeen last(folder_.path(), log_); }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST(PgTimelines, AreOlderOnesOfTheSameClusterOnly) {
  PgSeen seen;
  seen.saw(PgTimeline{.cluster = "7", .number = 2});
  EXPECT_TRUE(seen.is_over({.cluster = "7", .number = 1}));
  EXPECT_FALSE(seen.is_over({.cluster = "7", .number = 2}));
  EXPECT_FALSE(seen.is_over({.cluster = "8", .number = 1})) << "as after an upgrade";
  seen.saw(PgTimeline{.cluster = "8", .number = 1});
  EXPECT_EQ(seen.timeline(), (PgTimeline{.cluster = "8", .number = 1}));
}

}  // namespace
}  // namespace tenantscope
