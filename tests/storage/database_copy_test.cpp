#include "storage/database_copy.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temporary_folder.hpp"

namespace tenantscope::sqlite {
namespace {

namespace fs = std::filesystem;

class DatabaseCopy : public testing::Test {
 protected:
  DatabaseCopy() {
    from_.execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
    from_.execute("CREATE TABLE numbers(number INTEGER, text TEXT)");
    from_.execute(
        "WITH RECURSIVE counted(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted "
        "WHERE number < 12000) INSERT INTO numbers SELECT number, hex(zeroblob(200)) FROM "
        "counted");
  }
  static std::int64_t sum(const fs::path& path) {
    const Connection connection(path, Connection::Mode::read_only);
    Statement sum(connection, "SELECT sum(number) FROM numbers");
    Rows row = sum();
    row.next();
    return row.integer(0);
  }
  std::size_t files() const {
    return std::size_t(std::distance(fs::directory_iterator(folder_.path()), {}));
  }

  TemporaryFolder folder_;
  const fs::path copy_ = folder_.path() / "copy";
  Connection from_{folder_.path() / "database", Connection::Mode::create};
};

TEST_F(DatabaseCopy, HasWhatIsInTheLogAsWell) {
  int calls = 0;
  const std::size_t before = files();
  copy_database(from_, copy_, [&] { ++calls; });
  EXPECT_EQ(sum(copy_), 72'006'000);
  EXPECT_GT(calls, 0) << "who waits for it hears that it goes on";
  EXPECT_LE(files(), before + 3) << "nothing but the copy is left, and what reading it made";
}

TEST_F(DatabaseCopy, IsItsOwnersAloneWhateverTheUmask) {
  const mode_t before = ::umask(0);
  copy_database(from_, copy_);
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat(copy_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(DatabaseCopy, TakesThePlaceOfWhatWasThere) {
  std::ofstream(copy_) << "an older one";
  std::ofstream(folder_.path() / "copy.new") << "a piece that a crash has left";
  copy_database(from_, copy_);
  EXPECT_EQ(sum(copy_), 72'006'000);
  EXPECT_FALSE(fs::exists(folder_.path() / "copy.new"));
}

TEST_F(DatabaseCopy, ThatCantBeMadeLeavesWhatWasThere) {
  const fs::path nowhere = folder_.path() / "missing" / "copy";
  EXPECT_THROW(copy_database(from_, nowhere), Failure);
  fs::create_directories(copy_ / "file");
  const std::size_t before = files();
  EXPECT_THROW(copy_database(from_, copy_), fs::filesystem_error);
  EXPECT_EQ(files(), before);
}

}  // namespace
}  // namespace tenantscope::sqlite
