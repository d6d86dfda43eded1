#include "storage/sqlite_ledger.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>

#include "base/exit_code.hpp"
#include "formats/json.hpp"
#include "storage/database_place.hpp"
#include "storage/sqlite.hpp"
#include "storage/sqlite_deliveries.hpp"
#include "storage/sqlite_file.hpp"
#include "storage/sqlite_journal.hpp"

namespace tenantscope {
namespace {

using sqlite::caught;
using sqlite::Connection;
using sqlite::Rows;
using sqlite::Statement;
using sqlite::Transaction;

Guid guid_in(const Rows& row, int column) {
  const auto guid = parse_guid(row.text(column));
  if (!guid)
    row.fail(fmt::format("`{}` is no GUID", row.text(column)));
  return *guid;
}

constexpr auto all_tenants = "SELECT * FROM tenants ORDER BY asked, name";

// A row of the table `tenants`.
StoredTenant tenant_in(const Rows& row) {
  StoredTenant stored{.key = {.asked = row.text(0), .name = row.text(1)}, .state = {}};
  TenantState& state = stored.state;
  state.generation = std::uint64_t(row.integer(2));
  state.found = row.integer(3) != 0;
  if (!row.null(5))
    state.known = Finding{.found = true,
                          .cloud = row.text(4),
                          .tenant_id = guid_in(row, 5),
                          .region_scope = row.text(6),
                          .sub_scope = row.text(7)};
  for (const Field field : change_fields)
    if (const int column = 8 + int(field); !row.null(column))
      state.last_change.set(field, row.time(column));
  if (!row.null(13))
    state.last_success = row.time(13);
  return stored;
}

// SQLite has opened it to read only.
[[noreturn]] void refuse_to_write(const std::filesystem::path& database) {
  const int error = ::faccessat(AT_FDCWD, database.c_str(), W_OK, AT_EACCESS) == 0 ? EACCES : errno;
  throw sqlite::Failure(fmt::format("{}: not writable for this user: {}", database.native(),
                                    std::generic_category().message(error)),
                        may_pass(error));
}

Connection open(const std::filesystem::path& database) {
  Connection connection(database, Connection::Mode::read_write);
  if (!connection.writable())
    refuse_to_write(database);
  connection.keep_log_on_close(sqlite::has_log(database));
  connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  connection.execute(
      "PRAGMA cache_spill = -32768");  // up to 32 MiB, each page of a transaction is written once
  sqlite::upgrade_ledger(connection);
  return connection;
}

Guid id_of(const Connection& connection) {
  Statement id(connection, "SELECT value FROM meta WHERE key = 'ledger'");
  Rows row = id();
  if (!row.next())
    row.fail("the ledger has no id");
  return guid_in(row, 0);
}

class SqliteLedger : public Ledger {
 public:
  SqliteLedger(const std::filesystem::path& database, StorageLock* lock);

  Guid id() const override { return id_; }

  Result<void> in_place() override;
  Result<std::optional<WallTime>> believed_time() override;
  Result<void> believe(WallTime now) override;

  Result<std::vector<StoredTenant>> load() override;
  std::vector<Result<std::uint64_t>> commit(std::span<const Step> steps,
                                            const std::string& source) override;
  Result<void> save_last_success(std::span<const std::pair<TenantKey, WallTime>> times) override;

  Result<std::vector<JournalEntry>> undelivered(const std::string& sink, std::uint64_t after,
                                                std::size_t limit) override {
    return caught([&] { return deliveries_.undelivered(sink, after, limit); });
  }
  Result<void> acknowledge(const std::string& sink,
                           std::span<const std::uint64_t> sequences) override {
    return caught([&] { deliveries_.acknowledge(sink, sequences); });
  }
  Result<OutboxStatus> outbox(const std::string& sink) override {
    return caught([&] { return deliveries_.outbox(sink); });
  }
  Result<std::uint64_t> enqueue(const std::string& sink,
                                std::span<const std::uint64_t> sequences) override {
    if (const auto here = in_place(); !here)
      return here.error();
    return caught([&] { return deliveries_.enqueue(sink, sequences); });
  }
  Result<void> raise(const std::string& sink, std::span<const std::uint64_t> sequences,
                     WallTime until) override {
    return caught([&] { deliveries_.raise(sink, sequences, until); });
  }
  Result<std::vector<Alert>> alerts(const std::string& sink) override {
    return caught([&] { return deliveries_.alerts(sink); });
  }
  Result<void> drop_alerts(const std::string& sink, WallTime ended_before) override {
    return caught([&] { deliveries_.drop_alerts(sink, ended_before); });
  }

  Result<Expired> expire(WallTime before, std::uint64_t most,
                         std::span<const TenantKey> watched) override;

