#include "storage/row_checksum.hpp"

#include <gtest/gtest.h>

#include <set>

#include "storage/sqlite/sqlite.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

// `taken`: what of the query's row is given.
template <class Taken>
std::int64_t of_query(const std::string& query, Taken taken) {
  const TemporaryFolder folder;
  const sqlite::Connection connection(folder.path() / "db", sqlite::Connection::Mode::create);
  sqlite::Statement statement(connection, query);
  sqlite::Rows row = statement();
  row.next();
  return taken(row);
}

std::int64_t in_sql(const std::string& values) {
  return of_query("SELECT row_checksum(" + values + ")",
                  [](const sqlite::Rows& row) { return row.integer(0); });
}

// Reference values of the same in Python: every store has to come to them.
TEST(RowChecksum, IsTheSameInEveryStore) {
  RowChecksum row;
  row.add("global");
  row.add("contoso.example");
  row.add(std::int64_t(7));
  row.add(std::nullopt);
  EXPECT_EQ(row.value(), std::int64_t(-1797213146773035246));
  EXPECT_EQ(in_sql("'global', 'contoso.example', 7, NULL"), std::int64_t(-1797213146773035246));
  EXPECT_EQ(in_sql("-1, 1.5, ''"), std::int64_t(-607230939802847973));
}

TEST(RowChecksum, IsTheSameOfColumnsAsTheyAreRead) {
  const std::string values =
      "'global', 7, -1, 0, 256, 1.5, NULL, '', 'contoso.example', x'30', x''";
  const auto read = [](const sqlite::Rows& row) { return row.checksum(11); };
  EXPECT_EQ(of_query("SELECT " + values + ", 'another'", read), in_sql(values));
}

TEST(RowChecksum, IsAnotherForEveryRow) {
  std::set<std::int64_t> checksums;
  const std::vector<std::string> rows{"'ab', 'c'", "'a', 'bc'", "'abc'", "''",    "NULL",
                                      "0",         "0.0",       "'0'",   "x'30'", "NULL, ''",
                                      "'', NULL",  "1",         "256",   "'n'",   "NULL, NULL"};
  for (const std::string& row : rows)
    EXPECT_TRUE(checksums.insert(in_sql(row)).second) << row;
}

}  // namespace
}  // namespace tenantscope
