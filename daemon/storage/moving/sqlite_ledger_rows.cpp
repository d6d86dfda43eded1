#include "storage/moving/sqlite_ledger_rows.hpp"

#include <fmt/format.h>

#include <array>

#include "base/digest.hpp"
#include "storage/sqlite/sqlite_rewind.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope::sqlite {
namespace {

[[noreturn]] void refuse_damaged(const Connection& connection, const std::string& row) {
  throw Failure(fmt::format("{}: damaged: {}: see `tenantscope storage check`",
                            connection.path().native(), row));
}

// A ledger of before this was kept says it by its oldest event.
JournalHead taken_in(Meta& meta, JournalQueries& journal) {
  if (const auto taken = read_head(meta.value(Meta::taken_key)))
    return *taken;
  return {.sequence = journal.oldest() - 1, .hash = {}};
}

}  // namespace

SqliteLedgerReader::SqliteLedgerReader(const std::filesystem::path& database)
    : damage_{.damaged = [this](const std::string& row) { refuse_damaged(connection_, row); }},
      connection_(database, Connection::Mode::read_only),
      tenants_(connection_, fmt::format("SELECT {} FROM tenants WHERE (asked, name) > (?1, ?2) "
                                        "ORDER BY asked, name LIMIT ?3",
                                        TenantsTable::selected(schema_version))),
      owed_(connection_,
            fmt::format("SELECT sink, outbox.sequence, outbox.checksum = row_checksum({}) FROM "
                        "outbox JOIN journal ON journal.sequence = outbox.sequence WHERE "
                        "(sink, outbox.sequence) > (?1, ?2) ORDER BY sink, outbox.sequence "
                        "LIMIT ?3",
                        OutboxTable::guarded)),
      alerts_(connection_,
              fmt::format("SELECT sink, alerts.sequence, alerts.checksum = row_checksum({}), until "
                          "FROM alerts JOIN journal ON journal.sequence = alerts.sequence WHERE "
                          "(sink, alerts.sequence) > (?1, ?2) ORDER BY sink, alerts.sequence "
                          "LIMIT ?3",
                          AlertsTable::guarded)) {
  connection_.execute("BEGIN; SELECT count(*) FROM sqlite_schema");
}

LedgerFacts SqliteLedgerReader::facts() {
  BelievedTime believed(connection_, meta_);
  return {.id = meta_.ledger(),
          .head = JournalWriter(connection_, meta_, journal_).head(),
          .taken = taken_in(meta_, journal_),
          .rewound = rewound(meta_),
          .believed = believed.kept_last(),
          .latest_believed = believed.kept_latest()};
}

std::vector<PlacedEvent> SqliteLedgerReader::events(std::uint64_t after, std::size_t limit) {
  std::vector<PlacedEvent> events;
  for (JournalEntry& entry : journal_.read(after, limit)) {
    std::string hash = sha256(entry.event);
    events.push_back({.entry = std::move(entry), .hash = std::move(hash)});
  }
  return events;
}

std::vector<StoredTenant> SqliteLedgerReader::tenants(const TenantKey& after, std::size_t limit) {
  std::vector<StoredTenant> tenants;
  for (Rows rows = tenants_(after.asked, after.name, std::uint64_t(limit)); rows.next();) {
    auto stored = tenant_in(rows);
    if (!stored)
      refuse_damaged(connection_, "tenant " + rows.text(TenantsTable::whose));
    tenants.push_back(std::move(*stored));
  }
  return tenants;
}

std::vector<OwedEvent> SqliteLedgerReader::owed(const OwedEvent& after, std::size_t limit) {
  std::vector<OwedEvent> owed;
  for (Rows rows = owed_(after.sink, after.sequence, std::uint64_t(limit)); rows.next();) {
    owed.push_back({.sink = rows.text(0), .sequence = std::uint64_t(rows.integer(1))});
    if (rows.integer(2) == 0)
      refuse_damaged(connection_,
                     fmt::format("outbox of {}, event {}", owed.back().sink, owed.back().sequence));
  }
  return owed;
}

std::vector<ShownAlert> SqliteLedgerReader::alerts(const OwedEvent& after, std::size_t limit) {
  std::vector<ShownAlert> alerts;
  for (Rows rows = alerts_(after.sink, after.sequence, std::uint64_t(limit)); rows.next();) {
    alerts.push_back({.event = {.sink = rows.text(0), .sequence = std::uint64_t(rows.integer(1))},
                      .until = rows.time(3)});
    if (rows.integer(2) == 0)
      refuse_damaged(connection_, fmt::format("alert of {}, event {}", alerts.back().event.sink,
                                              alerts.back().event.sequence));
  }
  return alerts;
}

SqliteLedgerWriter::SqliteLedgerWriter(const std::filesystem::path& database)
    : connection_(database, Connection::Mode::read_write) {
  connection_.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
}

void SqliteLedgerWriter::add(std::span<const PlacedEvent> events) {
  Transaction transaction(connection_);
  for (const PlacedEvent& event : events)
    writer_.add(event);
  transaction.commit();
}

void SqliteLedgerWriter::add(std::span<const StoredTenant> tenants) {
  Transaction transaction(connection_);
  for (const StoredTenant& tenant : tenants)
    tenants_.add(tenant);
  transaction.commit();
}

void SqliteLedgerWriter::add(std::span<const ShownAlert> alerts) {
  for (const auto& [event, until] : alerts) {
    const std::array sequences{event.sequence};
    deliveries_.raise(event.sink, sequences, until);
  }
}

void SqliteLedgerWriter::add(std::span<const OwedEvent> owed) {
  Transaction transaction(connection_);
  for (const auto& [sink, sequence] : owed)
    deliveries_.add(sink, sequence);
  transaction.commit();
}

void SqliteLedgerWriter::finish(const LedgerFacts& facts) {
  Transaction transaction(connection_);
  meta_.set(Meta::ledger_key, to_string(facts.id));
  meta_.set(Meta::tenants_key, std::to_string(facts.tenants));
  raise_head(connection_, facts.head.sequence);
  writer_.keep_taken(facts.taken);
  if (const JournalHead found = writer_.head(); found.hash != facts.head.hash)
    writer_.keep_head(facts.head);
  if (facts.rewound)
    keep_rewound(meta_, *facts.rewound);
  believed_.keep(facts.believed, facts.latest_believed);
  transaction.commit();
  connection_.execute("PRAGMA journal_mode = DELETE");
}

}  // namespace tenantscope::sqlite
