#include "storage/sqlite/sqlite_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <map>

#include "storage/ledger_samples.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "storage/storage_lock.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;
using sqlite::Connection;

using Files = std::map<std::string, std::string>;

// Every file of a folder, byte for byte.
Files files_in(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory())
      continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().filename()] = {std::istreambuf_iterator<char>(in), {}};
  }
  return files;
}

void write(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary) << content;
}

void overwrite(const fs::path& file, std::uintmax_t at, const std::string& content) {
  std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
  out.seekp(std::streamoff(at)) << content;
}

// What opening says; empty: it opened.
std::string refusal(const std::function<void()>& open) {
  try {
    open();
  } catch (const FatalError& error) {
    EXPECT_EQ(error.exit_code, exit_unusable);
    return error.what();
  }
  return {};
}

fs::path database_in(const fs::path& storage) { return storage / "tenantscope.db"; }

void execute(const fs::path& storage, const char* sql) {
  Connection connection(database_in(storage), Connection::Mode::read_write);
  connection.execute(sql);
}

// A storage as a daemon leaves it that has stopped cleanly.
void store(const fs::path& storage, int tenants = 3) {
  std::vector<Step> steps;
  steps.reserve(std::size_t(tenants));
  for (int number = 0; number < tenants; ++number)
    steps.push_back(step_to(tenant(number), {}, document("USG"), minute(0), {"audit"}));
  for (const auto& result : open_sqlite_ledger(storage)->commit(steps, "test"))
    ASSERT_TRUE(result);
}

// A storage as a daemon leaves it that is killed after `last`: what that wrote is in the log only.
void store_killed(const fs::path& storage, const char* last = "DELETE FROM outbox") {
  const TemporaryFolder alive;
  store(alive.path(), 200);
  const auto ledger = open_sqlite_ledger(alive.path());
  execute(alive.path(), last);
  fs::copy(alive.path(), storage, fs::copy_options::recursive);
}

struct Refused {
  const char* what;
  std::function<void(const fs::path& storage)> prepare;
  const char* says;
};

void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.what; }

class SqliteFileRefused : public testing::TestWithParam<Refused> {};

