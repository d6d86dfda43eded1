// The tenants' states, read and written over a session. Throws PgFailure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/damage.hpp"
#include "storage/ledger.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

// A tenant's row as a commit has to find it.
struct PgStoredGeneration {
  std::optional<std::int64_t> stored;  // nothing: there is no row
  bool damaged = false;                // it says nothing against a step
};
using PgGenerations = std::map<TenantKey, PgStoredGeneration>;

class PgTenants {
 public:
  // REQUIRES of both: they outlive it.
  PgTenants(PgSession& session, const DamageObserver& damage);

  // All of them. Those whose rows aren't as they were written, or are gone though the journal has
  // events of them, are in `lost` instead; `rows`: how many there ought to be.
  struct Found {
    std::vector<StoredTenant> sound;
    PgGenerations lost;
  };
  Found load(std::uint64_t rows);
  // Those behind `after` in their order, `limit` of them at most, without what isn't as it was
  // written, which is told; `after` becomes the last one of both.
  std::vector<StoredTenant> page(TenantKey& after, std::size_t limit);
  // Nothing: it isn't as it was written; of generation 0: there is none.
  std::optional<TenantState> state_of(const TenantKey& tenant);
  PgGenerations generations_of(const std::set<TenantKey>& tenants);

  // What saves that tenants were heard of.
  PgStatement saved(std::span<const std::pair<TenantKey, WallTime>> times) const;
  // Those that weren't heard of since, and of which there is no event any more.
  std::vector<TenantKey> silent(WallTime before);
  // What removes those of them that still are silent; gives what it has removed.
  PgStatement forgotten(std::span<const TenantKey> tenants, WallTime before) const;

 private:
  void add_missing(Found& found);
  std::string query(std::string_view condition) const;

  PgSession& session_;
  const DamageObserver& damage_;
};

}  // namespace tenantscope
