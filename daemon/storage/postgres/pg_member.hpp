// A replica's membership of a shared ledger: a connection of its own, by which it says that it
// lives, hears who writes, and begins a term of its own where nobody does. Only the database's
// clock says whether a lease is over. Each answer proves that this server can be written to. One
// thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/replica.hpp"
#include "storage/postgres/session/pg_failure.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

// What a replica says of itself.
struct PgReplica {
  std::string name;  // no other one's
  std::string url;   // where people reach it; may be empty
  std::string version;
  std::string config;  // a digest
};

// Who writes to the ledger, and who else is there.
struct PgActive {
  std::uint64_t term = 0;
  bool mine = false;
  std::string name, url;  // of the active one; empty: nobody has a lease
  bool same_config = true;
  bool synchronous = false;  // the server waits for another one before it says that it committed
  std::string outdated;      // why this one takes no part any more, and isn't the active one
  Replicas replicas;
};

class PgMember {
 public:
  // So many rows are looked at: the active one's, then those with a lease.
  static constexpr int most_replicas = 100;

  PgMember(PgSettings settings, PgReplica self, Duration lease);

  // Joins, or renews its lease, also one that was over: its term goes on where nobody has begun
  // another one meanwhile. `wanted`: begins a term where nobody has one, and ends who holds the
  // ledger up meanwhile. A program that the ledger is too new for leaves, and looks only. Throws
  // PgFailure: pg_renamed where another replica joined under its name.
  PgActive beat(bool wanted, const ReplicaWord& word = {});

  // Leaves at once, so that nobody waits for the end of its lease. Throws PgFailure.
  void leave();

 private:
  void join(const ReplicaWord& word);
  bool renew(const ReplicaWord& word);
  PgActive look();
  bool begin_term();
  std::string sql(const char* text) const;

  PgSession session_;
  PgReplica self_;
  const Duration lease_;
  std::optional<std::uint64_t> incarnation_;
};

// The SQLSTATE of that failure.
inline constexpr const char* pg_renamed = "TSNAM";

}  // namespace tenantscope