  Result<std::vector<JournalEntry>> read(std::uint64_t after, std::size_t limit) override {
    return caught([&] { return journal_.read(after, limit); });
  }
  Result<std::optional<JournalEntry>> find(const std::string& id) override {
    return caught([&] { return journal_.find(id); });
  }
  Result<std::uint64_t> oldest() override {
    return caught([&] { return journal_.oldest(); });
  }
  Result<std::uint64_t> last() override {
    return caught([&] { return journal_.last(); });
  }

 private:
  Statement prepare(std::string_view sql) const { return Statement(connection_, sql); }

  std::uint64_t generation_of(const TenantKey& tenant);
  bool save(const TenantKey& tenant, const TenantState& state);
  void append(const ChangeEvent& event, std::uint64_t sequence, const std::string& source);
  std::vector<TenantKey> expire_tenants(WallTime before, std::span<const TenantKey> watched);

  Connection connection_;
  Guid id_ = id_of(connection_);
  sqlite::DatabasePlace place_;
  bool displaced_ = false;
  sqlite::JournalQueries journal_{connection_};
  sqlite::Deliveries deliveries_{connection_};
  Statement load_ = prepare(all_tenants);
  Statement generation_ = prepare("SELECT generation FROM tenants WHERE asked = ?1 AND name = ?2");
  Statement insert_ = prepare(
      "INSERT INTO tenants VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON "
      "CONFLICT DO NOTHING");
  Statement update_ = prepare(
      "UPDATE tenants SET generation = ?3, found = ?4, cloud = ?5, tenant_id = ?6, region_scope = "
      "?7, sub_scope = ?8, "
      "region_scope_changed = ?9, sub_scope_changed = ?10, b2b_capability_changed = ?11, "
      "identity_changed = ?12, presence_changed = ?13, "
      "last_success = ?14 WHERE asked = ?1 AND name = ?2 AND generation = ?3 - 1");
  Statement append_ = prepare("INSERT INTO journal VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  Statement save_last_success_ =
      prepare("UPDATE tenants SET last_success = ?3 WHERE asked = ?1 AND name = ?2");
  Statement expire_journal_ =
      prepare("DELETE FROM journal WHERE time < ?1 OR sequence <= ?2 RETURNING 1");
  Statement silent_tenants_ = prepare(
      "SELECT asked, name FROM tenants WHERE coalesce(last_success, 0) < ?1 AND NOT EXISTS "
      "(SELECT 1 FROM journal WHERE asked = tenants.asked AND name = tenants.name) "
      "ORDER BY asked, name");
  Statement forget_ = prepare("DELETE FROM tenants WHERE asked = ?1 AND name = ?2");
};

// Until the database has proved sound, by giving all its tenants, a log that a crash left behind
// stays as it is.
SqliteLedger::SqliteLedger(const std::filesystem::path& database, StorageLock* lock)
    : connection_(open(database)), place_(database, lock) {
  load_.run();
  connection_.keep_log_on_close(false);
}

// A log that was removed is lost with this process: what it holds goes into the database at once.
Result<void> SqliteLedger::in_place() {
  auto here = place_.check();
  if (!here && !displaced_)
    (void)caught([&] { connection_.execute("PRAGMA wal_checkpoint"); });
  displaced_ = !here;
  return here;
}

Result<std::optional<WallTime>> SqliteLedger::believed_time() {
  return caught([&] {
    Statement newest = prepare(
        "SELECT coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'believed_time'), "
        "(SELECT max(time) FROM (SELECT max(time) AS time FROM journal UNION ALL "
        "SELECT max(last_success) FROM tenants)))");
    Rows row = newest();
    row.next();
    return row.null(0) ? std::nullopt : std::optional(row.time(0));
  });
}

Result<void> SqliteLedger::believe(WallTime now) {
  return caught([&] { prepare("REPLACE INTO meta VALUES('believed_time', ?1)").run(now); });
}

Result<std::vector<StoredTenant>> SqliteLedger::load() {
  return caught([&] {
    std::vector<StoredTenant> tenants;
    for (Rows rows = load_(); rows.next();)
      tenants.push_back(tenant_in(rows));
    return tenants;
  });
}

std::vector<Result<std::uint64_t>> SqliteLedger::commit(std::span<const Step> steps,
                                                        const std::string& source) {
  if (const auto here = in_place(); !here)
    return std::vector<Result<std::uint64_t>>(steps.size(), here.error());
  const auto committed = caught([&] {
    std::vector<Result<std::uint64_t>> results;
    results.reserve(steps.size());
    Transaction transaction(connection_);
    std::uint64_t last = journal_.last();
    for (const Step& step : steps) {
      if (step.state && !save(step.tenant, *step.state)) {
        results.push_back(
            Error{ErrorKind::other,
                  fmt::format("{}: the ledger is at generation {}, which {} doesn't follow",
                              to_string(step.tenant), generation_of(step.tenant),
                              step.state->generation)});
        continue;
      }
      results.push_back(last + 1);
      for (const ChangeEvent& event : step.events)
        append(event, ++last, source);
    }
    transaction.commit();
    return results;
  });
  return committed ? *committed
                   : std::vector<Result<std::uint64_t>>(steps.size(), committed.error());
}

std::uint64_t SqliteLedger::generation_of(const TenantKey& tenant) {
  Rows row = generation_(tenant.asked, tenant.name);
  return row.next() ? std::uint64_t(row.integer(0)) : 0;
}

// False where it doesn't follow what is stored.
bool SqliteLedger::save(const TenantKey& tenant, const TenantState& state) {
  const auto& known = state.known;
  const auto of_document = [&](auto value) {
    return known ? std::optional(value(*known)) : std::nullopt;
  };
  const auto& changed = state.last_change;
  Statement& save = state.generation == 1 ? insert_ : update_;
  save.run(tenant.asked, tenant.name, state.generation, std::int64_t(state.found),
           of_document([](const Finding& document) { return document.cloud; }),
           of_document([](const Finding& document) { return to_string(document.tenant_id); }),
           of_document([](const Finding& document) { return document.region_scope; }),
           of_document([](const Finding& document) { return document.sub_scope; }), changed[0],
           changed[1], changed[2], changed[3], changed[4], state.last_success);
  return connection_.changes() == 1;
}

void SqliteLedger::append(const ChangeEvent& event, std::uint64_t sequence,
                          const std::string& source) {
  const Guid id = event_id(id_, event, sequence);
  const auto write = [&](const ChangeEvent& told) {
    append_.run(sequence, to_string(id), to_string(told.kind), told.tenant.asked, told.tenant.name,
                told.transition.confirmed, cloud_event(told, id, sequence, source));
  };
  if (event.pair) {
    ChangeEvent told = event;
    told.pair->cause = cause_id(id_, event);
    write(told);
  } else {
    write(event);
  }
  for (const std::string& sink : event.sinks)
    deliveries_.add(sink, sequence);
}

Result<void> SqliteLedger::save_last_success(
    std::span<const std::pair<TenantKey, WallTime>> times) {
  if (const auto here = in_place(); !here)
    return here.error();
  return caught([&] {
    Transaction transaction(connection_);
    for (const auto& [tenant, time] : times)
      save_last_success_.run(tenant.asked, tenant.name, time);
    transaction.commit();
  });
}

Result<Expired> SqliteLedger::expire(WallTime before, std::uint64_t most,
                                     std::span<const TenantKey> watched) {
  if (const auto here = in_place(); !here)
    return here.error();
  return caught([&] {
    Expired expired;
    Transaction transaction(connection_);
    const std::uint64_t last = journal_.last();
    const std::uint64_t surplus = last - std::min(last, most);
    expired.undelivered = deliveries_.expire(before, surplus);
    for (Rows rows = expire_journal_(before, surplus); rows.next();)
      ++expired.events;
    expired.tenants = expire_tenants(before, watched);
    transaction.commit();
    return expired;
  });
}

// A tenant that events still speak of stays: if it came back as new, its next event would take an
// id that is in use.
std::vector<TenantKey> SqliteLedger::expire_tenants(WallTime before,
                                                    std::span<const TenantKey> watched) {
  std::vector<TenantKey> silent;
  for (Rows rows = silent_tenants_(before); rows.next();)
    silent.push_back({.asked = rows.text(0), .name = rows.text(1)});
  const std::set<TenantKey> kept(watched.begin(), watched.end());
  std::erase_if(silent, [&](const TenantKey& tenant) { return kept.contains(tenant); });
  for (const TenantKey& tenant : silent)
    forget_.run(tenant.asked, tenant.name);
  return silent;
}

}  // namespace

std::vector<StoredTenant> read_sqlite_states(const std::filesystem::path& storage) {
  const auto database = sqlite::database_in(storage);
  if (!sqlite::holds_ledger(database))
    throw FatalError(exit_unusable, fmt::format("nothing is stored in {}", storage.native()));
  return sqlite::opened([&] {
    Connection connection(database, Connection::Mode::read_only);
    Statement load(connection, all_tenants);
    std::vector<StoredTenant> tenants;
    for (Rows rows = load(); rows.next();)
      tenants.push_back(tenant_in(rows));
    return tenants;
  });
}

std::unique_ptr<Ledger> open_sqlite_ledger(const std::filesystem::path& storage,
                                           StorageLock* lock) {
  const auto database = sqlite::database_in(storage);
  try {
    return sqlite::opened([&]() -> std::unique_ptr<Ledger> {
      if (!sqlite::holds_ledger(database))
        sqlite::create_ledger(database);
      return std::make_unique<SqliteLedger>(database, lock);
    });
  } catch (const std::filesystem::filesystem_error& error) {
    throw FatalError(exit_code_of(error.code().value()),
                     fmt::format("{}: {}", storage.native(), error.code().message()));
  }
}

}  // namespace tenantscope
