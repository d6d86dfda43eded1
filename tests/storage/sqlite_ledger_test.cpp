#include "storage/sqlite/sqlite_ledger.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <random>
#include <set>

#include "base/bytes.hpp"
#include "storage/ledger_conformance.hpp"
#include "storage/ledger_deliveries.hpp"
#include "storage/ledger_moved_on.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "support/full_disk.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

struct SqliteStorage {
  std::unique_ptr<Ledger> open() { return open_sqlite_ledger(folder.path()); }
  std::unique_ptr<Journal> open_journal() { return open_sqlite_journal(folder.path()); }
  void skip(std::uint64_t numbers) {
    sqlite::Connection connection(folder.path() / "tenantscope.db",
                                  sqlite::Connection::Mode::read_write);
    sqlite::Statement skip(connection,
                           "UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'journal'");
    skip.run(numbers);
  }

  TemporaryFolder folder;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, LedgerConformance, SqliteStorage);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, LedgerDeliveries, SqliteStorage);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, LedgerMovedOn, SqliteStorage);

std::vector<Step> baselines(int count) {
  std::vector<Step> steps;
  steps.reserve(std::size_t(count));
  for (int number = 0; number < count; ++number)
    steps.push_back(step_to(tenant(number), {}, document("USG"), minute(0), {"audit"}));
  return steps;
}

// A disk that doesn't answer holds no start up: nothing is written before the first step.
TEST(SqliteLedger, WritesNothingAtAStart) {
  SqliteStorage storage;
  const auto log = storage.folder.path() / "tenantscope.db-wal";
  for (const int first : {0, 1}) {
    auto ledger = storage.open();
    EXPECT_EQ(ledger->load().value().size(), std::size_t(first));
    EXPECT_EQ(std::filesystem::file_size(log), 0u);
    for (const auto& committed : ledger->commit(
             std::vector{step_to(tenant(first), {}, document("USG"), minute(0))}, "test"))
      EXPECT_TRUE(committed);
    EXPECT_GT(std::filesystem::file_size(log), 0u);
  }
}

// The disk is full a little later each time, so that the transaction breaks off at each of its
// writes.
// A sweep's pages stay in memory, for haste; not for ever.
TEST(SqliteConnection, GivesItsPagesBack) {
  const TemporaryFolder folder;
  sqlite::Connection connection(folder.path() / "pages.db", sqlite::Connection::Mode::create);
  connection.execute(
      "PRAGMA cache_size = -32768; CREATE TABLE pages AS WITH RECURSIVE number(n) AS "
      "(VALUES(1) UNION ALL SELECT n + 1 FROM number LIMIT 4096) SELECT zeroblob(2048) FROM "
      "number");
  const auto kept = [&] {
    int bytes = 0;
    int most = 0;
    sqlite3_db_status(connection.handle(), SQLITE_DBSTATUS_CACHE_USED, &bytes, &most, 0);
    return bytes;
  };
  ASSERT_GT(kept(), 8 * mib);
  connection.trim();
  EXPECT_LT(kept(), 64 * kib);
}

TEST(SqliteLedger, GoesOnAfterADiskThatWasFull) {
  SqliteStorage storage;
  auto ledger = storage.open();
  const TenantKey first{.asked = "global", .name = "first.example"};
  ASSERT_TRUE(
      ledger->commit(std::vector{step_to(first, {}, document("USG"), minute(0))}, "test")[0]);
  const States before = states_of(*ledger);
  const std::vector<Step> steps = baselines(60);
  const std::string database = (storage.folder.path() / "tenantscope.db").string();

  int failures = 0;
  for (std::uintmax_t size = 1;; size = size * 11 / 10 + 1500) {
    SCOPED_TRACE(size);
    std::vector<Result<std::uint64_t>> results;
    {
      const FullDisk full(size);
      results = ledger->commit(steps, "test");
    }
    ASSERT_EQ(results.size(), steps.size());
    if (results[0])
      break;
    ++failures;
    for (const auto& result : results) {
      ASSERT_FALSE(result);
      ASSERT_EQ(result.error().kind, ErrorKind::io);
      ASSERT_EQ(result.error().detail.find(database + ": "), 0u) << result.error().detail;
    }
    ASSERT_EQ(states_of(*ledger), before);
    ASSERT_EQ(ledger->last().value(), 1u);
    ASSERT_EQ(ledger->outbox("audit").value().events, 0u);
  }
  EXPECT_GT(failures, 5);

  for (int reopened = 0; reopened < 2; ++reopened) {
    EXPECT_EQ(states_of(*ledger).size(), 61u);
    EXPECT_EQ(ledger->last().value(), 61u);
    EXPECT_EQ(ledger->undelivered("audit", 0, 100).value().size(), 60u);
    ledger.reset();
    ledger = storage.open();
  }
}

