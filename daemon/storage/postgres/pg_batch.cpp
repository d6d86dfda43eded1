#include "storage/postgres/pg_batch.hpp"

#include <fmt/format.h>

namespace tenantscope {
namespace {

// Its first values are the turn's, then come the states', the events' and the outboxes'. All of it
// is one statement: the server has the whole of it before it takes the turn, which nobody holds
// who is stopped while he sends it.
constexpr auto turn =
    "WITH turn AS (UPDATE {schema}.ledger SET head = $1, head_hash = $2, tenants = tenants + $3, "
    "rewound_from = CASE WHEN $4 THEN NULL ELSE rewound_from END, "
    "rewound_last = CASE WHEN $4 THEN NULL ELSE rewound_last END "
    "WHERE head = $5 AND term = $6 AND settled = $7 AND id = $8 RETURNING 1), ";
constexpr int first_state = 10;
constexpr auto events =
    ", written AS (INSERT INTO {schema}.journal "
    "(sequence, id, kind, asked, name, time, event, hash, checksum) SELECT placed.* FROM turn, "
    "unnest(${e}, ${f}, ${g}, ${h}, ${i}, ${j}, ${k}, ${l}, ${m}) AS placed), "
    "owed AS (INSERT INTO {schema}.outbox (sink, sequence, checksum) SELECT owed.* FROM turn, "
    "unnest(${n}, ${o}, ${p}) AS owed) ";
constexpr auto condition =
    "SELECT 1 / ((SELECT count(*) FROM turn) = 1 AND "
    "(SELECT count(*) FROM moved) + (SELECT count(*) FROM added) = $9)::int";

std::string text_of(const std::string& schema) {
  const int at = first_state + int(PgStateColumns::values);
  return fmt::format(turn, fmt::arg("schema", schema)) +
         PgStateColumns::written_if("turn", schema, first_state) +
         fmt::format(events, fmt::arg("schema", schema), fmt::arg("e", at), fmt::arg("f", at + 1),
                     fmt::arg("g", at + 2), fmt::arg("h", at + 3), fmt::arg("i", at + 4),
                     fmt::arg("j", at + 5), fmt::arg("k", at + 6), fmt::arg("l", at + 7),
                     fmt::arg("m", at + 8), fmt::arg("n", at + 9), fmt::arg("o", at + 10),
                     fmt::arg("p", at + 11)) +
         condition;
}

}  // namespace

PgBatch::PgBatch(const PgHead& head, const PgGenerations& known)
    : known_(known), before_(head), after_(head) {}

bool PgBatch::follows(const Step& step) {
  const std::uint64_t generation = step.state->generation;
  auto [moving, first] = moving_.try_emplace(step.tenant);
  Moving& tenant = moving->second;
  if (first) {
    const auto found = known_.find(step.tenant);
    tenant.assumed = found == known_.end();
    if (!tenant.assumed)
      tenant.from = found->second;
    else if (generation > 1)
      tenant.from.stored = std::int64_t(generation - 1);
    tenant.generation = std::uint64_t(tenant.from.stored.value_or(0));
  }
  const bool free = tenant.from.damaged && !tenant.to;
  if (generation == 0 || (!free && generation != tenant.generation + 1)) {
    doubtful_ = doubtful_ || tenant.assumed;
    return false;
  }
  tenant.generation = generation;
  tenant.to = &*step.state;
  return true;
}

Result<std::uint64_t> PgBatch::add(const Step& step, const std::string& source) {
  ++steps_;
  if (step.state && !follows(step))
    return does_not_follow(step, moving_[step.tenant].generation);
  const std::uint64_t first = after_.journal.sequence + 1;
  for (const ChangeEvent& event : step.events)
    append(event, source);
  return first;
}

void PgBatch::append(const ChangeEvent& event, const std::string& source) {
  const PlacedEvent placed = place_event(event, before_.id, source, after_.journal);
  const JournalEntry& entry = placed.entry;
  events_.add(placed);
  for (const std::string& sink : event.sinks)
    owed_.add(sink, entry.sequence);
  bytes_ += entry.event.size();
  if (event.rewind) {
    tells_ = true;
    after_.rewound.reset();
  }
}

PgStatement PgBatch::statement(const std::string& schema, std::uint64_t term) const {
  PgStateColumns states;
  for (const auto& [tenant, moving] : moving_)
    if (moving.to)
      states.add(tenant, *moving.to, moving.from.stored);
  PgStatement statement(text_of(schema), events_.last(), events_.last_hash(), states.new_rows(),
                        tells_, before_.journal.sequence, term, before_.settled, before_.id,
                        std::uint64_t(states.size()));
  states.add_to(statement);
  events_.add_to(statement);
  owed_.add_to(statement);
  return statement;
}

}  // namespace tenantscope