TEST_P(SqliteFileRefused, StaysAsItIs) {
  const TemporaryFolder storage;
  GetParam().prepare(storage.path());
  const Files before = files_in(storage.path());
  const auto as_ledger = [&] { open_sqlite_ledger(storage.path()); };
  const auto as_journal = [&] { open_sqlite_journal(storage.path()); };
  for (const std::function<void()>& open :
       {std::function<void()>(as_ledger), std::function<void()>(as_journal)}) {
    const std::string message = refusal(open);
    EXPECT_EQ(message.find(database_in(storage.path()).string() + ": "), 0u) << message;
    EXPECT_NE(message.find(GetParam().says), std::string::npos) << message;
    EXPECT_TRUE(files_in(storage.path()) == before);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, SqliteFileRefused,
    testing::Values(
        Refused{
            "text",
            [](const fs::path& storage) { write(database_in(storage), std::string(5000, 'x')); },
            "not a database"},
        Refused{"a few bytes",
                [](const fs::path& storage) { write(database_in(storage), "SQLite format 3"); },
                "not a database"},
        Refused{"a folder",
                [](const fs::path& storage) { fs::create_directory(database_in(storage)); },
                "not a database"},
        Refused{"another program's",
                [](const fs::path& storage) {
                  write(database_in(storage), "");
                  execute(storage, "CREATE TABLE t(x); PRAGMA user_version = 1");
                },
                "another program"},
        Refused{"newer",
                [](const fs::path& storage) {
                  store(storage);
                  execute(storage, "PRAGMA user_version = 5");
                },
                "version 5"},
        Refused{"newer in the log only",
                [](const fs::path& storage) { store_killed(storage, "PRAGMA user_version = 5"); },
                "version 5"},
        Refused{"newer in the log only, followed by others",
                [](const fs::path& storage) {
                  store_killed(storage, "PRAGMA user_version = 5; DELETE FROM outbox");
                },
                "version 5"},
        Refused{"without a version",
                [](const fs::path& storage) {
                  store(storage);
                  execute(storage, "PRAGMA user_version = 0");
                },
                "damaged"},
        Refused{"without its end",
                [](const fs::path& storage) {
                  store(storage, 100);
                  fs::resize_file(database_in(storage), 8192);
                },
                "damaged"},
        Refused{"without all but its beginning",
                [](const fs::path& storage) {
                  store(storage);
                  fs::resize_file(database_in(storage), 99);
                },
                "not a database"},
        Refused{"gone, with a log left",
                [](const fs::path& storage) {
                  store_killed(storage);
                  fs::remove(database_in(storage));
                },
                "missing"},
        Refused{"empty, with a log left",
                [](const fs::path& storage) {
                  store_killed(storage);
                  fs::resize_file(database_in(storage), 0);
                },
                "missing"}));

// Overwrites the root of the table `tenants`.
void damage(const fs::path& storage) {
  std::int64_t page = 0, size = 0;
  {
    const Connection connection(database_in(storage), Connection::Mode::read_only);
    sqlite::Statement statement(
        connection,
        "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'tenants'");
    sqlite::Rows row = statement();
    ASSERT_TRUE(row.next());
    page = row.integer(0);
    size = row.integer(1);
  }
  overwrite(database_in(storage), std::uintmax_t((page - 1) * size),
            std::string(std::size_t(size), '\xff'));
}

TEST(SqliteFile, DamagedWithinIsRefusedAndStaysAsItIs) {
  const TemporaryFolder storage;
  store(storage.path(), 200);
  damage(storage.path());
  fs::remove(database_in(storage.path()).string() + "-wal");
  fs::remove(database_in(storage.path()).string() + "-shm");
  const Files before = files_in(storage.path());
  EXPECT_EQ(refusal([&] {
              open_sqlite_ledger(storage.path());
            }).find(database_in(storage.path()).string() + ": "),
            0u);
  EXPECT_TRUE(files_in(storage.path()) == before);
}

TEST(SqliteFile, DamagedWithinKeepsTheLogThatAKillLeft) {
  const TemporaryFolder storage;
  store_killed(storage.path());
  damage(storage.path());
  const Files before = files_in(storage.path());
  EXPECT_EQ(refusal([&] {
              open_sqlite_ledger(storage.path());
            }).find(database_in(storage.path()).string() + ": "),
            0u);
  const Files after = files_in(storage.path());
  for (const char* name : {"tenantscope.db", "tenantscope.db-wal"})
    EXPECT_TRUE(after.at(name) == before.at(name)) << name;
}

TEST(SqliteFile, LeftByAKillIsOpenedWithItsLog) {
  const TemporaryFolder storage;
  store_killed(storage.path());
  auto ledger = open_sqlite_ledger(storage.path());
  EXPECT_EQ(ledger->last().value(), 200u);
  EXPECT_EQ(ledger->outbox("audit").value().events, 0u);
  ledger.reset();
  EXPECT_EQ(files_in(storage.path()).size(), 1u) << "the log has moved into the database";
}

TEST(SqliteFile, IsNotChangedByReading) {
  const TemporaryFolder storage;
  store_killed(storage.path());
  const Files before = files_in(storage.path());
  EXPECT_EQ(open_sqlite_journal(storage.path())->read(0, 1000).value().size(), 200u);
  const Files after = files_in(storage.path());
  for (const char* name : {"tenantscope.db", "tenantscope.db-wal"})
    EXPECT_TRUE(after.at(name) == before.at(name)) << name;
}

// The transaction was never whole: it doesn't count, and what it says of the version neither.
TEST(SqliteFile, WithATornLogIsOpenedAsItWasBefore) {
  const TemporaryFolder storage;
  store_killed(storage.path(), "PRAGMA user_version = 5");
  const fs::path log = database_in(storage.path()).string() + "-wal";
  overwrite(log, fs::file_size(log) - 1, "\x01");
  EXPECT_EQ(open_sqlite_ledger(storage.path())->last().value(), 200u);
}

TEST(SqliteFile, ThatIsEmptyCountsAsNew) {
  const TemporaryFolder storage;
  write(database_in(storage.path()), "");
  EXPECT_EQ(open_sqlite_ledger(storage.path())->last().value(), 0u);
  EXPECT_TRUE(sqlite::holds_ledger(database_in(storage.path())));
}

TEST(SqliteFile, IsCreatedOverWhatAKilledCreationLeft) {
  const TemporaryFolder storage;
  write(database_in(storage.path()).string() + ".new", "half a database");
  EXPECT_EQ(open_sqlite_ledger(storage.path())->last().value(), 0u);
}

TEST(SqliteFile, LeavesNothingBesideItselfAfterACleanStop) {
  const TemporaryFolder storage;
  store(storage.path() / "a" / "b");
  const Files files = files_in(storage.path() / "a" / "b");
  EXPECT_EQ(files.size(), 1u);
  EXPECT_TRUE(files.contains("tenantscope.db"));
}

TEST(SqliteFile, IsItsOwnersAloneWhateverTheUmask) {
  const mode_t before = ::umask(0);
  const TemporaryFolder folder;
  const fs::path storage = folder.path() / "storage";
  {
    const StorageLock lock(storage);
    const auto ledger = open_sqlite_ledger(storage);
    ASSERT_TRUE(ledger->believe({}));
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(storage)) {
      ++files;
      EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write)
          << entry.path();
    }
    EXPECT_EQ(files, 4u) << "the database, its log and index, the lock";
    EXPECT_EQ(fs::status(storage).permissions(), fs::perms::owner_all);
  }
  ::umask(before);
}

TEST(SqliteFile, ThatCannotBeCreatedIsNamed) {
  const TemporaryFolder folder;
  write(folder.path() / "file", "in the way");
  const fs::path storage = folder.path() / "file" / "storage";
  EXPECT_EQ(refusal([&] { open_sqlite_ledger(storage); }).find(storage.string()), 0u);
}

TEST(SqliteFile, ThatCannotBeWrittenIsRefused) {
  const TemporaryFolder storage;
  store(storage.path());
  fs::permissions(database_in(storage.path()), fs::perms(0444));
  fs::permissions(storage.path(), fs::perms(0555));
  const uid_t user = ::geteuid();
  const uid_t nobody = 65534;
  ASSERT_EQ(::seteuid(user == 0 ? nobody : user), 0);
  const std::string message = refusal([&] { open_sqlite_ledger(storage.path()); });
  ASSERT_EQ(::seteuid(user), 0);
  fs::permissions(storage.path(), fs::perms::owner_all);
  EXPECT_NE(message.find("not writable"), std::string::npos) << message;
}

TEST(SqliteFile, IsNotCreatedByReading) {
  const TemporaryFolder folder;
  const fs::path missing = folder.path() / "missing";
  EXPECT_EQ(refusal([&] { open_sqlite_journal(missing); }),
            "nothing is stored in " + missing.string());
  EXPECT_FALSE(fs::exists(missing));

  write(database_in(folder.path()), "");
  EXPECT_EQ(refusal([&] { open_sqlite_journal(folder.path()); }),
            "nothing is stored in " + folder.path().string());
  EXPECT_EQ(files_in(folder.path()), (Files{{"tenantscope.db", ""}}));
}

}  // namespace
}  // namespace tenantscope