// The first step is written when the second one fails: a sink has no event twice.
TEST(SqliteLedger, TakesBackAllStepsWhenOneCannotBeWritten) {
  SqliteStorage storage;
  const auto ledger = storage.open();
  std::vector<Step> steps = baselines(2);
  steps[1].events.front().sinks = {"audit", "audit"};
  for (const auto& result : ledger->commit(steps, "test")) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::io);
  }
  EXPECT_TRUE(states_of(*ledger).empty());
  for (const auto& result : ledger->commit(baselines(2), "test"))
    EXPECT_TRUE(result);
  EXPECT_EQ(ledger->last().value(), 2u);
}

TEST(SqliteLedger, FailsAsAValueAndGoesOn) {
  SqliteStorage storage;
  const auto ledger = storage.open();
  for (const auto& result : ledger->commit(baselines(2), "test"))
    ASSERT_TRUE(result);
  const std::vector<std::pair<const char*, std::function<std::optional<Error>()>>> writes{
      {"save_last_success",
       [&] {
         const auto result =
             ledger->save_last_success(std::vector{std::pair(tenant(1), minute(3))});
         return result ? std::nullopt : std::optional(result.error());
       }},
      {"acknowledge",
       [&] {
         const auto result = ledger->acknowledge("audit", std::vector<std::uint64_t>{1});
         return result ? std::nullopt : std::optional(result.error());
       }},
      {"enqueue",
       [&] {
         const auto result = ledger->enqueue("soc", std::vector<std::uint64_t>{1});
         return result ? std::nullopt : std::optional(result.error());
       }},
      {"raise",
       [&] {
         const auto result = ledger->raise("soc", std::vector<std::uint64_t>{1}, minute(9));
         return result ? std::nullopt : std::optional(result.error());
       }},
      {"drop_alerts",
       [&] {
         const auto result = ledger->drop_alerts("soc", minute(10));
         return result ? std::nullopt : std::optional(result.error());
       }},
      {"expire",
       [&] {
         const auto result = ledger->expire(minute(1), 1000, {});
         return result ? std::nullopt : std::optional(result.error());
       }},
  };
  for (const auto& [what, write] : writes) {
    std::optional<Error> error;
    {
      const FullDisk full(1);
      error = write();
    }
    ASSERT_TRUE(error) << what;
    EXPECT_EQ(error->kind, ErrorKind::io) << what;
    EXPECT_FALSE(write()) << what;
  }
  EXPECT_EQ(ledger->last().value(), 2u);
  EXPECT_EQ(ledger->oldest().value(), 3u);
}

// Another process that commits batches of five steps until it is killed, and says each time which
// sequence was the last.
class Writer {
 public:
  static constexpr int batch = 5;

