// How steps get into the ledger: in transactions that are small enough to be one flight, each
// attempted until it is known whether it was committed. Throws PgFailure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "storage/ledger.hpp"
#include "storage/postgres/pg_batch.hpp"
#include "storage/postgres/pg_standing.hpp"
#include "storage/postgres/pg_tenants.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

class PgCommits {
 public:
  // REQUIRES of all: they outlive it.
  PgCommits(PgSession& session, PgTenants& tenants, PgStanding& standing)
      : session_(session), tenants_(tenants), standing_(standing) {}

  // As Ledger::commit(), for as many of the places' steps as one transaction takes, which it gives
  // back; `tells`: one of all says that the ledger went back.
  std::size_t commit(std::span<const Step> steps, std::span<const std::size_t> places, bool tells,
                     const std::string& source, std::vector<Result<std::uint64_t>>& results);

  // What was attempted last has ended, one way or the other: what is read then stays so. A commit
  // that waits to be replicated can't be seen before. Throws where it isn't known yet.
  void end_doubt();

 private:
  bool attempt(const PgBatch& batch, SteadyTime deadline);
  bool settle(const PgBatch& batch);
  bool look_for(const PgBatch& batch, SteadyTime deadline);
  std::vector<PgRows> end_what_is_under_way(std::vector<PgStatement> then, SteadyTime deadline);

  PgSession& session_;
  PgTenants& tenants_;
  PgStanding& standing_;
  bool in_doubt_ = false;  // what was attempted last
};

}  // namespace tenantscope
