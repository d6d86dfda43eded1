#include "storage/sqlite_journal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "storage/sqlite_file.hpp"
#include "storage/sqlite_ledger.hpp"

namespace tenantscope {
namespace sqlite {
namespace {

// The table of AUTOINCREMENT: what was given stays given, also when retention has emptied the
// journal.
constexpr auto last_sequence =
    "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0)";

EventKind kind_in(const Rows& row, int column) {
  const std::string text = row.text(column);
  const auto kind = std::ranges::find(event_kinds, text,
                                      [](EventKind candidate) { return to_string(candidate); });
  if (kind == event_kinds.end())
    row.fail(fmt::format("an event of an unknown kind, `{}`", text));
  return *kind;
}

std::uint64_t number_in(Rows&& rows) {
  rows.next();
  return std::uint64_t(rows.integer(0));
}

}  // namespace

JournalEntry entry_in(const Rows& row) {
  return {.sequence = std::uint64_t(row.integer(0)),
          .id = row.text(1),
          .kind = kind_in(row, 2),
          .tenant = {.asked = row.text(3), .name = row.text(4)},
          .time = row.time(5),
          .event = row.text(6)};
}

std::vector<JournalEntry> entries_in(Rows&& rows) {
  std::vector<JournalEntry> entries;
  while (rows.next())
    entries.push_back(entry_in(rows));
  return entries;
}

JournalQueries::JournalQueries(const Connection& connection)
    : read_(connection,
            fmt::format("SELECT {} FROM journal WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
                        entry_columns)),
      find_(connection, fmt::format("SELECT {} FROM journal WHERE id = ?1", entry_columns)),
      oldest_(connection,
              fmt::format("SELECT coalesce((SELECT min(sequence) FROM journal), ({}) + 1)",
                          last_sequence)),
      last_(connection, last_sequence) {}

std::vector<JournalEntry> JournalQueries::read(std::uint64_t after, std::size_t limit) {
  return entries_in(read_(after, limit));
}

std::optional<JournalEntry> JournalQueries::find(const std::string& id) {
  Rows row = find_(id);
  return row.next() ? std::optional(entry_in(row)) : std::nullopt;
}

std::uint64_t JournalQueries::oldest() { return number_in(oldest_()); }

std::uint64_t JournalQueries::last() { return number_in(last_()); }

}  // namespace sqlite

namespace {

class SqliteJournal : public Journal {
 public:
  explicit SqliteJournal(const std::filesystem::path& database)
      : connection_(database, sqlite::Connection::Mode::read_only), queries_(connection_) {
    queries_.last();
  }

  Result<std::vector<JournalEntry>> read(std::uint64_t after, std::size_t limit) override {
    return sqlite::caught([&] { return queries_.read(after, limit); });
  }
  Result<std::optional<JournalEntry>> find(const std::string& id) override {
    return sqlite::caught([&] { return queries_.find(id); });
  }
  Result<std::uint64_t> oldest() override {
    return sqlite::caught([&] { return queries_.oldest(); });
  }
  Result<std::uint64_t> last() override {
    return sqlite::caught([&] { return queries_.last(); });
  }

 private:
  sqlite::Connection connection_;
  sqlite::JournalQueries queries_;
};

}  // namespace

std::unique_ptr<Journal> open_own_sqlite_journal(const std::filesystem::path& storage) {
  return sqlite::opened([&]() -> std::unique_ptr<Journal> {
    return std::make_unique<SqliteJournal>(sqlite::database_in(storage));
  });
}

std::unique_ptr<Journal> open_sqlite_journal(const std::filesystem::path& storage) {
  const auto database = sqlite::database_in(storage);
  if (!sqlite::holds_ledger(database))
    throw FatalError(exit_unusable, fmt::format("nothing is stored in {}", storage.native()));
  return open_own_sqlite_journal(storage);
}

}  // namespace tenantscope
