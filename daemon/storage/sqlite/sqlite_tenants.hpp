// The tenants' states, read and written over a connection. Throws Failure.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "storage/damage.hpp"
#include "storage/ledger.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_meta.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope::sqlite {

// The row's state, where it is as it was written. The row has TenantsTable::selected() first.
std::optional<StoredTenant> tenant_in(const Rows& row);

class Tenants {
 public:
  // REQUIRES of all: they outlive it.
  Tenants(Connection& connection, Meta& meta, const DamageObserver& damage);

  // Mends the table where rows aren't as they were written, or are gone though the journal has
  // events of their tenants: what is left of those is a state that confirms nothing, with the
  // generation `used`, which no tenant has gone beyond.
  std::vector<StoredTenant> load(std::uint64_t used);

  // Within a transaction that is under way. False: it doesn't follow what is stored. A row that was
  // damaged since it was loaded says nothing against it.
  bool save(const TenantKey& tenant, const TenantState& state);
  // Likewise, of a tenant that has no row.
  void add(const StoredTenant& tenant) { write(insert_, tenant.key, tenant.state); }
  std::uint64_t generation_of(const TenantKey& tenant);
  // As load() would give it; generation 0: there is none.
  TenantState state_of(const TenantKey& tenant, std::uint64_t used);
  // Likewise: how many more or fewer there are. Rows that are gone are missed by their number.
  void count(std::int64_t change);

  void save_last_success(std::span<const std::pair<TenantKey, WallTime>> times);

  // Within a transaction that is under way: removes those that weren't heard of since `before` and
  // aren't `watched`.
  std::vector<TenantKey> expire(WallTime before, std::span<const TenantKey> watched);

 private:
  struct Found;

  Found read();
  std::optional<std::int64_t> counted();
  void add_missing(Found& found);
  void rewrite(Found& found, std::uint64_t used);
  bool damaged(const TenantKey& tenant);
  static void write(Statement& statement, const TenantKey& tenant, const TenantState& state);

  Connection& connection_;
  Meta& meta_;
  const DamageObserver& damage_;
  Statement load_;
  Statement missing_;
  Statement events_of_;
  Statement generation_;
  Statement one_;
  Statement insert_;
  Statement update_;
  Statement save_last_success_;
  Statement silent_;
  Statement forget_;
  Statement clear_;
};

}  // namespace tenantscope::sqlite
