#include "storage/sqlite/sqlite_schema.hpp"

#include <fmt/format.h>

#include <array>

#include "storage/sqlite/sqlite.hpp"

namespace tenantscope::sqlite {
namespace {

constexpr auto first_tables = R"(
CREATE TABLE meta(key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tenants(
  asked TEXT NOT NULL,
  name TEXT NOT NULL,
  generation INTEGER NOT NULL,
  found INTEGER NOT NULL,
  cloud TEXT,
  tenant_id TEXT,
  region_scope TEXT,
  sub_scope TEXT,
  region_scope_changed INTEGER,
  sub_scope_changed INTEGER,
  b2b_capability_changed INTEGER,
  identity_changed INTEGER,
  presence_changed INTEGER,
  last_success INTEGER,
  PRIMARY KEY(asked, name)) WITHOUT ROWID;
CREATE TABLE journal(
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  asked TEXT NOT NULL,
  name TEXT NOT NULL,
  time INTEGER NOT NULL,
  event TEXT NOT NULL);
CREATE INDEX journal_by_time ON journal(time);
CREATE INDEX journal_by_tenant ON journal(asked, name);
CREATE TABLE outbox(
  sink TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY(sink, sequence)) WITHOUT ROWID;
)";

constexpr auto alerts = R"(
CREATE TABLE alerts(
  sink TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY(sink, sequence)) WITHOUT ROWID;
)";

// A row of the journal whose event says otherwise than its columns was damaged before there were
// checksums: it gets one that is wrong.
constexpr auto checksums = R"(
ALTER TABLE meta ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN whose TEXT NOT NULL DEFAULT '';
ALTER TABLE tenants ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN hash BLOB NOT NULL DEFAULT x'';
ALTER TABLE journal ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE meta SET checksum = row_checksum(key, value);
UPDATE tenants SET whose = name || '@' || asked, checksum = row_checksum({0});
UPDATE journal SET hash = sha256(event), checksum = CASE WHEN json_valid(event)
  AND json_extract(event, '$.id') IS id AND json_extract(event, '$.data.tenant') IS name
  AND json_extract(event, '$.data.asked') IS asked
  AND CAST(json_extract(event, '$.sequence') AS INTEGER) IS sequence
  THEN row_checksum(sequence, id, kind, asked, name, time, sha256(event)) ELSE 0 END;
UPDATE outbox SET checksum = row_checksum({1});
UPDATE alerts SET checksum = row_checksum({2});
)";

constexpr std::string_view tenants_guarded_before_pins =
    "asked, name, generation, found, cloud, tenant_id, region_scope, sub_scope, "
    "region_scope_changed, sub_scope_changed, b2b_capability_changed, identity_changed, "
    "presence_changed";

// A row that was damaged stays so.
constexpr auto pins = R"(
ALTER TABLE tenants ADD COLUMN stranger_cloud TEXT;
ALTER TABLE tenants ADD COLUMN stranger_tenant_id TEXT;
ALTER TABLE tenants ADD COLUMN b2b_before TEXT;
UPDATE tenants SET checksum = row_checksum({0}) WHERE checksum = row_checksum({1});
)";

struct Migration {
  std::uint32_t to;  // the version
  void (*apply)(Connection&);
};

constexpr std::array migrations{
    Migration{1, [](Connection& connection) { connection.execute(first_tables); }},
    Migration{2, [](Connection& connection) { connection.execute(alerts); }},
    Migration{3,
              [](Connection& connection) {
                connection.execute(fmt::format(checksums, tenants_guarded_before_pins,
                                               OutboxTable::guarded, AlertsTable::guarded));
              }},
    Migration{4,
              [](Connection& connection) {
                connection.execute(
                    fmt::format(pins, TenantsTable::guarded, tenants_guarded_before_pins));
              }},
};
static_assert(migrations.back().to == schema_version);

// A column by which a version is known that a database denies.
struct Mark {
  std::uint32_t version;
  std::string_view table, column;
};
constexpr Mark marks[]{{first_with_checksums, "journal", "hash"},
                       {first_with_pins, "tenants", "stranger_cloud"}};

bool has(const Connection& connection, const Mark& mark) {
  Statement column(connection, "SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2");
  return column(mark.table, mark.column).next();
}

}  // namespace

// A row of an older version that is as it was written gets the checksum that it would have now.
std::string TenantsTable::selected(std::uint32_t version) {
  if (version >= first_with_pins)
    return fmt::format("{}, last_success, whose, checksum", guarded);
  constexpr auto& columns = tenants_guarded_before_pins;
  const bool checked = version >= first_with_checksums;
  return fmt::format(
      "{0}, NULL, NULL, NULL, last_success, {1}, CASE WHEN {2} THEN row_checksum({0}, NULL, NULL, "
      "NULL) END",
      columns, checked ? "whose" : "''",
      checked ? fmt::format("checksum = row_checksum({})", columns) : "1");
}

std::string JournalTable::selected(std::uint32_t version) {
  constexpr auto columns =
      "journal.sequence, journal.id, journal.kind, journal.asked, journal.name, journal.time, "
      "journal.event";
  return version < first_with_checksums ? fmt::format("{}, 1", columns)
                                        : fmt::format(
                                              "{}, journal.hash IS sha256(journal.event) AND "
                                              "journal.checksum IS row_checksum({})",
                                              columns, guarded);
}

std::string OutboxTable::selected() {
  return fmt::format("outbox.sequence, outbox.checksum = row_checksum({})", guarded);
}

std::string AlertsTable::selected() {
  return fmt::format("alerts.until, alerts.checksum = row_checksum({})", guarded);
}

std::uint32_t version_of(const Connection& connection) {
  Statement version(connection, "PRAGMA user_version");
  Rows row = version();
  row.next();
  return std::uint32_t(row.integer(0));
}

void prove_version(const Connection& connection, std::uint32_t version) {
  for (const Mark& mark : marks)
    if (version < mark.version && has(connection, mark))
      throw Failure(
          fmt::format("{}: damaged: it says that it is of version {}, but has what version "
                      "{} brought: bring it back from a backup, or move it away to begin "
                      "anew",
                      connection.path().native(), version, mark.version));
}

// In one transaction: between two versions the copy of the older one would be no use.
void migrate(Connection& connection) {
  const std::uint32_t written = version_of(connection);
  if (written >= schema_version)
    return;
  Transaction transaction(connection);
  for (const Migration& migration : migrations)
    if (migration.to > written)
      migration.apply(connection);
  connection.execute(fmt::format("PRAGMA user_version = {}", schema_version));
  transaction.commit();
}

}  // namespace tenantscope::sqlite
