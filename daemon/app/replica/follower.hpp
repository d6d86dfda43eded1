// What a standby knows: the committed states of its own configuration's tenants, as a shared ledger
// has them, and how far its journal is followed. What nobody commits, such as how the active
// replica's probes go and when a tenant was heard of last, isn't among it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "app/table.hpp"
#include "base/guid.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/settings.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

class Follower {
 public:
  // `lease`: for how long what was read may be shown.
  Follower(std::shared_ptr<const Settings> settings, Duration lease);

  // Without tenants while nothing is known of them. Any thread.
  const Table& table() const { return table_; }

  // Reads what the ledger has got since, from which it writes nothing. All is read at first, where
  // the ledger is another one or went back, and where much is new. On one thread. Error: as the
  // ledger has it; what was known stays.
  Result<void> follow(Ledger& ledger);

  // Whether it has ever read one. Any thread.
  bool has_followed() const;

  // The journal's last event that is among what it knows. Any thread.
  std::uint64_t last() const;

  // Which journal it follows; nothing: what it knows is older than the lease, and isn't shown any
  // more. Any thread.
  std::optional<Guid> journal();

 private:
  using Clock = std::chrono::nanoseconds;

  Result<void> read_all(Ledger& ledger, std::uint64_t last);
  Result<void> read_news(Ledger& ledger, std::uint64_t last);
  void take(std::uint32_t tenant, TenantState state);
  void show(bool shown);

  const std::shared_ptr<const Settings> settings_;
  const Clock lease_;
  Table table_;                  // of all tenants, in the configuration's order
  std::optional<Guid> journal_;  // guarded by the table's mutex, as are both below
  Clock until_{};
  bool shown_ = false;
};

}  // namespace tenantscope
