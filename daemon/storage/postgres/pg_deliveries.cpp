#include "storage/postgres/pg_deliveries.hpp"

#include <fmt/format.h>

#include <set>

#include "storage/postgres/pg_journal.hpp"
#include "storage/row_checksum.hpp"

namespace tenantscope {
namespace {

// A statement's values name no row twice.
std::vector<std::uint64_t> each_once(std::span<const std::uint64_t> sequences) {
  const std::set<std::uint64_t> once(sequences.begin(), sequences.end());
  return {once.begin(), once.end()};
}

// In queries that select the journal's columns before these.
enum Owed : int { owed_sequence = PgJournalRow::count, owed_checksum };
enum Raised : int { raised_sequence = PgJournalRow::count, raised_until, raised_checksum };

}  // namespace

std::int64_t pg_owed_checksum(const std::string& sink, std::uint64_t sequence) {
  RowChecksum checksum;
  checksum.add(std::string_view(sink));
  checksum.add(std::int64_t(sequence));
  return checksum.value();
}

std::int64_t pg_alert_checksum(const std::string& sink, std::uint64_t sequence, WallTime until) {
  RowChecksum checksum;
  checksum.add(std::string_view(sink));
  checksum.add(std::int64_t(sequence));
  checksum.add(std::int64_t(until.time_since_epoch().count()));
  return checksum.value();
}

PgDeliveries::PgDeliveries(PgSession& session, const DamageObserver& damage)
    : session_(session), damage_(damage) {}

std::vector<JournalEntry> PgDeliveries::undelivered(const std::string& sink, std::uint64_t after,
                                                    std::size_t limit,
                                                    std::vector<std::uint64_t>& lost) {
  std::vector<JournalEntry> entries;
  while (entries.size() < limit) {
    const std::size_t wanted = limit - entries.size();
    const PgRows rows = session_.ask(PgStatement(
        fmt::format("SELECT {0}, outbox.sequence, outbox.checksum FROM {1}.outbox LEFT JOIN "
                    "{1}.journal ON journal.sequence = outbox.sequence WHERE sink = $1 AND "
                    "outbox.sequence > $2 ORDER BY outbox.sequence LIMIT $3",
                    PgJournalRow::selected, session_.schema()),
        sink, after, std::uint64_t(wanted)));
    for (const PgRow row : rows) {
      after = row.number(owed_sequence);
      auto entry = PgJournalRow::read(row);
      if (entry && row.integer(owed_checksum) == pg_owed_checksum(sink, after))
        entries.push_back(std::move(*entry));
      else
        lost.push_back(after);
    }
    if (std::size_t(rows.size()) < wanted)
      break;
  }
  return entries;
}

PgStatement PgDeliveries::acknowledged(const std::string& sink,
                                       std::span<const std::uint64_t> sequences) const {
  return PgStatement(fmt::format("DELETE FROM {}.outbox WHERE sink = $1 AND sequence = ANY ($2)",
                                 session_.schema()),
                     sink, each_once(sequences));
}

OutboxStatus PgDeliveries::outbox(const std::string& sink) {
  const PgRows rows = session_.ask(
      PgStatement(fmt::format("SELECT count(*), (SELECT time FROM {0}.journal WHERE sequence = "
                              "(SELECT min(sequence) FROM {0}.outbox WHERE sink = $1)) "
                              "FROM {0}.outbox WHERE sink = $1",
                              session_.schema()),
                  sink));
  return {.events = rows.row(0).number(0), .oldest = rows.row(0).time_if_any(1)};
}

PgStatement PgDeliveries::enqueued(const std::string& sink,
                                   std::span<const std::uint64_t> sequences) const {
  const std::vector<std::uint64_t> once = each_once(sequences);
  std::vector<std::int64_t> checksums;
  checksums.reserve(once.size());
  for (const std::uint64_t sequence : once)
    checksums.push_back(pg_owed_checksum(sink, sequence));
  return PgStatement(
      fmt::format("INSERT INTO {0}.outbox (sink, sequence, checksum) "
                  "SELECT $1, given.sequence, given.checksum "
                  "FROM unnest($2, $3) AS given(sequence, checksum) JOIN {0}.journal "
                  "ON journal.sequence = given.sequence ON CONFLICT DO NOTHING",
                  session_.schema()),
      sink, once, checksums);
}

PgStatement PgDeliveries::raised(const std::string& sink, std::span<const std::uint64_t> sequences,
                                 WallTime until) const {
  const std::vector<std::uint64_t> once = each_once(sequences);
  std::vector<std::int64_t> checksums;
  checksums.reserve(once.size());
  for (const std::uint64_t sequence : once)
    checksums.push_back(pg_alert_checksum(sink, sequence, until));
  return PgStatement(
      fmt::format("WITH told AS (DELETE FROM {0}.outbox WHERE sink = $1 AND sequence = ANY ($2)) "
                  "INSERT INTO {0}.alerts (sink, sequence, until, checksum) "
                  "SELECT $1, given.sequence, $4, given.checksum "
                  "FROM unnest($2, $3) AS given(sequence, checksum) JOIN {0}.journal "
                  "ON journal.sequence = given.sequence ON CONFLICT (sink, sequence) DO UPDATE "
                  "SET until = excluded.until, checksum = excluded.checksum",
                  session_.schema()),
      sink, once, checksums, until);
}

std::vector<Alert> PgDeliveries::alerts(const std::string& sink) {
  const PgRows rows = session_.ask(PgStatement(
      fmt::format("SELECT {0}, alerts.sequence, alerts.until, alerts.checksum FROM {1}.alerts JOIN "
                  "{1}.journal ON journal.sequence = alerts.sequence WHERE sink = $1 "
                  "ORDER BY alerts.sequence",
                  PgJournalRow::selected, session_.schema()),
      sink));
  std::vector<Alert> alerts;
  for (const PgRow row : rows) {
    const std::uint64_t sequence = row.number(raised_sequence);
    const WallTime until = row.time(raised_until);
    auto entry = PgJournalRow::read(row);
    if (entry && row.integer(raised_checksum) == pg_alert_checksum(sink, sequence, until))
      alerts.push_back({.event = std::move(*entry), .until = until});
    else
      damage_.damaged(fmt::format("alert of {}, event {}", sink, sequence));
  }
  return alerts;
}

PgStatement PgDeliveries::alerts_dropped(const std::string& sink, WallTime ended_before) const {
  return PgStatement(
      fmt::format("DELETE FROM {}.alerts WHERE sink = $1 AND until < $2", session_.schema()), sink,
      ended_before);
}

}  // namespace tenantscope
