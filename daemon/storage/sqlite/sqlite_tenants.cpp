#include "storage/sqlite/sqlite_tenants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "domain/clock_doubt.hpp"
#include "storage/sqlite/sqlite_journal.hpp"

namespace tenantscope::sqlite {
namespace {

using Column = TenantsTable::Column;

// So many damaged rows are no accident of a few: a storage of which so much is lost isn't mended.
constexpr std::size_t many = 10;

// NAME@ASKED, if it may be a tenant.
std::optional<TenantKey> read_key(const std::string& text) {
  const auto at = text.rfind('@');
  if (at == std::string::npos || refuse_tenant_name(text.substr(0, at)))
    return std::nullopt;
  return TenantKey{.asked = text.substr(at + 1), .name = text.substr(0, at)};
}

TenantKey key_in(const Rows& row) {
  return {.asked = row.view(Column::asked), .name = row.text(Column::name)};
}

// The parameters of write(), for the key and for the columns of TenantsTable::state.
constexpr std::string_view key_values = "?1, ?2";
constexpr std::string_view state_values =
    "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16";

}  // namespace

std::optional<StoredTenant> tenant_in(const Rows& row) {
  if (row.checksum(TenantsTable::guarded_columns) != row.integer(Column::checksum))
    return std::nullopt;
  StoredTenant stored{.key = key_in(row), .state = {}};
  TenantState& state = stored.state;
  state.generation = std::uint64_t(row.integer(Column::generation));
  state.found = row.integer(Column::found) != 0;
  if (!row.null(Column::tenant_id)) {
    const auto tenant_id = parse_guid(row.view(Column::tenant_id));
    if (!tenant_id)
      return std::nullopt;
    state.known = Finding{.found = true,
                          .cloud = row.view(Column::cloud),
                          .tenant_id = *tenant_id,
                          .region_scope = row.view(Column::region_scope),
                          .sub_scope = row.view(Column::sub_scope)};
  }
  if (!row.null(Column::stranger_tenant_id)) {
    const auto stranger = parse_guid(row.view(Column::stranger_tenant_id));
    if (!stranger)
      return std::nullopt;
    state.stranger =
        Finding{.found = true, .cloud = row.view(Column::stranger_cloud), .tenant_id = *stranger};
  }
  for (const Field field : change_fields)
    if (const int column = Column::region_scope_changed + int(field); !row.null(column))
      state.last_change.set(field, row.time(column));
  if (!row.null(Column::b2b_before))
    state.b2b_before = parse_b2b(row.text(Column::b2b_before));
  if (!row.null(Column::last_success))
    state.last_success = row.time(Column::last_success);
  return stored;
}

// What a look through the table shows.
struct Tenants::Found {
  std::vector<StoredTenant> sound;
  std::set<TenantKey> lost;  // who they may have been whose rows aren't sound
  std::size_t damaged = 0;   // rows
  bool in_order = true;
};

Tenants::Tenants(Connection& connection, Meta& meta, const DamageObserver& damage)
    : connection_(connection),
      meta_(meta),
      damage_(damage),
      load_(connection, fmt::format("SELECT {} FROM tenants ORDER BY asked, name",
                                    TenantsTable::selected(schema_version))),
      missing_(connection,
               "SELECT asked, name FROM journal GROUP BY asked, name HAVING NOT EXISTS "
               "(SELECT 1 FROM tenants WHERE asked = journal.asked AND name = journal.name)"),
      events_of_(connection, fmt::format("SELECT {} FROM journal WHERE asked = ?1 AND name = ?2",
                                         JournalTable::selected(schema_version))),
      generation_(connection, "SELECT generation FROM tenants WHERE asked = ?1 AND name = ?2"),
      one_(connection, fmt::format("SELECT {} FROM tenants WHERE asked = ?1 AND name = ?2",
                                   TenantsTable::selected(schema_version))),
      insert_(connection,
              fmt::format("INSERT INTO tenants({0}, last_success, whose, checksum) "
                          "VALUES({1}, {2}, ?17, ?2 || '@' || ?1, row_checksum({1}, {2})) "
                          "ON CONFLICT DO NOTHING",
                          TenantsTable::guarded, key_values, state_values)),
      update_(connection, fmt::format("UPDATE tenants SET ({0}, last_success, whose, checksum) = "
                                      "({2}, ?17, ?2 || '@' || ?1, row_checksum({1}, {2})) "
                                      "WHERE asked = ?1 AND name = ?2 AND generation = ?3 - 1",
                                      TenantsTable::state, key_values, state_values)),
      save_last_success_(connection,
                         fmt::format("UPDATE tenants SET last_success = ?3 WHERE asked = ?1 AND "
                                     "name = ?2 AND coalesce(last_success, ?3) NOT BETWEEN "
                                     "?3 + 1 AND ?3 + {}",
                                     ClockDoubt::most_ahead.count())),
      silent_(connection,
              "SELECT asked, name FROM tenants WHERE coalesce(last_success, 0) < ?1 AND NOT EXISTS "
              "(SELECT 1 FROM journal WHERE asked = tenants.asked AND name = tenants.name) "
              "ORDER BY asked, name"),
      forget_(connection, "DELETE FROM tenants WHERE asked = ?1 AND name = ?2"),
      clear_(connection, "DELETE FROM tenants") {}

std::vector<StoredTenant> Tenants::load(std::uint64_t used) {
  Found found = read();
  const auto rows = std::int64_t(found.sound.size() + found.damaged);
  const auto expected = counted();
  if (found.damaged == 0 && found.in_order && expected == rows)
    return std::move(found.sound);
  const std::size_t damaged = found.lost.size();
  add_missing(found);
  const auto known = std::int64_t(found.lost.size() - damaged);
  if (expected && *expected > rows + known)
    damage_.damaged(fmt::format("{} tenants that are gone", *expected - rows - known));
  if (found.damaged > 0 || !found.lost.empty() || !found.in_order)
    rewrite(found, used);
  meta_.set(Meta::tenants_key, std::to_string(found.sound.size()));
  return std::move(found.sound);
}

std::optional<std::int64_t> Tenants::counted() {
  const auto text = meta_.value(Meta::tenants_key);
  return text ? std::optional(std::stoll(*text)) : std::nullopt;
}

void Tenants::count(std::int64_t change) {
  if (change == 0)
    return;
  if (const auto before = counted())
    meta_.set(Meta::tenants_key, std::to_string(*before + change));
}

Tenants::Found Tenants::read() {
  Found found;
  for (Rows rows = load_(); rows.next();) {
    if (auto stored = tenant_in(rows)) {
      found.in_order =
          found.in_order && (found.sound.empty() || found.sound.back().key < stored->key);
      found.sound.push_back(std::move(*stored));
      continue;
    }
    ++found.damaged;
    const std::string whose = rows.text(Column::whose);
    damage_.damaged(fmt::format("tenant {}", whose));
    for (const auto& candidate : {read_key(to_string(key_in(rows))), read_key(whose)})
      if (candidate)
        found.lost.insert(*candidate);
  }
  return found;
}

// A tenant that events speak of has a row: retention leaves it. A drill isn't the tenant's own, and
// what the ledger says of itself is no tenant's.
void Tenants::add_missing(Found& found) {
  std::set<TenantKey> missing;
  for (Rows rows = missing_(); rows.next();)
    missing.insert({.asked = rows.text(0), .name = rows.text(1)});
  if (!missing.empty())  // they may be there, where a damaged key hides them
    for (const StoredTenant& stored : found.sound)
      missing.erase(stored.key);
  const auto spoken_of = [this](const TenantKey& tenant) {
    for (Rows rows = events_of_(tenant.asked, tenant.name); rows.next();)
      if (const auto entry = entry_in(rows);
          entry && entry->kind != EventKind::drill && entry->kind != EventKind::ledger_rewound)
        return true;
    return false;
  };
  for (const TenantKey& tenant : missing)
    if (spoken_of(tenant) && found.lost.insert(tenant).second)
      damage_.damaged(fmt::format("tenant {}", to_string(tenant)));
}

// Writes the whole table anew: rows whose keys are damaged can't be found by them, and others may
// be hidden behind them.
void Tenants::rewrite(Found& found, std::uint64_t used) {
  const std::size_t rows = found.sound.size() + found.damaged;
  if (found.damaged >= many && found.damaged * 2 > rows)
    throw Failure(
        fmt::format("{}: damaged: {} of {} tenants aren't as they were written: bring it "
                    "back from a backup, or move it away to begin anew",
                    connection_.path().native(), found.damaged, rows));
  std::map<TenantKey, TenantState> states;
  for (StoredTenant& stored : found.sound)
    states.emplace(std::move(stored.key), std::move(stored.state));
  for (const TenantKey& tenant : found.lost)
    states.try_emplace(tenant, lost_state(std::max<std::uint64_t>(used, 1)));
  Transaction transaction(connection_);
  clear_.run();
  found.sound.clear();
  for (auto& [tenant, state] : states) {
    write(insert_, tenant, state);
    found.sound.push_back({.key = tenant, .state = std::move(state)});
  }
  transaction.commit();
}

bool Tenants::save(const TenantKey& tenant, const TenantState& state) {
  Statement& save = state.generation == 1 ? insert_ : update_;
  write(save, tenant, state);
  if (connection_.changes() == 1)
    return true;
  if (!damaged(tenant))
    return false;
  forget_.run(tenant.asked, tenant.name);
  write(insert_, tenant, state);
  return true;
}

bool Tenants::damaged(const TenantKey& tenant) {
  Rows row = one_(tenant.asked, tenant.name);
  return row.next() && !tenant_in(row);
}

void Tenants::write(Statement& statement, const TenantKey& tenant, const TenantState& state) {
  const auto& known = state.known;
  const auto of_document = [&](auto value) {
    return known ? std::optional(value(*known)) : std::nullopt;
  };
  const auto of_stranger = [&](auto value) {
    return state.stranger ? std::optional(value(*state.stranger)) : std::nullopt;
  };
  const auto& changed = state.last_change;
  statement.run(tenant.asked, tenant.name, state.generation, std::int64_t(state.found),
                of_document([](const Finding& document) { return document.cloud; }),
                of_document([](const Finding& document) { return to_string(document.tenant_id); }),
                of_document([](const Finding& document) { return document.region_scope; }),
                of_document([](const Finding& document) { return document.sub_scope; }), changed[0],
                changed[1], changed[2], changed[3], changed[4],
                of_stranger([](const Finding& stranger) { return stranger.cloud; }),
                of_stranger([](const Finding& stranger) { return to_string(stranger.tenant_id); }),
                state.b2b_before ? std::optional(to_string(*state.b2b_before)) : std::nullopt,
                state.last_success);
}

std::uint64_t Tenants::generation_of(const TenantKey& tenant) {
  Rows row = generation_(tenant.asked, tenant.name);
  return row.next() ? std::uint64_t(row.integer(0)) : 0;
}

TenantState Tenants::state_of(const TenantKey& tenant, std::uint64_t used) {
  Rows row = one_(tenant.asked, tenant.name);
  if (!row.next())
    return {};
  auto stored = tenant_in(row);
  return stored ? std::move(stored->state) : lost_state(std::max<std::uint64_t>(used, 1));
}

void Tenants::save_last_success(std::span<const std::pair<TenantKey, WallTime>> times) {
  Transaction transaction(connection_);
  for (const auto& [tenant, time] : times)
    save_last_success_.run(tenant.asked, tenant.name, time);
  transaction.commit();
}

// A tenant that events still speak of stays: if it came back as new, its next event would take an
// id that is in use.
std::vector<TenantKey> Tenants::expire(WallTime before, std::span<const TenantKey> watched) {
  std::vector<TenantKey> silent;
  for (Rows rows = silent_(before); rows.next();)
    silent.push_back({.asked = rows.text(0), .name = rows.text(1)});
  if (silent.empty())
    return silent;
  const std::set<TenantKey> kept(watched.begin(), watched.end());
  std::erase_if(silent, [&](const TenantKey& tenant) { return kept.contains(tenant); });
  for (const TenantKey& tenant : silent)
    forget_.run(tenant.asked, tenant.name);
  return silent;
}

}  // namespace tenantscope::sqlite
