// What becomes of the journal's, the outboxes' and the alerts' rows that aren't as they were
// written: they are passed over and told of, and what comes behind them comes.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/digest.hpp"
#include "storage/damageable.hpp"
#include "storage/sqlite/sqlite_check.hpp"
#include "storage/sqlite/sqlite_journal.hpp"

namespace tenantscope {
namespace {

class DamagedEvents : public Damageable {};

// Flips each bit of each column of a row, in turn.
TEST_F(DamagedEvents, AreFoundWhateverBitIsFlipped) {
  store(1);
  sqlite::Connection connection(database(), sqlite::Connection::Mode::read_write);
  const DamageObserver silent;
  sqlite::JournalQueries queries(connection, silent);
  ASSERT_EQ(queries.read(1, all).size(), 1u);
  const auto stored = [&](const std::string& what) {
    sqlite::Statement statement(connection, "SELECT " + what + " FROM journal WHERE sequence = 2");
    sqlite::Rows row = statement();
    row.next();
    return row.text(0);
  };
  int flips = 0;
  const auto expect_found = [&](const std::string& column, auto bind) {
    sqlite::Transaction rolled_back(connection);
    sqlite::Statement edit(connection, "UPDATE journal SET " + column + " = ?1 WHERE sequence = 2");
    bind(edit);
    EXPECT_TRUE(queries.read(1, all).empty()) << column << " " << flips;
    ++flips;
  };
  for (const char* column : {"id", "kind", "asked", "name", "event", "hash"}) {
    const std::string sound = stored(column);
    for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
      std::string flipped = sound;
      flipped[bit / 8] = char(flipped[bit / 8] ^ (1 << bit % 8));
      expect_found(column, [&](sqlite::Statement& edit) {
        std::string(column) == "hash" ? edit.run(sqlite::Blob{flipped}) : edit.run(flipped);
      });
    }
  }
  for (const char* column : {"time", "checksum", "sequence"}) {
    const std::int64_t sound = std::stoll(stored(column));
    for (int bit = 0; bit < 64; ++bit)
      if (const std::int64_t flipped = sound ^ std::int64_t(std::uint64_t(1) << bit);
          std::string(column) != "sequence" || flipped > 2)
        expect_found(column, [&](sqlite::Statement& edit) { edit.run(flipped); });
  }
  EXPECT_GT(flips, 10'000);
}

TEST_F(DamagedEvents, AreNeitherReadNorFoundNorSent) {
  store(3);
  const std::string id = all_of(*open())[3].id;
  execute(
      "UPDATE journal SET kind = 'chanfed' WHERE sequence = 2; "
      "UPDATE journal SET event = replace(event, 'USGov', 'USGow') WHERE sequence = 4");
  const auto ledger = open();
  EXPECT_EQ(sequences_of(ledger->read(0, all)), (Sequences{1, 3, 5, 6}));
  EXPECT_EQ(sequences_of(ledger->read(0, 2)), (Sequences{1, 3})) << "a page is as full as it can";
  EXPECT_EQ(sequences_of(ledger->read(1, 1)), (Sequences{3})) << "no early end";
  EXPECT_EQ(sequences_of(ledger->newest({}, 7, all)), (Sequences{6, 5, 3, 1}));
  EXPECT_EQ(sequences_of(ledger->newest({}, 5, 1)), (Sequences{3})) << "no early end";
  EXPECT_FALSE(ledger->find(id).value());
  EXPECT_EQ(sequences_of(open_sqlite_journal(folder_.path())->read(0, all)),
            (Sequences{1, 3, 5, 6}));
  EXPECT_TRUE(dropped_.empty());

  EXPECT_EQ(sequences_of(ledger->undelivered("audit", 0, 2)), (Sequences{1, 3}));
  EXPECT_EQ(sequences_of(ledger->undelivered("audit", 3, 2)), (Sequences{5, 6}));
  EXPECT_EQ(dropped_, (std::map<std::string, std::uint64_t>{{"audit", 2}}));
  EXPECT_EQ(ledger->outbox("audit").value().events, 4u);
  EXPECT_EQ(ledger->outbox("soc").value().events, 6u);
  EXPECT_EQ(std::set(damaged_.begin(), damaged_.end()),
            (std::set<std::string>{"event 2", "event 4"}));
}

TEST_F(DamagedEvents, ThatAreAWholePageAreNoEnd) {
  store(150);
  execute("UPDATE journal SET name = 'x.example' WHERE sequence BETWEEN 2 AND 250");
  const auto ledger = open();
  EXPECT_EQ(ledger->read(0, 100).value().size(), 51u);
  EXPECT_EQ(sequences_of(ledger->read(1, 1)), (Sequences{251}));
  EXPECT_EQ(sequences_of(ledger->undelivered("audit", 1, 1)), (Sequences{251}));
  EXPECT_EQ(dropped_["audit"], 249u);
  EXPECT_EQ(ledger->undelivered("audit", 0, 100).value().size(), 51u);
}

TEST_F(DamagedEvents, ThatAreGoneAreDropped) {
  store(2);
  execute(
      "DELETE FROM journal WHERE sequence = 2; INSERT INTO outbox VALUES('soc', 77, "
      "row_checksum('soc', 77))");
  const auto ledger = open();
  EXPECT_EQ(sequences_of(ledger->undelivered("audit", 0, all)), (Sequences{1, 3, 4}));
  EXPECT_EQ(sequences_of(ledger->undelivered("soc", 0, all)), (Sequences{1, 3, 4}));
  EXPECT_EQ(dropped_, (std::map<std::string, std::uint64_t>{{"audit", 1}, {"soc", 2}}));
  EXPECT_EQ(ledger->outbox("soc").value().events, 3u);
}

// The pages of the journal's tree lead by keys to those that hold its rows.
void misdirect(std::string& database, std::size_t root) {
  const auto number = [&](std::size_t at) {
    return std::size_t(std::uint8_t(database[at])) << 8 | std::uint8_t(database[at + 1]);
  };
  const std::size_t page = (root - 1) * number(16);
  ASSERT_EQ(database[page], 5) << "leads to others";
  const std::size_t last_cell = page + number(page + 12 + 2 * (number(page + 3) - 1));
  database[last_cell + 4] ^= 0x40;  // behind the number of the page that it leads to
}

// Nothing is lost that is there and can't be found, nor written to where it can't be found again.
TEST_F(DamagedEvents, ThatCannotBeFoundAreNotGone) {
  store(20);
  std::size_t root = 0;
  {
    sqlite::Connection connection(database(), sqlite::Connection::Mode::read_only);
    sqlite::Statement of(connection, "SELECT rootpage FROM sqlite_master WHERE name = 'journal'");
    sqlite::Rows row = of();
    row.next();
    root = std::size_t(row.integer(0));
  }
  std::string damaged = bytes();
  misdirect(damaged, root);
  write(damaged);

  const auto ledger = open();
  const auto expect_refused = [&](const char* what, const auto& result) {
    ASSERT_FALSE(result) << what;
    EXPECT_EQ(result.error().detail.find(database().string() + ": damaged: "), 0u)
        << what << result.error().detail;
  };
  expect_refused("undelivered", ledger->undelivered("audit", 38, all));
  expect_refused(
      "commit",
      ledger->commit(std::vector{step_to(tenant(21), {}, document("USG"), minute(21))}, "test")[0]);
  (void)ledger->acknowledge("audit", Sequences{1});  // retention looks for the rest by other ways
  (void)ledger->expire(minute(0), 1000, {});
  EXPECT_EQ(ledger->outbox("audit").value().events, 39u);
  EXPECT_TRUE(dropped_.empty());
}

// What is in a sink's way is taken away when the ledger is loaded, wherever it has come to stand.
TEST_F(DamagedEvents, OfAnOutboxHideNoOthers) {
  store(50);
  for (const char* edit : {"sink = x'6175646974'", "sink = 'audiu'", "sink = 'audht'",
                           "sequence = 4611686018427387904", "sink = ''"}) {
    SCOPED_TRACE(edit);
    execute(std::string("UPDATE outbox SET ") + edit + " WHERE sink = 'audit' AND sequence = 40");
    dropped_.clear();
    const auto ledger = open();
    ASSERT_TRUE(ledger->load());
    const auto left = sequences_of(ledger->undelivered("audit", 0, all));
    EXPECT_EQ(left.size(), 99u);
    EXPECT_EQ(dropped_.size(), 1u);
    EXPECT_EQ(sequences_of(ledger->undelivered("soc", 0, all)).size(), 100u);
    ASSERT_TRUE(ledger->enqueue("audit", Sequences{40}));
  }
}

// Bits of the file itself: rows stand where they stood, whatever their keys have become.
TEST_F(DamagedEvents, OfAnOutboxHideNoOthersInTheFileEither) {
  store(60);
  const std::string sound = bytes();
  int flips = 0;
  for (std::size_t at = sound.find("audit"); at != std::string::npos;
       at = sound.find("audit", at + 1)) {
    if (++flips % 5 != 0)
      continue;
    SCOPED_TRACE(at);
    std::string flipped = sound;
    char& letter = flipped[at + std::size_t(flips) / 5 % 5];
    letter = char(letter ^ (1 << flips % 8));
    write(flipped);
    dropped_.clear();
    const auto ledger = open();
    ASSERT_TRUE(ledger->load());
    std::uint64_t dropped = 0;
    for (const auto& [sink, events] : dropped_)
      dropped += events;
    EXPECT_LE(dropped, 1u);
    EXPECT_EQ(sequences_of(ledger->undelivered("audit", 0, all)).size() + dropped, 120u);
    EXPECT_EQ(sequences_of(ledger->undelivered("soc", 0, all)).size(), 120u);
  }
  EXPECT_GE(flips, 120);
}

TEST_F(DamagedEvents, AreShownAsNoAlerts) {
  store(2);
  ASSERT_TRUE(open()->raise("am", Sequences{1, 2, 3}, minute(60)));
  execute(
      "UPDATE journal SET time = time + 1 WHERE sequence = 1; "
      "UPDATE alerts SET until = until + 1099511627776 WHERE sequence = 2");
  const auto alerts = open()->alerts("am").value();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].event.sequence, 3u);
  EXPECT_EQ(std::set(damaged_.begin(), damaged_.end()),
            (std::set<std::string>{"alert of am, event 1", "alert of am, event 2"}));
}

