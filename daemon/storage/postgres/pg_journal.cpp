#include "storage/postgres/pg_journal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"
#include "storage/answering_journal.hpp"
#include "storage/postgres/pg_schema.hpp"
#include "storage/postgres/session/pg_failure.hpp"
#include "storage/row_checksum.hpp"

namespace tenantscope {
namespace {

struct JournalRowValues {
  std::int64_t sequence;
  std::string_view id, kind, asked, name;
  std::int64_t time;
  std::string_view hash;
};

std::int64_t checksum_of(const JournalRowValues& row) {
  RowChecksum checksum;
  checksum.add(row.sequence);
  for (const std::string_view text : {row.id, row.kind, row.asked, row.name})
    checksum.add(text);
  checksum.add(row.time);
  checksum.add_bytes(row.hash);
  return checksum.value();
}

}  // namespace

std::int64_t PgJournalRow::checksum_of(const PlacedEvent& placed) {
  const JournalEntry& entry = placed.entry;
  return tenantscope::checksum_of({.sequence = std::int64_t(entry.sequence),
                                   .id = entry.id,
                                   .kind = to_string(entry.kind),
                                   .asked = entry.tenant.asked,
                                   .name = entry.tenant.name,
                                   .time = entry.time.time_since_epoch().count(),
                                   .hash = placed.hash});
}

std::optional<JournalEntry> PgJournalRow::read(const PgRow& row) {
  const auto kind_of = std::ranges::find(event_kinds, row.view(kind),
                                         [](EventKind candidate) { return to_string(candidate); });
  const std::string guid = to_string(row.guid(id));
  if (row.null(sequence) || kind_of == event_kinds.end() ||
      row.view(hash) != sha256(row.view(event)) ||
      row.integer(checksum) != tenantscope::checksum_of({.sequence = row.integer(sequence),
                                                         .id = guid,
                                                         .kind = row.view(kind),
                                                         .asked = row.view(asked),
                                                         .name = row.view(name),
                                                         .time = row.integer(time),
                                                         .hash = row.view(hash)}))
    return std::nullopt;
  return JournalEntry{.sequence = row.number(sequence),
                      .id = guid,
                      .kind = *kind_of,
                      .tenant = {.asked = row.text(asked), .name = row.text(name)},
                      .time = row.time(time),
                      .event = row.text(event)};
}

PgJournal::PgJournal(PgSession& session, const DamageObserver& damage)
    : session_(session), damage_(damage) {}

// What `ask` gives from a sequence on, page by page where rows are passed over.
template <class Ask>
std::vector<JournalEntry> PgJournal::page(std::uint64_t from, std::size_t limit, Ask ask) {
  std::vector<JournalEntry> entries;
  while (entries.size() < limit) {
    const std::size_t wanted = limit - entries.size();
    const PgRows rows = ask(from, wanted);
    for (const PgRow row : rows) {
      from = row.number(PgJournalRow::sequence);
      if (auto entry = PgJournalRow::read(row))
        entries.push_back(std::move(*entry));
      else
        damage_.damaged(fmt::format("event {}", from));
    }
    if (std::size_t(rows.size()) < wanted)
      break;
  }
  return entries;
}

std::vector<JournalEntry> PgJournal::read(std::uint64_t after, std::size_t limit) {
  return page(after, limit, [&](std::uint64_t from, std::size_t wanted) {
    return session_.ask(PgStatement(
        fmt::format("SELECT {} FROM {}.journal WHERE sequence > $1 ORDER BY sequence LIMIT $2",
                    PgJournalRow::selected, session_.schema()),
        from, std::uint64_t(wanted)));
  });
}

std::vector<JournalEntry> PgJournal::newest(const std::optional<TenantKey>& tenant,
                                            std::uint64_t before, std::size_t limit) {
  return page(before, limit, [&](std::uint64_t from, std::size_t wanted) {
    PgStatement statement(
        fmt::format("SELECT {} FROM {}.journal WHERE sequence < $1 {} ORDER BY sequence DESC "
                    "LIMIT $2",
                    PgJournalRow::selected, session_.schema(),
                    tenant ? "AND asked = $3 AND name = $4" : ""),
        from, std::uint64_t(wanted));
    if (tenant)
      statement.add(tenant->asked.text()).add(tenant->name);
    return session_.ask(statement);
  });
}

std::uint64_t PgJournal::newest_until(WallTime time) {
  const PgRows rows = session_.ask(PgStatement(
      fmt::format("SELECT max(sequence) FROM (SELECT sequence FROM {}.journal WHERE time <= $1 "
                  "ORDER BY time DESC LIMIT 1000) AS latest",
                  session_.schema()),
      time));
  return rows.row(0).number(0);
}

std::optional<JournalEntry> PgJournal::find(const std::string& id) {
  const auto guid = parse_guid(id);
  if (!guid)
    return std::nullopt;
  const PgRows rows =
      session_.ask(PgStatement(fmt::format("SELECT {} FROM {}.journal WHERE id = $1",
                                           PgJournalRow::selected, session_.schema()),
                               *guid));
  if (rows.empty())
    return std::nullopt;
  auto entry = PgJournalRow::read(rows.row(0));
  if (!entry)
    damage_.damaged(fmt::format("event {}", rows.row(0).integer(PgJournalRow::sequence)));
  return entry;
}

std::uint64_t PgJournal::oldest() {
  const PgRows rows = session_.ask(PgStatement(fmt::format(
      "SELECT coalesce((SELECT min(sequence) FROM {0}.journal), head + 1) FROM {0}.ledger",
      session_.schema())));
  return rows.empty() ? 0 : rows.row(0).number(0);
}

std::uint64_t PgJournal::last() {
  const PgRows rows =
      session_.ask(PgStatement(fmt::format("SELECT head FROM {}.ledger", session_.schema())));
  return rows.empty() ? 0 : rows.row(0).number(0);
}

namespace {

class PostgresJournal : public AnsweringJournal<Journal, PgJournal, PgFailure> {
 public:
  PostgresJournal(PgSettings settings, DamageObserver damage)
      : damage_(std::move(damage)), session_(std::move(settings), [this](auto& made, auto until) {
          prove_pg_readable(made, session_.schema(), until);
        }) {
    (void)session_.connection(session_.deadline());
  }

 private:
  PgJournal& queries() override { return journal_; }

  DamageObserver damage_;
  PgSession session_;
  PgJournal journal_{session_, damage_};
};

}  // namespace

std::unique_ptr<Journal> open_postgres_journal(PgSettings settings, DamageObserver damage) {
  return pg_opened([&]() -> std::unique_ptr<Journal> {
    return std::make_unique<PostgresJournal>(std::move(settings), std::move(damage));
  });
}

}  // namespace tenantscope
