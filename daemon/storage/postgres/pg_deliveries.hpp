// What the sinks still want and what they were told, asked and written over a session. Throws
// PgFailure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "storage/damage.hpp"
#include "storage/ledger.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

std::int64_t pg_owed_checksum(const std::string& sink, std::uint64_t sequence);
std::int64_t pg_alert_checksum(const std::string& sink, std::uint64_t sequence, WallTime until);

// As the ledger's methods of these names; what only writes is a statement for a transaction.
class PgDeliveries {
 public:
  // REQUIRES of both: they outlive it.
  PgDeliveries(PgSession& session, const DamageObserver& damage);

  // Gives what is owed and can't be delivered, in `lost`, which has to be acknowledged.
  std::vector<JournalEntry> undelivered(const std::string& sink, std::uint64_t after,
                                        std::size_t limit, std::vector<std::uint64_t>& lost);
  PgStatement acknowledged(const std::string& sink, std::span<const std::uint64_t> sequences) const;
  OutboxStatus outbox(const std::string& sink);
  PgStatement enqueued(const std::string& sink, std::span<const std::uint64_t> sequences) const;

  PgStatement raised(const std::string& sink, std::span<const std::uint64_t> sequences,
                     WallTime until) const;
  std::vector<Alert> alerts(const std::string& sink);
  PgStatement alerts_dropped(const std::string& sink, WallTime ended_before) const;

 private:
  PgSession& session_;
  const DamageObserver& damage_;
};

}  // namespace tenantscope
