#include "storage/moving/pg_ledger_rows.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"
#include "storage/postgres/pg_deliveries.hpp"
#include "storage/postgres/pg_event_columns.hpp"
#include "storage/postgres/pg_head.hpp"
#include "storage/postgres/pg_state_columns.hpp"
#include "storage/postgres/pg_term.hpp"

namespace tenantscope {
namespace {

[[noreturn]] void refuse_damaged_row(const std::string& row) {
  throw PgFailure(fmt::format("the ledger is damaged: {}: see `tenantscope storage check`", row),
                  PgFailure::unusable);
}

}  // namespace

PgLedgerReader::PgLedgerReader(PgSettings settings)
    : damage_{.damaged = refuse_damaged_row}, snapshot_(std::move(settings)) {}

LedgerFacts PgLedgerReader::facts() {
  PgSession& session = snapshot_.session();
  const PgHead head = pg_head_in(session.ask(pg_head_question(session.schema())));
  const PgRows rows = session.ask(PgStatement(
      fmt::format("SELECT coalesce(taken, 0), taken_hash, believed, latest_believed FROM {}.ledger",
                  session.schema())));
  const PgRow row = rows.row(0);
  return {.id = head.id,
          .head = head.journal,
          .taken = {.sequence = row.number(0), .hash = hex_of(row.view(1))},
          .rewound = head.rewound,
          .believed = row.time_if_any(2),
          .latest_believed = row.time_if_any(3),
          .tenants = head.tenants};
}

std::vector<PlacedEvent> PgLedgerReader::events(std::uint64_t after, std::size_t limit) {
  std::vector<PlacedEvent> events;
  for (JournalEntry& entry : journal_.read(after, limit)) {
    std::string hash = sha256(entry.event);
    events.push_back({.entry = std::move(entry), .hash = std::move(hash)});
  }
  return events;
}

std::vector<StoredTenant> PgLedgerReader::tenants(const TenantKey& after, std::size_t limit) {
  TenantKey place = after;
  return tenants_.page(place, limit);
}

PgRows PgLedgerReader::deliveries(const char* table, const char* columns, const OwedEvent& after,
                                  std::size_t limit) {
  PgSession& session = snapshot_.session();
  return session.ask(
      PgStatement(fmt::format("SELECT {0} FROM {1}.{2} AS owed JOIN {1}.journal USING (sequence) "
                              "WHERE (sink, sequence) > ($1, $2) ORDER BY sink, sequence LIMIT $3",
                              columns, session.schema(), table),
                  after.sink, after.sequence, std::uint64_t(limit)));
}

std::vector<OwedEvent> PgLedgerReader::owed(const OwedEvent& after, std::size_t limit) {
  std::vector<OwedEvent> all;
  const PgRows rows = deliveries("outbox", "sink, sequence, owed.checksum", after, limit);
  for (const PgRow row : rows) {
    const OwedEvent& owed = all.emplace_back(OwedEvent{row.text(0), row.number(1)});
    if (row.integer(2) != pg_owed_checksum(owed.sink, owed.sequence))
      refuse_damaged_row(fmt::format("outbox of {}, event {}", owed.sink, owed.sequence));
  }
  return all;
}

std::vector<ShownAlert> PgLedgerReader::alerts(const OwedEvent& after, std::size_t limit) {
  std::vector<ShownAlert> all;
  const PgRows rows = deliveries("alerts", "sink, sequence, owed.checksum, until", after, limit);
  for (const PgRow row : rows) {
    const auto& [event, until] =
        all.emplace_back(ShownAlert{{row.text(0), row.number(1)}, row.time(3)});
    if (row.integer(2) != pg_alert_checksum(event.sink, event.sequence, until))
      refuse_damaged_row(fmt::format("alert of {}, event {}", event.sink, event.sequence));
  }
  return all;
}

// Of as many arrays as there are columns.
PgStatement PgLedgerWriter::inserted(const char* table, const char* columns, int values) const {
  std::string arrays = "$1";
  for (int number = 2; number <= values; ++number)
    arrays += fmt::format(", ${}", number);
  return PgStatement(fmt::format("INSERT INTO {}.{} ({}) SELECT * FROM unnest({})",
                                 session_.schema(), table, columns, arrays));
}

void PgLedgerWriter::write(PgStatement statement) {
  (void)pg_write_in_term(session_, term_, std::move(statement));
}

void PgLedgerWriter::add(std::span<const PlacedEvent> events) {
  PgEventColumns columns;
  for (const PlacedEvent& placed : events)
    columns.add(placed);
  PgStatement statement = inserted("journal", PgEventColumns::names, PgEventColumns::values);
  columns.add_to(statement);
  write(std::move(statement));
}

void PgLedgerWriter::add(std::span<const StoredTenant> tenants) {
  PgStateColumns columns;
  for (const auto& [key, state] : tenants)
    columns.add(key, state, std::nullopt);
  PgStatement statement("WITH turn AS (SELECT 1), " +
                        PgStateColumns::written_if("turn", session_.schema(), 1) + " SELECT 1");
  columns.add_to(statement);
  write(std::move(statement));
}

void PgLedgerWriter::add(std::span<const ShownAlert> alerts) {
  std::vector<std::string> sink;
  std::vector<std::uint64_t> sequence;
  std::vector<WallTime> until;
  std::vector<std::int64_t> checksum;
  for (const auto& [event, end] : alerts) {
    sink.push_back(event.sink);
    sequence.push_back(event.sequence);
    until.push_back(end);
    checksum.push_back(pg_alert_checksum(event.sink, event.sequence, end));
  }
  PgStatement statement = inserted("alerts", "sink, sequence, until, checksum", 4);
  statement.add(sink).add(sequence).add(until).add(checksum);
  write(std::move(statement));
}

void PgLedgerWriter::add(std::span<const OwedEvent> owed) {
  PgOwedColumns columns;
  for (const auto& [sink, sequence] : owed)
    columns.add(sink, sequence);
  PgStatement statement = inserted("outbox", PgOwedColumns::names, PgOwedColumns::values);
  columns.add_to(statement);
  write(std::move(statement));
}

void PgLedgerWriter::finish(const LedgerFacts& facts) {
  const auto& rewound = facts.rewound;
  write(PgStatement(
      fmt::format(
          "UPDATE {}.ledger SET id = $1, head = $2, head_hash = decode($3, 'hex'), "
          "tenants = $4, taken = nullif($5, 0), taken_hash = decode(nullif($6, ''), 'hex'), "
          "rewound_from = $7, rewound_last = $8, believed = $9, latest_believed = $10",
          session_.schema()),
      facts.id, facts.head.sequence, facts.head.hash, facts.tenants, facts.taken.sequence,
      facts.taken.hash, rewound ? std::optional(rewound->previous_journal) : std::nullopt,
      rewound ? std::optional(rewound->last) : std::nullopt, facts.believed,
      facts.latest_believed));
}

}  // namespace tenantscope
