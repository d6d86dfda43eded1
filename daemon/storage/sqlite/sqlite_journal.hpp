// The journal's questions, asked over a connection: what the ledger and the read-only view beside
// it have in common. A row that isn't as it was written is passed over, and told of. Throws
// Failure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/damage.hpp"
#include "storage/ledger.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope::sqlite {

// No row of a journal has this sequence, or a larger one, but by damage.
inline constexpr std::int64_t sequences_end = std::int64_t(1) << 53;

// The row's entry, where it is as it was written. The row has JournalTable::selected() first.
std::optional<JournalEntry> entry_in(const Rows& row);

class JournalQueries {
 public:
  // REQUIRES: `damage` outlives it.
  JournalQueries(const Connection& connection, const DamageObserver& damage);

  std::vector<JournalEntry> read(std::uint64_t after, std::size_t limit);
  std::vector<JournalEntry> newest(const std::optional<TenantKey>& tenant, std::uint64_t before,
                                   std::size_t limit);
  std::uint64_t newest_until(WallTime time);
  std::optional<JournalEntry> find(const std::string& id);
  std::uint64_t oldest();
  std::uint64_t last();

 private:
  void tell_of_damage(const Rows& row) const;

  const DamageObserver& damage_;
  std::uint32_t version_;
  Statement read_;
  Statement newest_;
  Statement newest_of_;
  Statement newest_until_;
  Statement find_;
  Statement oldest_;
  Statement last_;
};

}  // namespace tenantscope::sqlite
