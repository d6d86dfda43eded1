#include "storage/postgres/pg_tenants.hpp"

#include <fmt/format.h>

#include "domain/clock_doubt.hpp"
#include "storage/postgres/pg_tenant_row.hpp"

namespace tenantscope {
namespace {

// As two arrays.
struct Keys {
  template <class Tenants>
  explicit Keys(const Tenants& tenants) {
    for (const TenantKey& tenant : tenants) {
      asked.push_back(tenant.asked);
      name.push_back(tenant.name);
    }
  }
  std::vector<std::string> asked, name;
};

TenantKey key_at(const PgRow& row) { return {.asked = row.text(0), .name = row.text(1)}; }

}  // namespace

PgTenants::PgTenants(PgSession& session, const DamageObserver& damage)
    : session_(session), damage_(damage) {}

std::string PgTenants::query(std::string_view condition) const {
  return fmt::format("SELECT {0} FROM {1}.tenants LEFT JOIN {1}.heard USING (asked, name) {2}",
                     PgTenantRow::selected, session_.schema(), condition);
}

PgTenants::Found PgTenants::load(std::uint64_t rows) {
  Found found;
  const PgRows all = session_.ask(PgStatement(query("ORDER BY asked, name")));
  for (const PgRow row : all) {
    if (auto stored = PgTenantRow::read(row)) {
      found.sound.push_back(std::move(*stored));
      continue;
    }
    const TenantKey tenant = key_at(row);
    damage_.damaged(fmt::format("tenant {}", to_string(tenant)));
    found.lost[tenant] = {.stored = row.integer(PgTenantRow::generation), .damaged = true};
  }
  if (std::uint64_t(all.size()) != rows || !found.lost.empty())
    add_missing(found);
  return found;
}

std::vector<StoredTenant> PgTenants::page(TenantKey& after, std::size_t limit) {
  std::vector<StoredTenant> tenants;
  const PgRows rows = session_.ask(
      PgStatement(query("WHERE (asked, name) > ($1, $2) ORDER BY asked, name LIMIT $3"),
                  after.asked.text(), after.name, std::uint64_t(limit)));
  for (const PgRow row : rows) {
    after = key_at(row);
    if (auto stored = PgTenantRow::read(row))
      tenants.push_back(std::move(*stored));
    else
      damage_.damaged(fmt::format("tenant {}", to_string(after)));
  }
  return tenants;
}

// A tenant that events speak of has a row: retention leaves it. A drill isn't the tenant's own, and
// what the ledger says of itself is no tenant's.
void PgTenants::add_missing(Found& found) {
  const PgRows missing = session_.ask(PgStatement(
      fmt::format("SELECT DISTINCT asked, name FROM {0}.journal WHERE kind NOT IN ($1, $2) AND NOT "
                  "EXISTS (SELECT 1 FROM {0}.tenants WHERE tenants.asked = journal.asked AND "
                  "tenants.name = journal.name)",
                  session_.schema()),
      std::string(to_string(EventKind::drill)), std::string(to_string(EventKind::ledger_rewound))));
  for (const PgRow row : missing) {
    damage_.damaged(fmt::format("tenant {}", to_string(key_at(row))));
    found.lost[key_at(row)] = {.stored = std::nullopt, .damaged = true};
  }
}

std::optional<TenantState> PgTenants::state_of(const TenantKey& tenant) {
  const PgRows rows = session_.ask(
      PgStatement(query("WHERE asked = $1 AND name = $2"), tenant.asked.text(), tenant.name));
  if (rows.empty())
    return TenantState();
  auto stored = PgTenantRow::read(rows.row(0));
  return stored ? std::optional(std::move(stored->state)) : std::nullopt;
}

PgGenerations PgTenants::generations_of(const std::set<TenantKey>& tenants) {
  PgGenerations generations;
  for (const TenantKey& tenant : tenants)
    generations[tenant] = {};
  const Keys keys(tenants);
  const PgRows rows = session_.ask(
      PgStatement(query("JOIN unnest($1, $2) AS given(asked, name) USING (asked, name)"),
                  keys.asked, keys.name));
  for (const PgRow row : rows)
    generations[key_at(row)] = {.stored = row.integer(PgTenantRow::generation),
                                .damaged = !PgTenantRow::read(row)};
  return generations;
}

PgStatement PgTenants::saved(std::span<const std::pair<TenantKey, WallTime>> times) const {
  std::map<TenantKey, WallTime> latest;
  for (const auto& [tenant, time] : times)
    latest.insert_or_assign(tenant, time);
  std::vector<std::string> asked, name;
  std::vector<WallTime> time;
  for (const auto& [tenant, heard] : latest) {
    asked.push_back(tenant.asked);
    name.push_back(tenant.name);
    time.push_back(heard);
  }
  return PgStatement(
      fmt::format("INSERT INTO {0}.heard AS known (asked, name, last_success) "
                  "SELECT asked, name, time FROM unnest($1, $2, $3) AS given(asked, name, time) "
                  "JOIN {0}.tenants USING (asked, name) "
                  "ON CONFLICT (asked, name) DO UPDATE SET last_success = excluded.last_success "
                  "WHERE coalesce(known.last_success, excluded.last_success) NOT BETWEEN "
                  "excluded.last_success + 1 AND excluded.last_success + {1}",
                  session_.schema(), ClockDoubt::most_ahead.count()),
      asked, name, time);
}

std::vector<TenantKey> PgTenants::silent(WallTime before) {
  const PgRows rows = session_.ask(PgStatement(
      fmt::format("SELECT asked, name FROM {0}.tenants LEFT JOIN {0}.heard USING (asked, name) "
                  "WHERE coalesce(last_success, 0) < $1 AND NOT EXISTS (SELECT 1 FROM {0}.journal "
                  "WHERE journal.asked = tenants.asked AND journal.name = tenants.name) "
                  "ORDER BY asked, name",
                  session_.schema()),
      before));
  std::vector<TenantKey> tenants;
  for (const PgRow row : rows)
    tenants.push_back(key_at(row));
  return tenants;
}

PgStatement PgTenants::forgotten(std::span<const TenantKey> tenants, WallTime before) const {
  const Keys keys(tenants);
  return PgStatement(
      fmt::format(
          "WITH gone AS (DELETE FROM {0}.tenants USING unnest($1, $2) AS given(asked, name) "
          "WHERE tenants.asked = given.asked AND tenants.name = given.name AND coalesce("
          "(SELECT last_success FROM {0}.heard WHERE heard.asked = given.asked AND "
          "heard.name = given.name), 0) < $3 RETURNING given.asked, given.name), "
          "unheard AS (DELETE FROM {0}.heard USING gone WHERE heard.asked = gone.asked AND "
          "heard.name = gone.name), "
          "counted AS (UPDATE {0}.ledger SET tenants = tenants - "
          "(SELECT count(*) FROM gone)) "
          "SELECT asked, name FROM gone ORDER BY asked, name",
          session_.schema()),
      keys.asked, keys.name, before);
}

}  // namespace tenantscope
