// The journal's chain in the storage: every edit of a row is found; what a chain can't show is
// shown by what was kept elsewhere.
#include "storage/sqlite/sqlite_chain.hpp"

#include <gtest/gtest.h>

#include <functional>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "storage/damageable.hpp"
#include "storage/sqlite/sqlite_file.hpp"

namespace tenantscope {
namespace {

using Kept = std::map<std::uint64_t, std::string>;

// What sets a row's hash and checksum right after an edit, as its own program would.
constexpr auto sealed =
    "UPDATE journal SET hash = sha256(event) WHERE sequence = {0}; UPDATE journal SET checksum = "
    "row_checksum(sequence, id, kind, asked, name, time, hash) WHERE sequence = {0}; ";

std::string seal(std::uint64_t sequence) { return fmt::format(fmt::runtime(sealed), sequence); }

class Chain : public Damageable {
 protected:
  // A journal of so many events.
  void store_events(int events) {
    const auto ledger = open();
    std::vector<Step> steps;
    for (int number = 1; number <= events; ++number)
      steps.push_back(step_to(tenant(number), {}, document("USG"), minute(number)));
    for (const auto& result : ledger->commit(steps, "test"))
      ASSERT_TRUE(result);
  }

  ChainReport verify(Kept kept = {}) const {
    JournalChain chain(JournalChain::Gaps::are_breaks, std::move(kept));
    (void)read_sqlite_chain(folder_.path(), chain);
    return chain.report();
  }
  ChainReport verify_after(const std::string& edit, Kept kept = {}) const {
    execute(edit);
    return verify(std::move(kept));
  }
  Kept kept(std::uint64_t sequence) {
    return {{sequence, sha256_hex(open()->read(sequence - 1, 1).value().at(0).event)}};
  }
  static std::string first_break(const ChainReport& report) {
    return report.breaks.empty() ? "" : report.breaks.front().what;
  }
};

TEST_F(Chain, OfANewJournalIsIntact) {
  open();
  const ChainReport none = verify();
  EXPECT_EQ(none.state, ChainState::intact);
  EXPECT_EQ(none.events, 0u);
  EXPECT_FALSE(none.head);
  EXPECT_TRUE(none.notes.empty());
  store_events(3);
  const ChainReport three = verify();
  EXPECT_EQ(three.state, ChainState::intact) << first_break(three);
  EXPECT_EQ(three.events, 3u);
  EXPECT_EQ(three.first, 1u);
  EXPECT_EQ(three.head, (ChainHead{3, kept(3)[3]}));
  EXPECT_TRUE(three.notes.empty());
}

struct Edit {
  const char* what;
  std::function<std::string(std::uint64_t)> sql;  // of a row and its next one
};

// What a person with a shell may do to one row: those that are sealed know how a row is made.
const std::vector<Edit>& edits() {
  const auto of = [](std::string sql) {
    return [sql](std::uint64_t at) { return fmt::format(fmt::runtime(sql), at, at + 1); };
  };
  const auto sealed_of = [](std::string sql) {
    return
        [sql](std::uint64_t at) { return fmt::format(fmt::runtime(sql), at, at + 1) + seal(at); };
  };
  static const std::vector<Edit> kinds{
      {"event", of("UPDATE journal SET event = replace(event, 'USG', 'USX') WHERE sequence = {0}")},
      {"gone", of("DELETE FROM journal WHERE sequence = {0}")},
      {"sealed id", sealed_of("UPDATE journal SET id = id || '0' WHERE sequence = {0}; ")},
      {"sealed kind", sealed_of("UPDATE journal SET kind = 'changed' WHERE sequence = {0}; ")},
      {"sealed cloud", sealed_of("UPDATE journal SET asked = 'usgov' WHERE sequence = {0}; ")},
      {"sealed tenant", sealed_of("UPDATE journal SET name = 'x.example' WHERE sequence = {0}; ")},
      {"sealed time", sealed_of("UPDATE journal SET time = time + 1 WHERE sequence = {0}; ")},
      {"time", of("UPDATE journal SET time = time - 1 WHERE sequence = {0}")},
      {"hash", of("UPDATE journal SET hash = sha256('x') WHERE sequence = {0}")},
      {"checksum", of("UPDATE journal SET checksum = checksum + 1 WHERE sequence = {0}")},
      {"number", of("UPDATE journal SET sequence = -sequence WHERE sequence = {0}")},
      {"sealed number", [](std::uint64_t at) {
         return fmt::format("UPDATE journal SET sequence = {} WHERE sequence = {}; ", at + 5000,
                            at) +
                seal(at + 5000);
       }}};
  return kinds;
}

// Of two neighbours: their rows' numbers, or their events with all that belongs to them.
std::string swapped(std::uint64_t at, bool sealed_too) {
  return fmt::format(
             "UPDATE journal SET sequence = -{0} WHERE sequence = {0}; UPDATE journal SET sequence "
             "= {0} WHERE sequence = {1}; UPDATE journal SET sequence = {1} WHERE sequence = "
             "-{0}; ",
             at, at + 1) +
         (sealed_too ? seal(at) + seal(at + 1) : "");
}

class ChainOfAThousand : public Chain {
 protected:
  static constexpr std::uint64_t count = 1000;

