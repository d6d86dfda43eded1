#include "storage/sqlite_deliveries.hpp"

#include <fmt/format.h>

#include "storage/sqlite_journal.hpp"

namespace tenantscope::sqlite {

Deliveries::Deliveries(Connection& connection)
    : connection_(connection),
      add_(connection, "INSERT INTO outbox VALUES(?1, ?2)"),
      undelivered_(
          connection,
          fmt::format("SELECT {} FROM outbox CROSS JOIN journal USING(sequence) "
                      "WHERE sink = ?1 AND outbox.sequence > ?2 ORDER BY outbox.sequence LIMIT ?3",
                      entry_columns)),
      acknowledge_(connection, "DELETE FROM outbox WHERE sink = ?1 AND sequence = ?2"),
      outbox_(connection,
              "SELECT count(*), (SELECT time FROM journal WHERE sequence = (SELECT min(sequence) "
              "FROM outbox WHERE sink = ?1)) "
              "FROM outbox WHERE sink = ?1"),
      requeue_(connection,
               "INSERT OR IGNORE INTO outbox SELECT ?1, sequence FROM journal WHERE sequence = ?2 "
               "RETURNING 1"),
      raise_(connection,
             "REPLACE INTO alerts SELECT ?1, sequence, ?3 FROM journal WHERE sequence = ?2"),
      alerts_(connection, fmt::format("SELECT {}, until FROM alerts CROSS JOIN journal "
                                      "USING(sequence) WHERE sink = ?1 ORDER BY alerts.sequence",
                                      entry_columns)),
      drop_alerts_(connection, "DELETE FROM alerts WHERE sink = ?1 AND until < ?2"),
      expiring_undelivered_(connection,
                            "SELECT sink, count(*) FROM outbox CROSS JOIN journal USING(sequence) "
                            "WHERE time < ?1 OR sequence <= ?2 GROUP BY sink"),
      expire_outbox_(connection,
                     "DELETE FROM outbox WHERE sequence IN (SELECT sequence FROM journal WHERE "
                     "time < ?1 OR sequence <= ?2)"),
      expire_alerts_(connection,
                     "DELETE FROM alerts WHERE sequence IN (SELECT sequence FROM journal WHERE "
                     "time < ?1 OR sequence <= ?2)") {}

std::vector<std::pair<std::string, std::uint64_t>> Deliveries::expire(WallTime before,
                                                                      std::uint64_t surplus) {
  std::vector<std::pair<std::string, std::uint64_t>> undelivered;
  for (Rows rows = expiring_undelivered_(before, surplus); rows.next();)
    undelivered.emplace_back(rows.text(0), std::uint64_t(rows.integer(1)));
  expire_outbox_.run(before, surplus);
  expire_alerts_.run(before, surplus);
  return undelivered;
}

std::vector<JournalEntry> Deliveries::undelivered(const std::string& sink, std::uint64_t after,
                                                  std::size_t limit) {
  return entries_in(undelivered_(sink, after, limit));
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
  for (Rows rows = alerts_(sink); rows.next();)
    alerts.push_back({.event = entry_in(rows), .until = rows.time(entry_column_count)});
  return alerts;
}

}  // namespace tenantscope::sqlite