  explicit Writer(const std::filesystem::path& storage) {
    std::array<int, 2> said{};
    if (::pipe(said.data()) != 0)
      throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      const auto ledger = open_sqlite_ledger(storage);
      States states = states_of(*ledger);
      for (int turn = 0;; ++turn) {
        std::vector<Step> steps;
        for (int number = 0; number < batch; ++number) {
          TenantState& state = states[tenant(turn * batch % 35 + number)];
          steps.push_back(step_to(tenant(turn * batch % 35 + number), state,
                                  document(state.generation % 2 == 0 ? "USG" : "USGov"),
                                  minute(turn), {"audit"}));
          state = *steps.back().state;
        }
        const std::uint64_t last = ledger->commit(steps, "test").back().value();
        (void)!::write(said[1], &last, sizeof last);
      }
    }
    ::close(said[1]);
    said_ = said[0];
  }
  ~Writer() {
    kill();
    ::close(said_);
  }

  // The last sequence of the next commit; 0: it is dead, and has said all.
  std::uint64_t hear() {
    std::uint64_t last = 0;
    return ::read(said_, &last, sizeof last) == ssize_t(sizeof last) ? last : 0;
  }

  void kill() {
    if (pid_ == 0)
      return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
  int said_ = -1;
};

// Every event once and in order, with the id that it must have; whole transactions only.
void expect_sound(Journal& journal, const Guid& id) {
  const auto entries = all_of(journal);
  EXPECT_EQ(entries.size() % Writer::batch, 0u);
  std::map<TenantKey, std::uint64_t> generations;
  for (std::size_t at = 0; at < entries.size(); ++at) {
    ASSERT_EQ(entries[at].sequence, at + 1);
    const auto event = boost::json::parse(entries[at].event);
    const std::uint64_t generation = ++generations[entries[at].tenant];
    ASSERT_EQ(event.at("data").at("generation").to_number<std::uint64_t>(), generation);
    ASSERT_EQ(event.at("id").as_string(),
              to_string(event_id(id,
                                 {.kind = entries[at].kind,
                                  .tenant = entries[at].tenant,
                                  .transition = {.generation = generation}},
                                 at + 1)));
  }
}

// The states are what the journal's events tell, and nothing else.
void expect_folded(Ledger& ledger) {
  std::map<TenantKey, std::string> folded;
  for (const JournalEntry& entry : all_of(ledger)) {
    const auto data = boost::json::parse(entry.event).at("data");
    folded[entry.tenant] = serialize(data.at("generation")) + serialize(data.at("current"));
  }
  std::map<TenantKey, std::string> stored;
  for (const auto& [key, state] : states_of(ledger)) {
    const auto confirmed = state.confirmed();
    stored[key] =
        std::to_string(state.generation) + serialize(finding_json(&*confirmed, RuleSet::docs_2025));
  }
  EXPECT_EQ(stored, folded);
}

TEST(SqliteLedger, LosesNothingCommittedWhenKilled) {
  SqliteStorage storage;
  std::mt19937 random(20261123);
  for (int round = 0; round < 20; ++round) {
    SCOPED_TRACE(round);
    Writer writer(storage.folder.path());
    std::uint64_t committed = 0;
    for (int heard = int(random() % 60); heard > 0; --heard) {
      committed = writer.hear();
      ASSERT_NE(committed, 0u);
    }
    writer.kill();
    while (const std::uint64_t more = writer.hear())
      committed = more;

    if (committed > 0) {
      EXPECT_GE(storage.open_journal()->last().value(), committed)
          << "read before a daemon opens it again";
    }
    const auto ledger = storage.open();
    ASSERT_GE(ledger->last().value(), committed);
    expect_sound(*ledger, ledger->id());
    expect_folded(*ledger);
    EXPECT_EQ(sequences_of(ledger->undelivered("audit", 0, 1'000'000)),
              sequences_of(ledger->read(0, 1'000'000)));
  }
}

TEST(SqliteJournal, IsReadWhileAnotherProcessWrites) {
  SqliteStorage storage;
  const Guid id = storage.open()->id();
  const auto journal = storage.open_journal();
  Writer writer(storage.folder.path());
  for (int heard = 0; heard < 300; ++heard) {
    const std::uint64_t committed = writer.hear();
    ASSERT_NE(committed, 0u);
    ASSERT_GE(journal->last().value(), committed);
    ASSERT_EQ(journal->read(committed - 1, 1).value().at(0).sequence, committed);
  }
  expect_sound(*journal, id);
}

}  // namespace
}  // namespace tenantscope
