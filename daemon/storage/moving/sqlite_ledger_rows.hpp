// A SQLite ledger as rows. Throws Failure.
#pragma once

#include <filesystem>

#include "storage/damage.hpp"
#include "storage/moving/ledger_rows.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_believed_time.hpp"
#include "storage/sqlite/sqlite_deliveries.hpp"
#include "storage/sqlite/sqlite_journal.hpp"
#include "storage/sqlite/sqlite_journal_writer.hpp"
#include "storage/sqlite/sqlite_meta.hpp"
#include "storage/sqlite/sqlite_tenants.hpp"

namespace tenantscope::sqlite {

class SqliteLedgerReader : public LedgerReader {
 public:
  // REQUIRES: the ledger is of this version.
  explicit SqliteLedgerReader(const std::filesystem::path& database);

  Connection& connection() { return connection_; }

  LedgerFacts facts() override;
  std::vector<PlacedEvent> events(std::uint64_t after, std::size_t limit) override;
  std::vector<StoredTenant> tenants(const TenantKey& after, std::size_t limit) override;
  std::vector<OwedEvent> owed(const OwedEvent& after, std::size_t limit) override;
  std::vector<ShownAlert> alerts(const OwedEvent& after, std::size_t limit) override;

 private:
  DamageObserver damage_;
  Connection connection_;
  Meta meta_{connection_};
  JournalQueries journal_{connection_, damage_};
  Statement tenants_;
  Statement owed_;
  Statement alerts_;
};

class SqliteLedgerWriter : public LedgerWriter {
 public:
  // REQUIRES: it is an empty ledger, which nobody else has open, and is thrown away where this
  // fails.
  explicit SqliteLedgerWriter(const std::filesystem::path& database);

  void add(std::span<const PlacedEvent> events) override;
  void add(std::span<const StoredTenant> tenants) override;
  void add(std::span<const ShownAlert> alerts) override;
  void add(std::span<const OwedEvent> owed) override;
  void finish(const LedgerFacts& facts) override;

 private:
  DamageObserver nobody_;
  Connection connection_;
  Meta meta_{connection_};
  JournalQueries journal_{connection_, nobody_};
  JournalWriter writer_{connection_, meta_, journal_};
  Tenants tenants_{connection_, meta_, nobody_};
  Deliveries deliveries_{connection_, nobody_};
  BelievedTime believed_{connection_, meta_};
};

}  // namespace tenantscope::sqlite
