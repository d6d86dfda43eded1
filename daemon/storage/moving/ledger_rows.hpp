// A ledger as rows that come out of one store and go into another, as they are: ids, numbers, bytes
// and times are kept. What every store's copy has in common. They throw what their store's
// functions throw (sqlite::Failure, PgFailure); a row that isn't as it was written ends them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/guid.hpp"
#include "storage/commit_rules.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

// What the ledger says of itself.
struct LedgerFacts {
  Guid id;
  JournalHead head;
  JournalHead taken;  // the last event that retention took; 0: none
  std::optional<Rewind> rewound;
  std::optional<WallTime> believed, latest_believed;
  std::uint64_t tenants = 0;
};

// An event in a sink's outbox.
struct OwedEvent {
  std::string sink;
  std::uint64_t sequence = 0;
  auto operator<=>(const OwedEvent&) const = default;
};

struct ShownAlert {
  OwedEvent event;
  WallTime until;
};

// As it is at one moment. One thread at a time.
class LedgerReader {
 public:
  virtual ~LedgerReader() = default;

  virtual LedgerFacts facts() = 0;
  // Of each kind, those behind `after` in their order, `limit` of them at most.
  virtual std::vector<PlacedEvent> events(std::uint64_t after, std::size_t limit) = 0;
  virtual std::vector<StoredTenant> tenants(const TenantKey& after, std::size_t limit) = 0;
  // Those whose event is in the journal.
  virtual std::vector<OwedEvent> owed(const OwedEvent& after, std::size_t limit) = 0;
  virtual std::vector<ShownAlert> alerts(const OwedEvent& after, std::size_t limit) = 0;
};

// Takes events before what refers to them, and the facts at the end. One thread at a time.
class LedgerWriter {
 public:
  virtual ~LedgerWriter() = default;

  virtual void add(std::span<const PlacedEvent> events) = 0;
  virtual void add(std::span<const StoredTenant> tenants) = 0;
  virtual void add(std::span<const ShownAlert> alerts) = 0;
  virtual void add(std::span<const OwedEvent> owed) = 0;
  // REQUIRES: nothing is added after that.
  virtual void finish(const LedgerFacts& facts) = 0;
};

}  // namespace tenantscope
