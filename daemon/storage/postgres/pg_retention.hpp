// What is taken from the ledger because it is old, or too much. Throws PgFailure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "storage/ledger.hpp"
#include "storage/postgres/pg_tenants.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

class PgRetention {
 public:
  static constexpr std::int64_t most_rows = 10'000;  // a transaction

  // REQUIRES of both: they outlive it.
  PgRetention(PgSession& session, PgTenants& tenants, std::uint64_t term)
      : session_(session), tenants_(tenants), term_(term) {}

  // As Ledger::expire(), in transactions of so many rows.
  Expired expire(WallTime before, std::uint64_t most, std::span<const TenantKey> watched);

  // As Ledger::believed_time().
  std::optional<WallTime> believed_time();
  PgStatement believed(WallTime now) const;

 private:
  std::optional<std::uint64_t> last_to_go(WallTime before, std::uint64_t most);
  void expire_events(std::uint64_t last, Expired& expired);
  void expire_tenants(WallTime before, std::span<const TenantKey> watched, Expired& expired);

  PgSession& session_;
  PgTenants& tenants_;
  std::uint64_t term_;
};

}  // namespace tenantscope
