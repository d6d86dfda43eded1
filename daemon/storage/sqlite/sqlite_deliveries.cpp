#include "storage/sqlite/sqlite_deliveries.hpp"

#include <fmt/format.h>

#include <set>

#include "storage/sqlite/sqlite_journal.hpp"

namespace tenantscope::sqlite {
namespace {

// Of rows of `table` whose event is gone from the journal.
std::string remove_orphans(std::string_view table) {
  return fmt::format(
      "DELETE FROM {0} WHERE NOT EXISTS (SELECT 1 FROM journal WHERE sequence = {0}.sequence)",
      table);
}

// An event's place in a sink's outbox.
using Owed = std::pair<std::string, std::uint64_t>;

Owed owed_in(const Rows& row) { return {row.text(0), std::uint64_t(row.integer(1))}; }

std::string event_named(std::uint64_t sequence) { return fmt::format("event {}", sequence); }

}  // namespace

Deliveries::Deliveries(Connection& connection, const DamageObserver& damage)
    : connection_(connection),
      damage_(damage),
      add_(connection, "INSERT INTO outbox VALUES(?1, ?2, row_checksum(?1, ?2))"),
      undelivered_(connection,
                   fmt::format("SELECT {}, {} FROM outbox LEFT JOIN journal ON "
                               "journal.sequence = outbox.sequence "
                               "WHERE sink = ?1 AND outbox.sequence > ?2 ORDER BY outbox.sequence",
                               JournalTable::selected(schema_version), OutboxTable::selected())),
      acknowledge_(connection, "DELETE FROM outbox WHERE sink = ?1 AND sequence = ?2"),
      outbox_(connection,
              "SELECT count(*), (SELECT time FROM journal WHERE sequence = (SELECT min(sequence) "
              "FROM outbox WHERE sink = ?1)) "
              "FROM outbox WHERE sink = ?1"),
      requeue_(connection,
               "INSERT OR IGNORE INTO outbox SELECT ?1, sequence, row_checksum(?1, sequence) "
               "FROM journal WHERE sequence = ?2 RETURNING 1"),
      raise_(connection,
             "REPLACE INTO alerts SELECT ?1, sequence, ?3, row_checksum(?1, sequence, ?3) "
             "FROM journal WHERE sequence = ?2"),
      alerts_(connection,
              fmt::format("SELECT {}, {} FROM alerts CROSS JOIN journal "
                          "ON journal.sequence = alerts.sequence "
                          "WHERE sink = ?1 ORDER BY alerts.sequence",
                          JournalTable::selected(schema_version), AlertsTable::selected())),
      drop_alerts_(connection, "DELETE FROM alerts WHERE sink = ?1 AND until < ?2"),
      missing_(connection,
               "SELECT 1 FROM (SELECT sequence FROM outbox UNION ALL SELECT sequence FROM alerts) "
               "AS owed WHERE NOT EXISTS (SELECT 1 FROM journal WHERE sequence = owed.sequence)"),
      all_(connection, fmt::format("SELECT sink, sequence, checksum = row_checksum({}) FROM outbox "
                                   "ORDER BY sink, sequence",
                                   OutboxTable::guarded)),
      clear_(connection, "DELETE FROM outbox"),
      expire_outbox_(connection, remove_orphans("outbox") + " RETURNING sink"),
      expire_alerts_(connection, remove_orphans("alerts")) {}

std::vector<std::pair<std::string, std::uint64_t>> Deliveries::expire() {
  std::map<std::string, std::uint64_t> undelivered;
  for (Rows rows = expire_outbox_(); rows.next();)
    ++undelivered[rows.text(0)];
  expire_alerts_.run();
  return {undelivered.begin(), undelivered.end()};
}

void Deliveries::prove_reachable() {
  if (missing_().next())
    prove_readable(connection_, "journal");
}

void Deliveries::mend() {
  Owed before;
  bool whole = true;
  for (Rows rows = all_(); rows.next();) {
    Owed owed = owed_in(rows);
    whole = whole && rows.integer(2) != 0 && before < owed;
    before = std::move(owed);
  }
  if (!whole)
    rewrite_outboxes();
}

void Deliveries::rewrite_outboxes() {
  std::set<Owed> sound;
  std::map<std::string, std::uint64_t> dropped;
  for (Rows rows = all_(); rows.next();) {
    Owed owed = owed_in(rows);
    if (rows.integer(2) != 0) {
      sound.insert(std::move(owed));
      continue;
    }
    damage_.damaged(fmt::format("outbox of {}, event {}", owed.first, owed.second));
    ++dropped[owed.first];
  }
  Transaction transaction(connection_);
  clear_.run();
  for (const auto& [sink, sequence] : sound)
    add(sink, sequence);
  transaction.commit();
  for (const auto& [sink, events] : dropped)
    damage_.dropped(sink, events);
}

std::vector<JournalEntry> Deliveries::undelivered(const std::string& sink, std::uint64_t after,
                                                  std::size_t limit) {
  std::vector<JournalEntry> entries;
  std::vector<std::uint64_t> lost;
  bool missing = false;
  for (Rows rows = undelivered_(sink, after); entries.size() < limit && rows.next();) {
    missing = missing || rows.null(JournalTable::sequence);
    const auto sequence = std::uint64_t(rows.integer(OutboxTable::sequence));
    std::optional<JournalEntry> entry = entry_in(rows);
    if (!entry || rows.integer(OutboxTable::sound) == 0)
      lost.push_back(sequence);
    else if (sequence > after)
      entries.push_back(std::move(*entry));
  }
  if (missing)
    prove_readable(connection_, "journal");
  if (!lost.empty())
    drop(sink, lost);
  return entries;
}

void Deliveries::drop(const std::string& sink, std::span<const std::uint64_t> sequences) {
  acknowledge(sink, sequences);
  for (const std::uint64_t sequence : sequences)
    damage_.damaged(event_named(sequence));
  damage_.dropped(sink, sequences.size());
}

void Deliveries::acknowledge(const std::string& sink, std::span<const std::uint64_t> sequences) {
  Transaction transaction(connection_);
  for (const std::uint64_t sequence : sequences)
    acknowledge_.run(sink, sequence);
  transaction.commit();
}

OutboxStatus Deliveries::outbox(const std::string& sink) {
  Rows row = outbox_(sink);
  row.next();
  OutboxStatus status{.events = std::uint64_t(row.integer(0)), .oldest = {}};
  if (!row.null(1))
    status.oldest = row.time(1);
  return status;
}

std::uint64_t Deliveries::enqueue(const std::string& sink,
                                  std::span<const std::uint64_t> sequences) {
  std::uint64_t added = 0;
  Transaction transaction(connection_);
  for (const std::uint64_t sequence : sequences)
    for (Rows rows = requeue_(sink, sequence); rows.next();)
      ++added;
  transaction.commit();
  return added;
}

void Deliveries::raise(const std::string& sink, std::span<const std::uint64_t> sequences,
                       WallTime until) {
  Transaction transaction(connection_);
  for (const std::uint64_t sequence : sequences) {
    acknowledge_.run(sink, sequence);
    raise_.run(sink, sequence, until);
  }
  transaction.commit();
}

std::vector<Alert> Deliveries::alerts(const std::string& sink) {
  std::vector<Alert> alerts;
  for (Rows rows = alerts_(sink); rows.next();) {
    std::optional<JournalEntry> entry = entry_in(rows);
    if (entry && rows.integer(AlertsTable::sound) != 0)
      alerts.push_back({.event = std::move(*entry), .until = rows.time(AlertsTable::until)});
    else
      damage_.damaged(
          fmt::format("alert of {}, {}", sink,
                      event_named(std::uint64_t(rows.integer(JournalTable::sequence)))));
  }
  return alerts;
}

}  // namespace tenantscope::sqlite