TEST_F(DamagedEvents, AreShownByTheChain) {
  store(1);
  const std::string stored = sha256_hex(all_of(*open())[1].event);
  execute("UPDATE journal SET event = '{}' WHERE sequence = 2");
  const auto ledger = open();
  const Step next = step_to(tenant(9), {}, document("USG"), minute(9));
  ASSERT_TRUE(ledger->commit(std::vector{next}, "test")[0]);
  const std::string event = ledger->read(2, 1).value().at(0).event;
  EXPECT_NE(event.find("\"previoushash\":\"" + stored + '"'), std::string::npos) << event;
}

TEST_F(DamagedEvents, GiveNoSequenceTwice) {
  struct Case {
    const char* edit;
    std::uint64_t next;
  };
  for (const auto& [edit, next] : {
           Case{"UPDATE sqlite_sequence SET seq = 1 WHERE name = 'journal'", 5},
           Case{"DELETE FROM sqlite_sequence", 5},
           Case{"UPDATE sqlite_sequence SET seq = -9223372036854775808", 5},
           Case{"UPDATE sqlite_sequence SET seq = 9223372036854775807", 5},
           Case{"UPDATE sqlite_sequence SET seq = 'x'", 5},
           Case{"DELETE FROM journal WHERE sequence = 4", 5},
           Case{"UPDATE journal SET sequence = 9223372036854775807 WHERE sequence = 4", 5},
           Case{"UPDATE journal SET sequence = -4 WHERE sequence = 4", 5},
       }) {
    SCOPED_TRACE(edit);
    std::filesystem::remove(database());
    store(2);
    execute(edit);
    const auto ledger = open();
    ASSERT_TRUE(ledger->load());
    const Step step = step_to(tenant(9), {}, document("USG"), minute(9));
    EXPECT_EQ(ledger->commit(std::vector{step}, "test")[0].value(), next);
    EXPECT_EQ(ledger->oldest().value(), 1u);
  }
}

