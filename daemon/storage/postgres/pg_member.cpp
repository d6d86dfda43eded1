#include "storage/postgres/pg_member.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "storage/postgres/pg_schema.hpp"
#include "storage/postgres/pg_turn.hpp"

namespace tenantscope {
namespace {

// Whoever is written down as active, while its lease runs; `l` is the ledger's row.
constexpr auto living =
    "{0}.replicas r WHERE r.name = l.active AND r.incarnation = l.incarnation "
    "AND r.expires > clock_timestamp()";

}  // namespace

PgMember::PgMember(PgSettings settings, PgReplica self, Duration lease)
    : session_(std::move(settings),
               [this](PgConnection& made, SteadyTime deadline) {
                 prove_pg_schema(made, session_.schema(), deadline);
               }),
      self_(std::move(self)),
      lease_(lease) {}

std::string PgMember::sql(const char* text) const {
  return fmt::format(fmt::runtime(text), session_.schema());
}

PgActive PgMember::beat(bool wanted) {
  if (!incarnation_ || !renew())
    join();
  PgActive active = look();
  if (!wanted || !active.name.empty())
    return active;
  pg_break_turn(session_, lease_ / 2, session_.deadline());
  if (begin_term())
    active = look();
  return active;
}

void PgMember::join() {
  std::vector<PgStatement> statements;
  statements.emplace_back(
      sql("INSERT INTO {0}.replicas AS r (name, incarnation, expires, url, version, config) "
          "VALUES ($1, 1, clock_timestamp() + $2 * interval '1 millisecond', $3, $4, $5) "
          "ON CONFLICT (name) DO UPDATE SET incarnation = r.incarnation + 1, "
          "expires = excluded.expires, url = excluded.url, version = excluded.version, "
          "config = excluded.config RETURNING incarnation"),
      self_.name, std::int64_t(lease_.count()), self_.url, self_.version, self_.config);
  incarnation_ =
      session_.write(std::move(statements), session_.deadline()).front().row(0).number(0);
}

// False: nobody knows it any more.
bool PgMember::renew() {
  std::vector<PgStatement> statements;
  statements.emplace_back(
      sql("UPDATE {0}.replicas SET expires = clock_timestamp() + $3 * interval '1 millisecond' "
          "WHERE name = $1 AND incarnation = $2"),
      self_.name, *incarnation_, std::int64_t(lease_.count()));
  statements.emplace_back(sql("SELECT incarnation FROM {0}.replicas WHERE name = $1"), self_.name);
  const std::vector<PgRows> given = session_.write(std::move(statements), session_.deadline());
  if (given[0].changed() > 0)
    return true;
  if (!given[1].empty() && given[1].row(0).number(0) != *incarnation_)
    throw PgFailure(fmt::format("another replica is named `{}`: each needs a `replica.name` of its "
                                "own",
                                self_.name),
                    pg_renamed);
  return false;
}

PgActive PgMember::look() {
  const PgRows rows = session_.ask(
      PgStatement(fmt::format("SELECT l.term, l.active = $1 AND l.incarnation = $2, r.name, r.url, "
                              "r.config = $3, current_setting('synchronous_standby_names') <> '', "
                              "l.moved_to, l.copied_from "
                              "FROM {0}.ledger l LEFT JOIN {0}.replicas r ON r.name = l.active "
                              "AND r.incarnation = l.incarnation AND r.expires > clock_timestamp()",
                              session_.schema()),
                  self_.name, *incarnation_, self_.config));
  if (rows.empty())
    throw PgFailure("the ledger's own row is gone: bring it back from a backup",
                    PgFailure::unusable);
  const PgRow row = rows.row(0);
  prove_pg_usable({.moved_to = row.text(6), .copied_from = row.text(7)});
  PgActive active{.term = row.number(0), .synchronous = row.truth(5)};
  if (row.null(2))
    return active;
  active.mine = row.truth(1);
  active.name = row.text(2);
  active.url = row.text(3);
  active.same_config = row.truth(4);
  return active;
}

// The row's lock comes first, in a statement of its own: whoever waited for it looks with fresh
// eyes whether somebody has renewed a lease, or has begun a term, meanwhile. False: so it is.
bool PgMember::begin_term() {
  std::vector<PgStatement> statements;
  statements.emplace_back(sql("SELECT 1 FROM {0}.ledger FOR UPDATE"));
  statements.emplace_back(
      fmt::format("UPDATE {0}.ledger l SET term = term + 1, active = $1, incarnation = $2 "
                  "WHERE moved_to IS NULL AND copied_from IS NULL AND "
                  "NOT EXISTS (SELECT 1 FROM {1})",
                  session_.schema(), fmt::format(fmt::runtime(living), session_.schema())),
      self_.name, *incarnation_);
  return session_.write(std::move(statements), session_.deadline()).back().changed() > 0;
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
