#include "storage/postgres/pg_retention.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "storage/postgres/pg_term.hpp"

namespace tenantscope {
namespace {

// The oldest as long as they are older than $1, and those of more than $2 that are left then. An
// event that is newer than any time that was right keeps none of those behind it.
constexpr auto last_to_go_query =
    "WITH known AS (SELECT coalesce(greatest(latest_believed, believed, "
    "(SELECT max(time) FROM {0}.journal WHERE believed IS NULL), "
    "(SELECT max(last_success) FROM {0}.heard WHERE believed IS NULL))) AS latest "
    "FROM {0}.ledger), "
    "young AS (SELECT min(sequence) AS first FROM {0}.journal, known "
    "WHERE time >= $1 AND time <= latest), "
    "old AS (SELECT max(sequence) AS last FROM {0}.journal, young "
    "WHERE (first IS NULL OR sequence < first) AND time < $1), "
    "rest AS (SELECT count(*) AS events FROM {0}.journal, old "
    "WHERE last IS NULL OR sequence > last) "
    "SELECT CASE WHEN events > $2 THEN (SELECT sequence FROM {0}.journal "
    "WHERE last IS NULL OR sequence > last ORDER BY sequence "
    "OFFSET greatest((SELECT events FROM rest) - $2 - 1, 0) LIMIT 1) ELSE last END FROM old, rest";

// What isn't in the journal any more is in no outbox. The first row counts events, the others
// undelivered ones by sink.
constexpr auto expire_query =
    "WITH gone AS (SELECT sequence, hash FROM {0}.journal WHERE sequence <= $1 ORDER BY sequence "
    "LIMIT $2), "
    "last AS (SELECT sequence, hash FROM gone ORDER BY sequence DESC LIMIT 1), "
    "events AS (DELETE FROM {0}.journal WHERE sequence <= (SELECT sequence FROM last) RETURNING "
    "1), "
    "owed AS (DELETE FROM {0}.outbox WHERE sequence <= (SELECT sequence FROM last) "
    "RETURNING sink), "
    "shown AS (DELETE FROM {0}.alerts WHERE sequence <= (SELECT sequence FROM last)), "
    "kept AS (UPDATE {0}.ledger SET taken = last.sequence, taken_hash = last.hash FROM last) "
    "SELECT '', (SELECT count(*) FROM events) "
    "UNION ALL (SELECT sink, count(*) FROM owed GROUP BY sink)";

}  // namespace

Expired PgRetention::expire(WallTime before, std::uint64_t most,
                            std::span<const TenantKey> watched) {
  Expired expired;
  if (const auto last = last_to_go(before, most))
    expire_events(*last, expired);
  expire_tenants(before, watched, expired);
  return expired;
}

std::optional<std::uint64_t> PgRetention::last_to_go(WallTime before, std::uint64_t most) {
  const PgRows rows =
      session_.ask(PgStatement(fmt::format(last_to_go_query, session_.schema()), before, most));
  if (rows.empty() || rows.row(0).null(0))
    return std::nullopt;
  return rows.row(0).number(0);
}

void PgRetention::expire_events(std::uint64_t last, Expired& expired) {
  std::map<std::string, std::uint64_t> undelivered;
  for (std::uint64_t gone = std::uint64_t(most_rows); gone == std::uint64_t(most_rows);) {
    const PgRows rows = pg_write_in_term(
        session_, term_,
        PgStatement(fmt::format(expire_query, session_.schema()), last, most_rows));
    gone = rows.row(0).number(1);
    expired.events += gone;
    for (int at = 1; at < rows.size(); ++at)
      undelivered[rows.row(at).text(0)] += rows.row(at).number(1);
  }
  expired.undelivered.assign(undelivered.begin(), undelivered.end());
}

// A tenant that events still speak of stays: if it came back as new, its next event would take an
// id that is in use.
void PgRetention::expire_tenants(WallTime before, std::span<const TenantKey> watched,
                                 Expired& expired) {
  std::vector<TenantKey> silent = tenants_.silent(before);
  const std::set<TenantKey> kept(watched.begin(), watched.end());
  std::erase_if(silent, [&](const TenantKey& tenant) { return kept.contains(tenant); });
  for (std::span<const TenantKey> left(silent); !left.empty();) {
    const std::size_t count = std::min(left.size(), std::size_t(most_rows));
    const PgRows rows =
        pg_write_in_term(session_, term_, tenants_.forgotten(left.first(count), before));
    for (const PgRow row : rows)
      expired.tenants.push_back({.asked = row.text(0), .name = row.text(1)});
    left = left.subspan(count);
  }
}

std::optional<WallTime> PgRetention::believed_time() {
  const PgRows rows = session_.ask(PgStatement(
      fmt::format("SELECT coalesce(believed, greatest((SELECT max(time) FROM {0}.journal), "
                  "(SELECT max(last_success) FROM {0}.heard))) FROM {0}.ledger",
                  session_.schema())));
  return rows.row(0).time_if_any(0);
}

PgStatement PgRetention::believed(WallTime now) const {
  return PgStatement(
      fmt::format("UPDATE {}.ledger SET latest_believed = greatest(latest_believed, believed, $1), "
                  "believed = $1",
                  session_.schema()),
      now);
}

}  // namespace tenantscope
