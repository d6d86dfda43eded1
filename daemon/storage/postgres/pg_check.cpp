#include "storage/postgres/pg_check.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "base/digest.hpp"
#include "formats/chain_link.hpp"
#include "storage/postgres/pg_deliveries.hpp"
#include "storage/postgres/pg_head.hpp"
#include "storage/postgres/pg_journal.hpp"
#include "storage/postgres/pg_tenant_row.hpp"
#include "storage/postgres/pg_tenants.hpp"
#include "storage/postgres/versions/pg_versions.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t rows_at_once = 1000;

// Its `previoushash`; nothing: it has none, or is no event.
std::optional<std::string> previous_of(const std::string& text) {
  const auto event = parse_event(text);
  if (!event)
    return std::nullopt;
  std::string previous = chain_link(*event, text).previous;
  return previous.empty() ? std::nullopt : std::optional(std::move(previous));
}

class PgCheck {
 public:
  explicit PgCheck(PgSession& session) : session_(session) {}

  StorageReport all();

 private:
  void tenants();
  void journal();
  void event(const PgRow& row, CutFinder& cuts);
  void outboxes();
  void alerts();
  void head(std::uint64_t newest, const std::string& hash);
  template <class Take>
  void deliveries(const char* table, const char* columns, Take take);

  PgSession& session_;
  StorageReport report_;
  PgHead head_;
};

StorageReport PgCheck::all() {
  head_ = pg_head_in(session_.ask(pg_head_question(session_.schema())));
  report_.version = std::uint32_t(pg_schema_version());
  report_.last = head_.journal.sequence;
  tenants();
  journal();
  outboxes();
  alerts();
  if (report_.tenants != head_.tenants)
    report_.note_row(fmt::format("{} tenants of {}", report_.tenants, head_.tenants));
  return std::move(report_);
}

void PgCheck::tenants() {
  const DamageObserver observer{.damaged = [this](const std::string& row) {
    report_.note_row(row);
    ++report_.tenants;
  }};
  PgTenants tenants(session_, observer);
  for (TenantKey after;;) {
    const TenantKey before = after;
    report_.tenants += tenants.page(after, rows_at_once).size();
    if (after == before)
      return;
  }
}

// Damage may have made a number of any size of its.
void PgCheck::journal() {
  CutFinder cuts(report_);
  std::int64_t after = std::numeric_limits<std::int64_t>::min();
  std::string hash;
  for (;;) {
    const PgRows rows = session_.ask(PgStatement(
        fmt::format("SELECT {} FROM {}.journal WHERE sequence > $1 ORDER BY sequence LIMIT $2",
                    PgJournalRow::selected, session_.schema()),
        after, std::uint64_t(rows_at_once)));
    if (rows.empty())
      break;
    for (const PgRow row : rows)
      event(row, cuts);
    const PgRow last = rows.row(rows.size() - 1);
    after = last.integer(PgJournalRow::sequence);
    hash = hex_of(last.view(PgJournalRow::hash));
  }
  if (report_.events > 0)
    head(std::uint64_t(after), hash);
}

void PgCheck::event(const PgRow& row, CutFinder& cuts) {
  ++report_.events;
  const auto entry = PgJournalRow::read(row);
  if (!entry)
    report_.note_row(fmt::format("event {}", row.integer(PgJournalRow::sequence)));
  const auto previous = entry ? previous_of(entry->event) : std::nullopt;
  cuts.take(row.number(PgJournalRow::sequence), hex_of(row.view(PgJournalRow::hash)),
            previous ? std::optional<std::string_view>(*previous) : std::nullopt);
}

// The next event follows what the ledger's row says.
void PgCheck::head(std::uint64_t newest, const std::string& hash) {
  const JournalHead& said = head_.journal;
  if (newest > said.sequence || (newest == said.sequence && hash != said.hash))
    report_.note_row(fmt::format("what is said of the journal's end, event {}", said.sequence));
}

// `columns` begin with the sink and the sequence.
template <class Take>
void PgCheck::deliveries(const char* table, const char* columns, Take take) {
  std::string sink;
  std::int64_t after = std::numeric_limits<std::int64_t>::min();
  for (;;) {
    const PgRows rows = session_.ask(
        PgStatement(fmt::format("SELECT {} FROM {}.{} WHERE (sink, sequence) > ($1, $2) "
                                "ORDER BY sink, sequence LIMIT $3",
                                columns, session_.schema(), table),
                    sink, after, std::uint64_t(rows_at_once)));
    if (rows.empty())
      return;
    for (const PgRow row : rows) {
      sink = row.text(0);
      after = row.integer(1);
      take(row, sink, std::uint64_t(after));
    }
  }
}

void PgCheck::outboxes() {
  deliveries(
      "outbox", "sink, sequence, checksum",
      [this](const PgRow& row, const std::string& sink, std::uint64_t sequence) {
        if (row.integer(2) != pg_owed_checksum(sink, sequence))
          report_.note_row(fmt::format("outbox of {}, event {}", sink, std::int64_t(sequence)));
      });
}

void PgCheck::alerts() {
  deliveries(
      "alerts", "sink, sequence, checksum, until",
      [this](const PgRow& row, const std::string& sink, std::uint64_t sequence) {
        if (row.integer(2) != pg_alert_checksum(sink, sequence, row.time(3)))
          report_.note_row(fmt::format("alert of {}, event {}", sink, std::int64_t(sequence)));
      });
}

}  // namespace

StorageReport check_pg_ledger(PgSnapshot& ledger) {
  StorageReport report = PgCheck(ledger.session()).all();
  report.moved_to = ledger.mark().moved_to;
  report.copied_from = ledger.mark().copied_from;
  return report;
}

StorageReport check_postgres_storage(PgSettings settings) {
  return pg_opened([&] {
    PgSnapshot ledger(std::move(settings));
    return check_pg_ledger(ledger);
  });
}

}  // namespace tenantscope
