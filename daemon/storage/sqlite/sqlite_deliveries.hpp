// What the sinks still want and what they were told, asked and written over a connection. Throws
// Failure.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "storage/damage.hpp"
#include "storage/ledger.hpp"
#include "storage/sqlite/sqlite.hpp"

namespace tenantscope::sqlite {

// As the ledger's methods of these names.
class Deliveries {
 public:
  // REQUIRES of both: they outlive it.
  Deliveries(Connection& connection, const DamageObserver& damage);

  // Within a transaction that is under way.
  void add(const std::string& sink, std::uint64_t sequence) { add_.run(sink, sequence); }
  // Likewise: forgets what isn't in the journal any more, and says how much of it was undelivered,
  // by sink.
  std::vector<std::pair<std::string, std::uint64_t>> expire();
  // Throws Failure where events that are still to be delivered or shown are missing because the
  // journal's pages are damaged: retention would take them for gone.
  void prove_reachable();
  // Takes rows out of the outboxes that aren't as they were written, wherever they have come to
  // stand: others would be hidden behind them.
  void mend();

  // Drops what the outbox has of events that are damaged or gone. Throws Failure where they may be
  // there and can't be found.
  std::vector<JournalEntry> undelivered(const std::string& sink, std::uint64_t after,
                                        std::size_t limit);
  void acknowledge(const std::string& sink, std::span<const std::uint64_t> sequences);
  OutboxStatus outbox(const std::string& sink);
  std::uint64_t enqueue(const std::string& sink, std::span<const std::uint64_t> sequences);

  void raise(const std::string& sink, std::span<const std::uint64_t> sequences, WallTime until);
  std::vector<Alert> alerts(const std::string& sink);
  void drop_alerts(const std::string& sink, WallTime ended_before) {
    drop_alerts_.run(sink, ended_before);
  }

 private:
  void rewrite_outboxes();
  void drop(const std::string& sink, std::span<const std::uint64_t> sequences);

  Connection& connection_;
  const DamageObserver& damage_;
  Statement add_;
  Statement undelivered_;
  Statement acknowledge_;
  Statement outbox_;
  Statement requeue_;
  Statement raise_;
  Statement alerts_;
  Statement drop_alerts_;
  Statement missing_;
  Statement all_;
  Statement clear_;
  Statement expire_outbox_;
  Statement expire_alerts_;
};

}  // namespace tenantscope::sqlite
