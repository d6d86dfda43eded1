#include "storage/sqlite/sqlite_check.hpp"

#include <fmt/format.h>

#include <optional>
#include <sstream>
#include <string_view>

#include "storage/sqlite/sqlite_file.hpp"
#include "storage/sqlite/sqlite_journal.hpp"
#include "storage/sqlite/sqlite_meta.hpp"
#include "storage/sqlite/sqlite_open_mark.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope {
namespace sqlite {
namespace {

std::uint64_t count(Connection& connection, std::string_view table) {
  Statement all(connection, fmt::format("SELECT count(*) FROM {}", table));
  Rows row = all();
  row.next();
  return std::uint64_t(row.integer(0));
}

// What begins with `***` is of pages, a line each, and comes first; all else is of rows.
void check_pages(Connection& connection, StorageReport& report) {
  Statement check(connection, fmt::format("PRAGMA integrity_check({})", StorageReport::most_named));
  for (Rows findings = check(); findings.next();) {
    const std::string finding = findings.text(0);
    const bool of_pages = finding.starts_with("***");
    std::vector<std::string>& found = of_pages ? report.pages : report.contradictions;
    std::istringstream lines(finding);
    for (std::string line; std::getline(lines, line);)
      if (line != "ok" && !line.starts_with("***") && found.size() < StorageReport::most_named)
        found.push_back(line);
  }
}

// `name`: SQL for what a row is called.
void check_rows(Connection& connection, std::string_view table, std::string_view name,
                std::string_view guarded, StorageReport& report) {
  Statement damaged(connection,
                    fmt::format("SELECT {} FROM {} WHERE checksum IS NOT row_checksum({})", name,
                                table, guarded));
  for (Rows rows = damaged(); rows.next();)
    report.note_row(rows.text(0));
}

void check_number_of_tenants(Meta& meta, StorageReport& report) {
  const auto known = meta.value(Meta::tenants_key);
  if (known && *known != std::to_string(report.tenants))
    report.note_row(fmt::format("{} tenants of {}", report.tenants, *known));
}

void check_journal(Connection& connection, StorageReport& report) {
  constexpr int hash = JournalTable::count;
  constexpr int previous_hash = hash + 1;
  Statement all(connection,
                fmt::format("SELECT {}, lower(hex(hash)), CASE WHEN json_valid(event) THEN "
                            "json_extract(event, '$.previoushash') END "
                            "FROM journal ORDER BY sequence",
                            JournalTable::selected(report.version)));
  CutFinder cuts(report);
  for (Rows rows = all(); rows.next();) {
    const auto sequence = std::uint64_t(rows.integer(JournalTable::sequence));
    const bool sound = entry_in(rows).has_value();
    if (!sound)
      report.note_row(fmt::format("event {}", sequence));
    std::optional<std::string_view> previous;
    if (sound && !rows.null(previous_hash))
      previous = rows.view(previous_hash);
    cuts.take(sequence, rows.text(hash), previous);
  }
}

void check_all_rows(Connection& connection, StorageReport& report) {
  check_rows(connection, "meta", "'what is said of ' || key", "key, value", report);
  check_rows(connection, "tenants", "'tenant ' || whose", TenantsTable::guarded, report);
  check_journal(connection, report);
  check_rows(connection, "outbox", "'outbox of ' || sink || ', event ' || sequence",
             OutboxTable::guarded, report);
  check_rows(connection, "alerts", "'alert of ' || sink || ', event ' || sequence",
             AlertsTable::guarded, report);
}

}  // namespace

// What contradicts itself may have no rows that can be read.
StorageReport check(Connection& connection) {
  StorageReport report{.version = version_of(connection)};
  connection.execute("BEGIN");
  const auto read = caught([&] {
    check_pages(connection, report);
    const DamageObserver nobody;
    report.events = count(connection, "journal");
    report.tenants = count(connection, "tenants");
    report.last = JournalQueries(connection, nobody).last();
    report.rows_checked = report.version == schema_version;
    if (!report.rows_checked)
      return;
    check_all_rows(connection, report);
    Meta meta(connection);
    check_number_of_tenants(meta, report);
    report.moved_to = meta.value(Meta::moved_key).value_or("");
    report.log_missing = lacks_log(connection);
  });
  if (!read && report.pages.empty())
    report.pages.push_back(read.error().detail);
  (void)caught([&] { connection.execute("ROLLBACK"); });  // which may fail as the reading did
  return report;
}

}  // namespace sqlite

StorageReport check_sqlite_storage(const std::filesystem::path& storage) {
  const auto database = sqlite::required_database_in(storage);
  return sqlite::opened([&] {
    sqlite::Connection connection(database, sqlite::Connection::Mode::read_only);
    return sqlite::check(connection);
  });
}

}  // namespace tenantscope