  void SetUp() override {
    store_events(count);
    connection_.emplace(database(), sqlite::Connection::Mode::read_write);
  }
  // Of a copy that is gone afterwards.
  ChainReport verify_edited(const std::string& sql, Kept kept = {}) {
    sqlite::Transaction copy(*connection_);
    connection_->execute(sql);
    JournalChain chain(JournalChain::Gaps::are_breaks, std::move(kept));
    (void)sqlite::read_chain(*connection_, chain);
    return chain.report();
  }
  // Where it is found: at the row, or at the one whose `previoushash` is of it.
  void expect_found(const std::string& what, std::uint64_t at, const ChainReport& report) {
    ASSERT_EQ(report.state, ChainState::broken) << what << " of event " << at;
    std::uint64_t nearest = count;
    for (const ChainBreak& found : report.breaks)
      if (found.sequence != 0)
        nearest =
            std::min(nearest, found.sequence > at ? found.sequence - at : at - found.sequence);
    ASSERT_LE(nearest, 1u) << what << " of event " << at << ": " << first_break(report);
  }

  std::optional<sqlite::Connection> connection_;
};

TEST_F(ChainOfAThousand, ShowsEachEditOfOneRow) {
  const std::vector<Edit>& kinds = edits();
  for (std::uint64_t first = 1; first <= count / 5; ++first) {  // five that are far from each other
    std::string sql;
    for (std::uint64_t at = first; at <= count; at += count / 5)
      sql += kinds[at % kinds.size()].sql(at) + "; ";
    const ChainReport report = verify_edited(sql);
    for (std::uint64_t at = first; at <= count; at += count / 5)
      expect_found(kinds[at % kinds.size()].what, at, report);
    if (HasFatalFailure())
      return;
  }
  for (const std::uint64_t at : {std::uint64_t(1), count - 1, count})
    for (const Edit& edit : kinds)
      expect_found(edit.what, at, verify_edited(edit.sql(at)));
}

TEST_F(ChainOfAThousand, ShowsEachEventThatWasEditedAsItsProgramWould) {
  const auto edit = [](std::uint64_t at) {
    return fmt::format(
               "UPDATE journal SET event = replace(event, 'USG', 'USX') WHERE sequence = {};", at) +
           seal(at);
  };
  for (std::uint64_t at = 1; at < count; at += 41)
    expect_found("sealed event", at, verify_edited(edit(at)));
  expect_found("sealed event", count - 1, verify_edited(edit(count - 1)));
  const Kept head = kept(count);
  EXPECT_EQ(verify_edited(edit(count)).state, ChainState::intact) << "no event knows its hash yet";
  EXPECT_EQ(verify_edited(edit(count), head).state, ChainState::rewritten);
}

TEST_F(ChainOfAThousand, ShowsNeighboursThatWereSwapped) {
  for (std::uint64_t at = 1; at < count; at += 41)
    expect_found("swap", at, verify_edited(swapped(at, at % 2 == 0)));
  expect_found("swap", count - 1, verify_edited(swapped(count - 1, true)));
}

TEST_F(ChainOfAThousand, ShowsThatItWasShortenedByWhatWasKept) {
  const Kept head = kept(count), older = kept(900);
  const std::string shortened = "DELETE FROM journal WHERE sequence > 900; ";
  EXPECT_EQ(verify_edited(shortened).state, ChainState::broken) << "the database knows the number";
  const std::string without_trace =
      shortened + "UPDATE sqlite_sequence SET seq = 900 WHERE name = 'journal'";
  EXPECT_EQ(verify_edited(without_trace).state, ChainState::intact);
  const ChainReport found = verify_edited(without_trace, head);
  EXPECT_EQ(found.state, ChainState::shortened);
  EXPECT_EQ(first_break(found), "event 1000, which was kept, isn't there");
  EXPECT_EQ(verify_edited(without_trace, older).state, ChainState::intact);
}

TEST_F(ChainOfAThousand, ShowsThatItWasRewrittenByWhatWasKept) {
  const Kept before = kept(499), at = kept(500), head = kept(count);
  sqlite::Transaction anew(*connection_);
  connection_->execute(
      "UPDATE journal SET event = replace(event, 'USG', 'USX') WHERE sequence = 500");
  for (std::uint64_t next = 501; next <= count; ++next)
    connection_->execute(
        fmt::format("UPDATE journal SET event = json_set(event, '$.previoushash', (SELECT "
                    "lower(hex(sha256(event)"
                    ")) FROM journal WHERE sequence = {})) WHERE sequence = {}; ",
                    next - 1, next));
  connection_->execute(
      "UPDATE journal SET hash = sha256(event); UPDATE journal SET checksum = "
      "row_checksum(sequence, id, kind, asked, name, time, hash)");
  anew.commit();
  EXPECT_EQ(verify().state, ChainState::intact) << first_break(verify());
  EXPECT_EQ(verify(before).state, ChainState::intact);
  EXPECT_EQ(verify(at).state, ChainState::rewritten);
  const ChainReport found = verify(head);
  EXPECT_EQ(found.state, ChainState::rewritten);
  EXPECT_EQ(first_break(found), "event 1000 isn't the one that was kept");
  Kept both = before;
  both.merge(Kept(head));
  const ChainReport two = verify(both);
  EXPECT_EQ(two.state, ChainState::rewritten);
  EXPECT_EQ(two.proved, 499u);
}

class ChainAfterRetention : public Chain {
 protected:
  void SetUp() override {
    store_events(20);
    all_ = {kept(8), kept(9), kept(20)};
    ASSERT_EQ(open()->expire(minute(9), 1000, {}).value().events, 8u);
  }

