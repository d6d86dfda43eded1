// Before a ledger of an older version is brought up to this one, a copy of it is kept.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "storage/damageable.hpp"
#include "storage/sqlite/sqlite_schema.hpp"
#include "storage/sqlite/sqlite_upgrade.hpp"
#include "support/full_disk.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t older = 3;
constexpr std::uintmax_t log_index = 32768;  // bytes of a -shm file

class UpgradeCopy : public Damageable {
 protected:
  void SetUp() override { make_older(); }

  void make_older() {
    std::ifstream file(fmt::format("{}/version_{}.sql", FIXTURES, older));
    const std::string dump{std::istreambuf_iterator<char>(file), {}};
    sqlite::Connection connection(database(), sqlite::Connection::Mode::create);
    connection.execute(dump);
    connection.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                   sqlite::application_id, older));
  }

  // As a start does it.
  void start() {
    open_sqlite_ledger(
        folder_.path(), observer(), nullptr,
        {.begins =
             [this](std::uint32_t from, std::uint32_t to, const fs::path& copy) {
               told_.push_back(fmt::format("{} -> {}: {}", from, to, copy.filename().native()));
             },
         .goes_on = [this] { ++calls_; }});
  }
  fs::path copy(std::uint32_t version = older) const {
    return folder_.path() / fmt::format("tenantscope.db.version-{}", version);
  }
  static std::uint32_t version_of(const fs::path& path) {
    return sqlite::version_of(sqlite::Connection(path, sqlite::Connection::Mode::read_only));
  }
  std::vector<std::string> copies() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.path()))
      if (entry.path().filename().native().find(".version-") != std::string::npos)
        names.push_back(entry.path().filename());
    return names;
  }

  std::vector<std::string> told_;
  int calls_ = 0;
};

TEST_F(UpgradeCopy, IsTheLedgerAsItWas) {
  const auto events = [](const fs::path& storage) {
    std::vector<std::string> all_events;
    for (const auto& entry : open_sqlite_journal(storage)->read(0, all).value())
      all_events.push_back(entry.event);
    return all_events;
  };
  const auto before = events(folder_.path());
  ASSERT_GT(before.size(), 7u);
  start();
  EXPECT_EQ(version_of(database()), sqlite::schema_version);
  EXPECT_EQ(version_of(copy()), older);
  EXPECT_EQ(told_, std::vector{fmt::format("{} -> {}: tenantscope.db.version-{}", older,
                                           sqlite::schema_version, older)});
  EXPECT_GT(calls_, 0);

  const TemporaryFolder back;
  fs::copy(copy(), back.path() / "tenantscope.db");
  EXPECT_EQ(events(back.path()), before) << "an older version goes on with it";
}

TEST_F(UpgradeCopy, IsMadeOnlyWhereAStepIsDue) {
  start();
  fs::remove(copy());
  told_.clear();
  calls_ = 0;
  start();
  EXPECT_EQ(copies(), std::vector<std::string>{});
  EXPECT_EQ(told_, std::vector<std::string>{});
  EXPECT_EQ(calls_, 0);
}

TEST_F(UpgradeCopy, StaysUntilTheNextStepIsDone) {
  for (const char* name : {"tenantscope.db.version-1", "tenantscope.db.version-2.part"})
    std::ofstream(folder_.path() / name) << "an older one";
  start();
  EXPECT_EQ(copies(), std::vector<std::string>{copy().filename()});
  start();
  EXPECT_EQ(copies(), std::vector<std::string>{copy().filename()});
}

TEST_F(UpgradeCopy, ThatHasNoRoomLeavesTheLedgerAsItWas) {
  std::ofstream(folder_.path() / "tenantscope.db.version-1") << "an older one";
  {
    const std::uintmax_t size = fs::file_size(database());
    ASSERT_GT(size, log_index) << "SQLite has to be able to open it";
    const FullDisk limited(size - 1);
    try {
      start();
      FAIL() << "it started";
    } catch (const FatalError& error) {
      EXPECT_EQ(error.exit_code, exit_failure) << "tried again once there may be room";
      EXPECT_EQ(std::string(error.what())
                    .find(database().string() +
                          ": left at version 3, as the copy that is kept of "
                          "it can't be made: " +
                          copy().string() + ".part: "),
                0u)
          << error.what();
    }
  }
  EXPECT_EQ(version_of(database()), older);
  EXPECT_EQ(copies(), std::vector<std::string>{"tenantscope.db.version-1"}) << "no draft is left";
  start();
  EXPECT_EQ(version_of(database()), sqlite::schema_version);
  EXPECT_EQ(copies(), std::vector<std::string>{copy().filename()});
}

// Of a database that is damaged, nothing is written.
TEST_F(UpgradeCopy, IsntMadeOfWhatIsRefused) {
  execute("PRAGMA user_version = 2");
  EXPECT_THROW(start(), FatalError);
  EXPECT_EQ(copies(), std::vector<std::string>{});
}

}  // namespace
}  // namespace tenantscope
