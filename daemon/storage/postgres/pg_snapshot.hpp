// A shared ledger as it is at one moment, for who reads all of it while others go on writing: one
// read-only transaction, over one connection. Throws PgFailure, also where that connection is lost:
// another one would show another moment.
#pragma once

#include "storage/postgres/pg_schema.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

class PgSnapshot {
 public:
  // Also of a ledger that no daemon may use.
  explicit PgSnapshot(PgSettings settings);
  PgSnapshot(const PgSnapshot&) = delete;
  PgSnapshot& operator=(const PgSnapshot&) = delete;

  PgSession& session() { return session_; }
  const PgMark& mark() const { return mark_; }

 private:
  void begin(PgConnection& made, SteadyTime deadline);

  bool begun_ = false;
  PgMark mark_;
  PgSession session_;
};

}  // namespace tenantscope
