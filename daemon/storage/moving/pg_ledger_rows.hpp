// A shared ledger as rows. Throws PgFailure.
#pragma once

#include "storage/damage.hpp"
#include "storage/moving/ledger_rows.hpp"
#include "storage/postgres/pg_journal.hpp"
#include "storage/postgres/pg_snapshot.hpp"
#include "storage/postgres/pg_tenants.hpp"

namespace tenantscope {

class PgLedgerReader : public LedgerReader {
 public:
  explicit PgLedgerReader(PgSettings settings);

  PgSnapshot& snapshot() { return snapshot_; }

  LedgerFacts facts() override;
  std::vector<PlacedEvent> events(std::uint64_t after, std::size_t limit) override;
  std::vector<StoredTenant> tenants(const TenantKey& after, std::size_t limit) override;
  std::vector<OwedEvent> owed(const OwedEvent& after, std::size_t limit) override;
  std::vector<ShownAlert> alerts(const OwedEvent& after, std::size_t limit) override;

 private:
  PgRows deliveries(const char* table, const char* columns, const OwedEvent& after,
                    std::size_t limit);

  DamageObserver damage_;
  PgSnapshot snapshot_;
  PgJournal journal_{snapshot_.session(), damage_};
  PgTenants tenants_{snapshot_.session(), damage_};
};

// Writes while its term goes on.
class PgLedgerWriter : public LedgerWriter {
 public:
  // REQUIRES: the session outlives it; the ledger is empty.
  PgLedgerWriter(PgSession& session, std::uint64_t term) : session_(session), term_(term) {}

  void add(std::span<const PlacedEvent> events) override;
  void add(std::span<const StoredTenant> tenants) override;
  void add(std::span<const ShownAlert> alerts) override;
  void add(std::span<const OwedEvent> owed) override;
  void finish(const LedgerFacts& facts) override;

 private:
  PgStatement inserted(const char* table, const char* columns, int values) const;
  void write(PgStatement statement);

  PgSession& session_;
  std::uint64_t term_;
};

}  // namespace tenantscope