// A number that has leapt makes nothing of the journal old.
TEST_F(DamagedEvents, ThatLeaveAGapExpireNoOthers) {
  store(2);
  execute("UPDATE sqlite_sequence SET seq = 1099511627776");
  const auto ledger = open();
  const Step step = step_to(tenant(9), {}, document("USG"), minute(9));
  EXPECT_EQ(ledger->commit(std::vector{step}, "test")[0].value(), 1099511627777u);
  EXPECT_EQ(ledger->expire(minute(0), 5, {}).value().events, 0u);
  EXPECT_EQ(ledger->expire(minute(0), 4, {}).value().events, 1u);
  EXPECT_EQ(sequences_of(ledger->read(0, all)), (Sequences{2, 3, 4, 1099511627777u}));
}

// SQLite deletes no row to which an index doesn't lead.
TEST_F(DamagedEvents, ToWhichAnIndexDoesNotLeadExpire) {
  store(3);
  const std::string id = all_of(*open())[1].id, sound = bytes();
  int flips = 0;
  for (auto at = sound.find(id); at != sound.npos; at = sound.find(id, at + 1), ++flips) {
    SCOPED_TRACE(at);
    std::string flipped = sound;
    flipped[at] = char(flipped[at] ^ 0x40);
    write(flipped);
    const auto expired = open()->expire(minute(1000), 1000, {});
    ASSERT_TRUE(expired) << expired.error().detail;
    EXPECT_EQ(expired->events, 6u);
    EXPECT_TRUE(check_sqlite_storage(folder_.path()).contradictions.empty());
  }
  EXPECT_GE(flips, 3) << "in the row, in its event and in the index";
}

