// The steps of one transaction: numbered and rendered behind the ledger's head before it begins, so
// that the whole of it is one flight, which writes either all of them or nothing.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "storage/commit_rules.hpp"
#include "storage/ledger.hpp"
#include "storage/postgres/pg_event_columns.hpp"
#include "storage/postgres/pg_head.hpp"
#include "storage/postgres/pg_state_columns.hpp"
#include "storage/postgres/pg_tenants.hpp"
#include "storage/postgres/session/pg_statement.hpp"

namespace tenantscope {

class PgBatch {
 public:
  static constexpr std::size_t most_steps = 200, most_bytes = 400'000;

  // `known`: what the ledger has of tenants; of others it is taken for what their first step
  // follows, and the transaction fails where that isn't so. REQUIRES: it outlives this.
  PgBatch(const PgHead& head, const PgGenerations& known);

  bool full() const { return steps_ == most_steps || bytes_ >= most_bytes; }
  // The sequence of its first event, or why it is refused alone.
  Result<std::uint64_t> add(const Step& step, const std::string& source);

  // One was refused by what was only taken to be so.
  bool doubtful() const { return doubtful_; }
  bool empty() const { return events_.empty(); }
  // REQUIRES of these: it isn't empty.
  const PgHead& after() const { return after_; }
  std::uint64_t first() const { return events_.first(); }
  const PgBytes& first_hash() const { return events_.first_hash(); }
  // Fails (PgFailure::condition) where the ledger isn't as in `head`, the term isn't `term`, or a
  // tenant isn't where its step begins; nothing is written then.
  PgStatement statement(const std::string& schema, std::uint64_t term) const;

 private:
  struct Moving {
    PgStoredGeneration from;
    bool assumed = false;
    std::uint64_t generation = 0;  // after the steps so far
    const TenantState* to = nullptr;
  };

  bool follows(const Step& step);
  void append(const ChangeEvent& event, const std::string& source);

  const PgGenerations& known_;
  PgHead before_, after_;
  std::map<TenantKey, Moving> moving_;
  std::size_t steps_ = 0, bytes_ = 0;
  bool doubtful_ = false;
  bool tells_ = false;  // that the ledger went back

  PgEventColumns events_;
  PgOwedColumns owed_;
};

}  // namespace tenantscope