  std::vector<Kept> all_;
};

TEST_F(ChainAfterRetention, IsIntactFromWhereThatEnded) {
  const ChainReport report = verify();
  EXPECT_EQ(report.state, ChainState::intact) << first_break(report);
  EXPECT_EQ(report.first, 9u);
  EXPECT_TRUE(report.notes.empty());
}

TEST_F(ChainAfterRetention, ShowsTheOldestOnesThatWereRemovedByHand) {
  EXPECT_EQ(first_break(verify_after("DELETE FROM journal WHERE sequence = 9")),
            "event 9 is missing");
  EXPECT_EQ(first_break(verify_after("DELETE FROM journal WHERE sequence < 15")),
            "events 9 to 14 are missing");
  EXPECT_EQ(first_break(verify_after("DELETE FROM journal")), "events 9 to 20 are missing");
}

TEST_F(ChainAfterRetention, ShowsAnOldestOneThatWasReplaced) {
  const std::string hash = std::string(64, 'a');
  const ChainReport found =
      verify_after("UPDATE journal SET event = json_set(event, '$.previoushash', '" + hash +
                   "') WHERE sequence = 9; " + seal(9));
  EXPECT_EQ(found.breaks.size(), 2u) << "as the next one knows it, too";
  EXPECT_EQ(first_break(found), "event 9 was written after another event 8 than this one");
}

TEST_F(ChainAfterRetention, SaysWhatWasKeptOfThoseItTook) {
  EXPECT_EQ(verify(all_[0]).contained, 1u) << "the last one is known still";
  EXPECT_EQ(verify(all_[0]).proved, 8u);
  EXPECT_EQ(verify({{8, std::string(64, 'a')}}).state, ChainState::rewritten);
  const ChainReport older = verify({{3, std::string(64, 'a')}});
  EXPECT_EQ(older.state, ChainState::gone);
  EXPECT_EQ(older.gone, 1u);
  Kept with_newer = all_[1];
  with_newer[3] = std::string(64, 'a');
  EXPECT_EQ(verify(with_newer).state, ChainState::intact);
}

TEST_F(ChainAfterRetention, OfEverythingHasItsHeadStill) {
  ASSERT_EQ(open()->expire(minute(1000), 1000, {}).value().events, 12u);
  const ChainReport empty = verify(all_[2]);
  EXPECT_EQ(empty.state, ChainState::intact) << first_break(empty);
  EXPECT_EQ(empty.events, 0u);
  EXPECT_EQ(empty.head, (ChainHead{20, all_[2][20]}));
  EXPECT_EQ(empty.proved, 20u);
  ASSERT_TRUE(
      open()->commit(std::vector{step_to(tenant(50), {}, document("USG"), minute(50))}, "test")[0]);
  EXPECT_EQ(verify(all_[2]).state, ChainState::intact) << first_break(verify());
  EXPECT_EQ(verify().first, 21u);
}

// As one of an older version is: what its retention took isn't known, until it takes more.
TEST_F(ChainAfterRetention, ThatWasNotNotedSaysSo) {
  const ChainReport unknown = verify_after("DELETE FROM meta WHERE key = 'taken'");
  EXPECT_EQ(unknown.state, ChainState::intact);
  ASSERT_EQ(unknown.notes.size(), 1u);
  EXPECT_NE(unknown.notes[0].find("event 9"), std::string::npos) << unknown.notes[0];
  ASSERT_EQ(open()->expire(minute(10), 1000, {}).value().events, 1u);
  EXPECT_TRUE(verify().notes.empty());
  EXPECT_EQ(first_break(verify_after("DELETE FROM journal WHERE sequence = 10")),
            "event 10 is missing");
}

TEST_F(ChainAfterRetention, IsNotedFromTheBeginningWhereNothingWasTaken) {
  std::filesystem::remove(database());
  store_events(3);
  execute("DELETE FROM meta WHERE key = 'taken'");
  ASSERT_EQ(open()->expire(minute(0), 1000, {}).value().events, 0u);
  EXPECT_EQ(first_break(verify_after("DELETE FROM journal WHERE sequence = 1")),
            "event 1 is missing");
}

// Its hash isn't believed, nor is what its neighbour says of it taken for a break.
TEST_F(ChainAfterRetention, OfADamagedRowProvesNothingOfTheNext) {
  execute("UPDATE journal SET checksum = checksum + 1 WHERE sequence = 10");
  ASSERT_EQ(open()->expire(minute(11), 1000, {}).value().events, 1u) << "it goes with the next";
  ASSERT_EQ(open()->expire(minute(0), 10, {}).value().events, 1u);
  const ChainReport report = verify();
  EXPECT_EQ(report.state, ChainState::intact) << first_break(report);
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_NE(report.notes[0].find("was damaged"), std::string::npos) << report.notes[0];
}

// Of a damaged row isn't said that there was none.
TEST_F(ChainAfterRetention, OfWhichSomethingElseIsSaidIsBroken) {
  const std::string sound = bytes();
  for (const char* edit :
       {"value = replace(value, '8 ', '7 ')", "value = ''", "checksum = checksum + 1",
        "key = 'takem'", "value = 'x', checksum = row_checksum('taken', 'x')"}) {
    write(sound);
    const ChainReport report =
        verify_after(std::string("UPDATE meta SET ") + edit + " WHERE key = 'taken'");
    EXPECT_EQ(report.state, ChainState::broken) << edit;
    EXPECT_TRUE(first_break(report).starts_with("what the storage says of ")) << edit;
  }
}

// A row that is damaged decides of no other, whatever its time has become.
TEST_F(Chain, IsNotCutByADamagedTime) {
  store_events(10);
  execute("UPDATE journal SET time = 9223372036854775807 WHERE sequence = 1");
  EXPECT_EQ(open()->expire(minute(5), 1000, {}).value().events, 4u);
  execute("UPDATE journal SET time = 0 WHERE sequence > 7");
  EXPECT_EQ(open()->expire(minute(5), 1000, {}).value().events, 0u);
  execute("UPDATE journal SET time = 0");
  EXPECT_EQ(open()->expire(minute(5), 1000, {}).value().events, 0u);
}

TEST_F(Chain, GoesOnWhereTheLedgerSaysThatItWentBack) {
  store_events(3);
  execute(
      "UPDATE sqlite_sequence SET seq = 1000003; INSERT INTO meta VALUES('rewound', 'x 3', "
      "row_checksum('rewound', 'x 3'))");
  EXPECT_EQ(verify().state, ChainState::intact) << first_break(verify());
  ASSERT_TRUE(
      open()->commit(std::vector{step_to(tenant(9), {}, document("USG"), minute(9))}, "test")[0]);
  EXPECT_EQ(first_break(verify()), "events 4 to 1000003 are missing");
  // As the ledger's own event would be.
  const Kept lost{{4, std::string(64, 'a')}};
  JournalChain chain(JournalChain::Gaps::are_breaks, lost);
  for (const JournalEntry& entry : all_of(*open())) {
    ChainLink link = chain_link(parse_event(entry.event).value(), entry.event);
    link.rewound = link.head.sequence == 1000004;
    chain.take(link);
  }
  const ChainReport report = chain.report();
  EXPECT_EQ(report.state, ChainState::shortened);
  ASSERT_EQ(report.breaks.size(), 1u) << first_break(report);
  EXPECT_NE(report.breaks[0].cause.find("went back"), std::string::npos);
}

}  // namespace
}  // namespace tenantscope