TEST_F(DamagedEvents, OfAnEmptiedJournalLeaveTheNumbers) {
  store(2);
  const std::string last = sha256_hex(all_of(*open())[3].event);
  ASSERT_TRUE(open()->expire(minute(1000), 1000, std::vector{tenant(1), tenant(2)}));
  execute("DELETE FROM sqlite_sequence");
  const auto ledger = open();
  EXPECT_EQ(ledger->last().value(), 4u);
  const Step step = step_to(tenant(9), {}, document("USG"), minute(9));
  EXPECT_EQ(ledger->commit(std::vector{step}, "test")[0].value(), 5u);
  EXPECT_NE(ledger->read(4, 1).value().at(0).event.find(last), std::string::npos);
}

class DamagedLedger : public Damageable {};

TEST_F(DamagedLedger, WithoutItsIdIsRefused) {
  const std::string id = to_string(open()->id());
  for (const std::string& edit :
       {std::string("DELETE FROM meta"),
        std::string("UPDATE meta SET key = 'ledges' WHERE key = 'ledger'"),
        std::string("UPDATE meta SET value = ''"),
        "UPDATE meta SET value = '" + std::string(id[0] == 'a' ? "b" : "a") + id.substr(1) + "'",
        std::string("UPDATE meta SET checksum = checksum + 1")}) {
    SCOPED_TRACE(edit);
    std::filesystem::remove(database());
    open();
    execute(edit);
    const std::string message = refusal();
    EXPECT_EQ(message.find(database().string() + ": damaged: its id"), 0u) << message;
  }
}

TEST_F(DamagedLedger, OfAnotherVersionThanItSaysIsRefused) {
  store(1);
  for (const char* version : {"1", "2", "3"}) {
    execute(std::string("PRAGMA user_version = ") + version);
    const std::string message = refusal();
    EXPECT_EQ(message.find(database().string() + ": damaged: it says"), 0u) << message;
  }
}

}  // namespace
}  // namespace tenantscope
