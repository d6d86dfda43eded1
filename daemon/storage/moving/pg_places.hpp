// Shared ledgers as what a ledger is moved from and to. Throws PgFailure.
#pragma once

#include <optional>

#include "storage/moving/ledger_move.hpp"
#include "storage/moving/pg_ledger_rows.hpp"

namespace tenantscope {

// "PostgreSQL db1.example:5432 db2.example:5433, database tenantscope, schema tenantscope".
std::string pg_place_name(const PgSettings& settings);

// The source begins a term of its own when it is made, which it refuses while a replica has a
// lease: a replica that wrote before can't any more, and one that writes later has begun another
// term, by which mark_moved() knows of it.
class PgSource : public LedgerSource {
 public:
  explicit PgSource(const PgSettings& settings);

  std::string name() const override { return pg_place_name(settings_); }
  std::string moved_to() override { return reader_.snapshot().mark().moved_to; }
  StorageReport check() override;
  LedgerReader& rows() override { return reader_; }
  void mark_moved(const std::string& to) override;

 private:
  PgSettings settings_;
  PgSession session_;
  std::uint64_t term_;
  PgLedgerReader reader_;
};

class PgTarget : public LedgerTarget {
 public:
  explicit PgTarget(const PgSettings& settings);

  std::string name() const override { return pg_place_name(settings_); }
  bool incomplete() override;
  LedgerWriter& begin(const std::string& from) override;
  std::unique_ptr<LedgerReader> read_back() override;
  void open() override;

 private:
  void empty();

  PgSettings settings_;
  PgMark mark_;
  PgSession session_;
  std::uint64_t term_ = 0;
  std::optional<PgLedgerWriter> writer_;
};

}  // namespace tenantscope
