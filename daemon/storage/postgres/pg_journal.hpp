// The journal's questions, asked over a session: what the ledger and the read-only view beside it
// have in common. A row that isn't as it was written is passed over, and told of. Throws PgFailure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/commit_rules.hpp"
#include "storage/damage.hpp"
#include "storage/ledger.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

// A journal row's columns, as queries select them first.
struct PgJournalRow {
  enum Column : int { sequence, id, kind, asked, name, time, event, hash, checksum, count };
  static constexpr std::string_view selected =
      "journal.sequence, journal.id, journal.kind, journal.asked, journal.name, journal.time, "
      "journal.event, journal.hash, journal.checksum";

  // The entry, where it is as it was written.
  static std::optional<JournalEntry> read(const PgRow& row);
  static std::int64_t checksum_of(const PlacedEvent& placed);
};

class PgJournal {
 public:
  // REQUIRES of both: they outlive it.
  PgJournal(PgSession& session, const DamageObserver& damage);

  std::vector<JournalEntry> read(std::uint64_t after, std::size_t limit);
  std::vector<JournalEntry> newest(const std::optional<TenantKey>& tenant, std::uint64_t before,
                                   std::size_t limit);
  std::uint64_t newest_until(WallTime time);
  std::optional<JournalEntry> find(const std::string& id);
  std::uint64_t oldest();
  std::uint64_t last();

 private:
  template <class Ask>
  std::vector<JournalEntry> page(std::uint64_t from, std::size_t limit, Ask ask);

  PgSession& session_;
  const DamageObserver& damage_;
};

// A view of the journal over a connection of its own, for another thread; also for a program that
// is outdated. Throws FatalError: 1 where that may pass, else 78.
std::unique_ptr<Journal> open_postgres_journal(PgSettings settings, DamageObserver damage = {});

}  // namespace tenantscope
