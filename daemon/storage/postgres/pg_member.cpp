#include "storage/postgres/pg_member.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "storage/postgres/pg_schema.hpp"
#include "storage/postgres/pg_turn.hpp"
#include "storage/postgres/versions/pg_versions.hpp"

namespace tenantscope {
namespace {

// Whoever is written down as active, while its lease runs; `l` is the ledger's row.
constexpr auto living =
    "{0}.replicas r WHERE r.name = l.active AND r.incarnation = l.incarnation "
    "AND r.expires > clock_timestamp()";

constexpr auto milliseconds_now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

// Whoever left without a word is shown for so long.
constexpr auto gone = "interval '1 day'";

// What look() asks for, in this order.
struct Asked {
  enum : int {
    term,
    mine,
    synchronous,
    schema_version,
    min_reader,
    moved_to,
    copied_from,
    head,
    now,
    name,
    url,
    version,
    config,
    state,
    since,
    sequence,
    lease_end,
    live,
    active
  };
};

Replica replica_in(const PgRow& row) {
  return {.name = row.text(Asked::name),
          .url = row.text(Asked::url),
          .version = row.text(Asked::version),
          .config = row.text(Asked::config),
          .state = parse_replica_state(row.view(Asked::state)),
          .since = row.time(Asked::since),
          .sequence = row.number(Asked::sequence),
          .lease_end = row.time(Asked::lease_end),
          .live = row.truth(Asked::live),
          .active = row.truth(Asked::active)};
}

}  // namespace

PgMember::PgMember(PgSettings settings, PgReplica self, Duration lease)
    : session_(std::move(settings),
               [this](PgConnection& made, SteadyTime deadline) {
                 prove_pg_readable(made, session_.schema(), deadline);
               }),
      self_(std::move(self)),
      lease_(lease) {}

std::string PgMember::sql(const char* text) const {
  return fmt::format(fmt::runtime(text), session_.schema());
}

// Whoever is outdated doesn't join, and leaves where it has.
PgActive PgMember::beat(bool wanted, const ReplicaWord& word) {
  if (!word.config.empty())
    self_.config = word.config;
  if (!incarnation_)
    if (PgActive active = look(); !active.outdated.empty())
      return active;
  if (!incarnation_ || !renew(word))
    join(word);
  PgActive active = look();
  if (!active.outdated.empty())
    leave();
  if (!active.outdated.empty() || !wanted || !active.name.empty())
    return active;
  pg_break_turn(session_, lease_ / 2, session_.deadline());
  if (begin_term())
    active = look();
  return active;
}

// A replica that left, and comes back under its name, has another incarnation than the active one.
void PgMember::join(const ReplicaWord& word) {
  incarnation_.reset();  // an answer that is lost leaves a row that isn't known to be its own
  std::vector<PgStatement> statements;
  statements.emplace_back(fmt::format("DELETE FROM {}.replicas WHERE name <> $1 AND "
                                      "expires < clock_timestamp() - {}",
                                      session_.schema(), gone),
                          self_.name);
  statements.emplace_back(
      fmt::format("INSERT INTO {0}.replicas AS r (name, incarnation, expires, url, version, "
                  "config, reads, state, since, sequence) "
                  "VALUES ($1, (SELECT incarnation + 1 FROM {0}.ledger), "
                  "clock_timestamp() + $2 * interval '1 millisecond', $3, $4, $5, $6, $7, {1}, $8) "
                  "ON CONFLICT (name) DO UPDATE SET incarnation = r.incarnation + 1, "
                  "expires = excluded.expires, url = excluded.url, version = excluded.version, "
                  "config = excluded.config, reads = excluded.reads, state = excluded.state, "
                  "since = excluded.since, sequence = excluded.sequence RETURNING incarnation",
                  session_.schema(), milliseconds_now),
      self_.name, std::int64_t(lease_.count()), self_.url, self_.version, self_.config,
      std::int64_t(pg_schema_version()), std::string(to_string(word.state)), word.sequence);
  incarnation_ = session_.write(std::move(statements), session_.deadline()).back().row(0).number(0);
}

// False: nobody knows it any more, as where the server went back to before it joined.
bool PgMember::renew(const ReplicaWord& word) {
  std::vector<PgStatement> statements;
  statements.emplace_back(
      fmt::format("UPDATE {0}.replicas SET expires = clock_timestamp() + $3 * interval '1 "
                  "millisecond', config = $4, state = $5, sequence = $6, "
                  "since = CASE WHEN state = $5 THEN since ELSE {1} END "
                  "WHERE name = $1 AND incarnation = $2",
                  session_.schema(), milliseconds_now),
      self_.name, *incarnation_, std::int64_t(lease_.count()), self_.config,
      std::string(to_string(word.state)), word.sequence);
  statements.emplace_back(sql("SELECT incarnation FROM {0}.replicas WHERE name = $1"), self_.name);
  const std::vector<PgRows> given = session_.write(std::move(statements), session_.deadline());
  if (given[0].changed() > 0)
    return true;
  if (!given[1].empty() && given[1].row(0).number(0) > *incarnation_)
    throw PgFailure(fmt::format("another replica is named `{}`: each needs a `replica.name` of its "
                                "own",
                                self_.name),
                    pg_renamed);
  return false;
}

PgActive PgMember::look() {
  const PgRows rows = session_.ask(PgStatement(
      fmt::format(
          "SELECT l.term, l.active = $1 AND l.incarnation = $2, "
          "current_setting('synchronous_standby_names') <> '', l.version, l.min_reader, "
          "l.moved_to, l.copied_from, l.head, "
          "{1}, r.name, r.url, r.version, r.config, r.state, r.since, r.sequence, "
          "(extract(epoch FROM r.expires) * 1000)::bigint, r.expires > clock_timestamp() AS live, "
          "r.expires > clock_timestamp() AND r.name = l.active AND "
          "r.incarnation = l.incarnation AS active "
          "FROM {0}.ledger l LEFT JOIN {0}.replicas r ON true "
          "ORDER BY active DESC NULLS LAST, live DESC, r.name LIMIT {2}",
          session_.schema(), milliseconds_now, most_replicas),
      self_.name, incarnation_.value_or(0)));
  if (rows.empty())
    throw PgFailure("the ledger's own row is gone: bring it back from a backup",
                    PgFailure::unusable);
  const PgRow row = rows.row(0);
  const PgMark mark{.version = std::int32_t(row.integer(Asked::schema_version)),
                    .min_reader = std::int32_t(row.integer(Asked::min_reader)),
                    .moved_to = row.text(Asked::moved_to),
                    .copied_from = row.text(Asked::copied_from)};
  prove_pg_usable(mark);
  PgActive seen{.term = row.number(Asked::term),
                .synchronous = row.truth(Asked::synchronous),
                .outdated = mark.outdated()};
  seen.replicas.head = row.number(Asked::head);
  seen.replicas.now = row.time(Asked::now);
  for (const PgRow one : rows)
    if (!one.null(Asked::name))
      seen.replicas.all.push_back(replica_in(one));
  std::ranges::sort(seen.replicas.all, {}, &Replica::name);
  const Replica* const writer = seen.replicas.active();
  const bool mine = row.truth(Asked::mine);
  if (!writer || (mine && !seen.outdated.empty()))
    return seen;
  seen.mine = mine;
  seen.name = writer->name;
  seen.url = writer->url;
  seen.same_config = writer->config == self_.config;
  return seen;
}

// The row's lock comes first, in a statement of its own: whoever waited for it looks with fresh
// eyes whether somebody has renewed a lease, or has begun a term, meanwhile. False: so it is.
bool PgMember::begin_term() {
  std::vector<PgStatement> statements;
  statements.emplace_back(sql("SELECT 1 FROM {0}.ledger FOR UPDATE"));
  statements.emplace_back(
      fmt::format("UPDATE {0}.ledger l SET term = term + 1, active = $1, incarnation = $2 "
                  "WHERE moved_to IS NULL AND copied_from IS NULL AND min_reader <= $3 AND "
                  "NOT EXISTS (SELECT 1 FROM {1})",
                  session_.schema(), fmt::format(fmt::runtime(living), session_.schema())),
      self_.name, *incarnation_, std::int64_t(pg_schema_version()));
  statements.emplace_back(
      fmt::format("UPDATE {0}.replicas r SET state = $3, since = {1} FROM {0}.ledger l "
                  "WHERE r.name = $1 AND r.incarnation = $2 AND l.active = r.name AND "
                  "l.incarnation = r.incarnation",
                  session_.schema(), milliseconds_now),
      self_.name, *incarnation_, std::string(to_string(ReplicaState::active)));
  return session_.write(std::move(statements), session_.deadline())[1].changed() > 0;
}

void PgMember::leave() {
  if (!incarnation_)
    return;
  std::vector<PgStatement> statements;
  statements.emplace_back(sql("DELETE FROM {0}.replicas WHERE name = $1 AND incarnation = $2"),
                          self_.name, *std::exchange(incarnation_, std::nullopt));
  (void)session_.write(std::move(statements), session_.deadline());
}

}  // namespace tenantscope
