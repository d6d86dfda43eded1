// What is known of the ledger's own row, and whether it is what it was: a server may have gone back
// to a backup, or a replica of it may have taken its place that didn't have all. Throws PgFailure.
#pragma once

#include <cstdint>
#include <optional>

#include "storage/postgres/pg_head.hpp"
#include "storage/postgres/session/pg_session.hpp"

namespace tenantscope {

// How many numbers may have been given and lost, at most.
inline constexpr std::uint64_t pg_rewind_gap = 1'000'000;

class PgStanding {
 public:
  // `term`: 0 where nothing is written. REQUIRES: the session outlives it.
  PgStanding(PgSession& session, std::uint64_t term) : session_(session), term_(term) {}

  // Of before, or nothing yet: as it was read or written last. REQUIRES: it was refreshed once.
  const PgHead& head() const { return *head_; }
  void wrote(const PgHead& head);
  // Reads it. Where what the process has seen in the journal isn't there any more, and retention
  // didn't take it, the ledger gets another id and its head is raised above all that was given, in
  // one transaction; it keeps that it went back until that is told.
  void refresh(PgConnection& connection, SteadyTime deadline);
  const PgHead& refresh();

  std::uint64_t term() const { return term_; }
  // Throws where the term is over.
  void require_term() const;

 private:
  PgHead read(PgConnection& connection, SteadyTime deadline) const;
  bool went_back(PgConnection& connection, const PgHead& before, const PgHead& found,
                 SteadyTime deadline) const;
  void rewind(PgConnection& connection, const PgHead& before, const PgHead& found,
              SteadyTime deadline) const;

  PgSession& session_;
  std::uint64_t term_;
  std::optional<PgHead> head_;
};

}  // namespace tenantscope
