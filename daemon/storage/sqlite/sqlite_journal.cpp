#include "storage/sqlite/sqlite_journal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "storage/sqlite/sqlite_file.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "storage/sqlite/sqlite_tenants.hpp"

namespace tenantscope {
namespace sqlite {
namespace {

// What was given stays given, also when retention has emptied the journal: the table of
// AUTOINCREMENT knows it, and what the ledger kept of the newest event. None of them is believed
// where damage has made it absurd.
std::string last_sequence() {
  return fmt::format(
      "SELECT max("
      "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal' AND seq < {0}), 0), "
      "coalesce((SELECT sequence FROM journal WHERE sequence < {0} ORDER BY sequence DESC LIMIT 1),"
      " 0), "
      "coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'head' AND "
      "CAST(value AS INTEGER) < {0}), 0))",
      sequences_end);
}

std::uint64_t number_in(Rows&& rows) {
  rows.next();
  return std::uint64_t(rows.integer(0));
}

}  // namespace

std::optional<JournalEntry> entry_in(const Rows& row) {
  using Column = JournalTable::Column;
  const std::string kind_text = row.text(Column::kind);
  const auto kind = std::ranges::find(event_kinds, kind_text,
                                      [](EventKind candidate) { return to_string(candidate); });
  if (row.integer(Column::sound) == 0 || kind == event_kinds.end())
    return std::nullopt;
  return JournalEntry{.sequence = std::uint64_t(row.integer(Column::sequence)),
                      .id = row.text(Column::id),
                      .kind = *kind,
                      .tenant = {.asked = row.text(Column::asked), .name = row.text(Column::name)},
                      .time = row.time(Column::time),
                      .event = row.text(Column::event)};
}

JournalQueries::JournalQueries(const Connection& connection, const DamageObserver& damage)
    : damage_(damage),
      version_(version_of(connection)),
      read_(connection, fmt::format("SELECT {} FROM journal WHERE sequence > ?1 ORDER BY sequence",
                                    JournalTable::selected(version_))),
      newest_(connection,
              fmt::format("SELECT {} FROM journal WHERE sequence < ?1 ORDER BY sequence DESC",
                          JournalTable::selected(version_))),
      newest_of_(connection,
                 fmt::format("SELECT {} FROM journal WHERE asked = ?1 AND name = ?2 AND "
                             "sequence < ?3 ORDER BY sequence DESC",
                             JournalTable::selected(version_))),
      newest_until_(connection,
                    "SELECT coalesce(max(sequence), 0) FROM (SELECT sequence FROM journal WHERE "
                    "time <= ?1 ORDER BY time DESC LIMIT 1000)"),
      find_(connection,
            fmt::format("SELECT {} FROM journal WHERE id = ?1", JournalTable::selected(version_))),
      oldest_(connection,
              fmt::format("SELECT coalesce((SELECT sequence FROM journal WHERE sequence > 0 "
                          "ORDER BY sequence LIMIT 1), ({}) + 1)",
                          last_sequence())),
      last_(connection, last_sequence()) {}

// Rows whose numbers are damaged may stand at the wrong place: none is given twice.
std::vector<JournalEntry> JournalQueries::read(std::uint64_t after, std::size_t limit) {
  std::vector<JournalEntry> entries;
  for (Rows rows = read_(after); entries.size() < limit && rows.next();) {
    std::optional<JournalEntry> entry = entry_in(rows);
    if (!entry)
      tell_of_damage(rows);
    else if (entry->sequence > after)
      entries.push_back(std::move(*entry));
  }
  return entries;
}

std::vector<JournalEntry> JournalQueries::newest(const std::optional<TenantKey>& tenant,
                                                 std::uint64_t before, std::size_t limit) {
  std::vector<JournalEntry> entries;
  for (Rows rows = tenant ? newest_of_(tenant->asked, tenant->name, before) : newest_(before);
       entries.size() < limit && rows.next();) {
    std::optional<JournalEntry> entry = entry_in(rows);
    if (!entry)
      tell_of_damage(rows);
    else if (entry->sequence < before)
      entries.push_back(std::move(*entry));
  }
  return entries;
}

std::uint64_t JournalQueries::newest_until(WallTime time) { return number_in(newest_until_(time)); }

std::optional<JournalEntry> JournalQueries::find(const std::string& id) {
  Rows row = find_(id);
  if (!row.next())
    return std::nullopt;
  std::optional<JournalEntry> entry = entry_in(row);
  if (!entry)
    tell_of_damage(row);
  return entry;
}

std::uint64_t JournalQueries::oldest() { return number_in(oldest_()); }

std::uint64_t JournalQueries::last() { return number_in(last_()); }

void JournalQueries::tell_of_damage(const Rows& row) const {
  damage_.damaged(fmt::format("event {}", row.integer(JournalTable::sequence)));
}

}  // namespace sqlite

namespace {

class SqliteJournal : public AnsweringJournal<Journal, sqlite::JournalQueries, sqlite::Failure> {
 public:
  SqliteJournal(const std::filesystem::path& database, DamageObserver damage)
      : damage_(std::move(damage)), connection_(database, sqlite::Connection::Mode::read_only) {
    queries_.last();
  }

 private:
  sqlite::JournalQueries& queries() override { return queries_; }

  DamageObserver damage_;
  sqlite::Connection connection_;
  sqlite::JournalQueries queries_{connection_, damage_};
};

}  // namespace

std::vector<StoredTenant> read_sqlite_states(const std::filesystem::path& storage) {
  const auto database = sqlite::required_database_in(storage);
  return sqlite::opened([&] {
    sqlite::Connection connection(database, sqlite::Connection::Mode::read_only);
    sqlite::Statement load(
        connection, fmt::format("SELECT {} FROM tenants ORDER BY asked, name",
                                sqlite::TenantsTable::selected(sqlite::version_of(connection))));
    std::vector<StoredTenant> tenants;
    for (sqlite::Rows rows = load(); rows.next();)
      if (auto stored = sqlite::tenant_in(rows))
        tenants.push_back(std::move(*stored));
    return tenants;
  });
}

std::unique_ptr<Journal> open_own_sqlite_journal(const std::filesystem::path& storage,
                                                 DamageObserver damage) {
  return sqlite::opened([&]() -> std::unique_ptr<Journal> {
    return std::make_unique<SqliteJournal>(sqlite::database_in(storage), std::move(damage));
  });
}

std::unique_ptr<Journal> open_sqlite_journal(const std::filesystem::path& storage,
                                             DamageObserver damage) {
  (void)sqlite::required_database_in(storage);
  return open_own_sqlite_journal(storage, std::move(damage));
}

}  // namespace tenantscope
