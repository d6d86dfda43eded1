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
  EXPECT_EQ(known(), (PgSeen::Memory{{first_, {.sequence = 7, .hash = "ab"}, second_},
                                     {second_, {.sequence = 1'000'007, .hash = "cd"}, {}}}));
}

TEST_F(LastSeenTest, IsWithoutAHashBeforeTheFirstEvent) {
  {
    LastSeen last(folder_.path(), log_);
    last.begin();
    last.seen()->saw(head(first_, 0, ""));
  }
  EXPECT_EQ(known(), (PgSeen::Memory{{first_, {}, {}}}));
}

TEST_F(LastSeenTest, CountsForALedgerThatHadOneOfTheseIds) {
  for (const Guid& id : {first_, second_}) {
    PgSeen seen;
    seen.remember({{first_, {.sequence = 7, .hash = "ab"}, second_},
                   {second_, {.sequence = 9, .hash = "cd"}, {}}});
    const auto before = seen.head_before(id);
    ASSERT_TRUE(before);
    EXPECT_EQ(before->id, second_);
    EXPECT_EQ(before->journal, (JournalHead{.sequence = 9, .hash = "cd"}));
  }
}

TEST_F(LastSeenTest, CountsForNoOtherLedger) {
  PgSeen seen;
  seen.remember({{first_, {.sequence = 7, .hash = "ab"}, {}}});
  const Guid another = random_guid();
  EXPECT_FALSE(seen.head_before(another)) << "it never was this one";
  seen.saw(head(another, 3, "cd"));
  EXPECT_EQ(seen.memory(), (PgSeen::Memory{{first_, {.sequence = 7, .hash = "ab"}, {}},
                                           {another, {.sequence = 3, .hash = "cd"}, {}}}));
}

// Another process, or this one before it had seen anything, has noticed that it went back.
TEST_F(LastSeenTest, FollowsALedgerThatSaysWhatItWas) {
  PgSeen seen;
  seen.remember({{first_, {.sequence = 7, .hash = "ab"}, {}}});
  PgHead found = head(second_, 1'000'007, "ab");
  found.rewound = Rewind{.journal = second_, .previous_journal = first_, .last = 5};
  seen.saw(found);
  EXPECT_EQ(seen.memory().front().became, second_);
}

TEST_F(LastSeenTest, IsBounded) {
  PgSeen seen;
  for (std::size_t i = 0; i < 2 * PgSeen::most_ledgers; ++i)
    seen.saw(head(random_guid(), i, "ab"));
  EXPECT_EQ(seen.memory().size(), PgSeen::most_ledgers);
}

TEST_F(LastSeenTest, IsNothingWhereTheFileIsDamaged) {
  for (const char* text : {"", "tenantscope last-seen 1\n", "tenantscope last-seen 2\nend\n",
                           "tenantscope last-seen 1\nledger no-guid 7 ab -\nend\n",
                           "tenantscope last-seen 1\nledger 7 ab\nend\n", "\xff\xfe\n"}) {
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
