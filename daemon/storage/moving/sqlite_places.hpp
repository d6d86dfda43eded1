// SQLite's ledgers as what a ledger is moved from and to. Throws Failure, FatalError and
// filesystem_error.
#pragma once

#include <filesystem>
#include <optional>

#include "storage/moving/ledger_move.hpp"
#include "storage/moving/sqlite_ledger_rows.hpp"
#include "storage/sqlite/sqlite_copy.hpp"
#include "storage/storage_lock.hpp"

namespace tenantscope::sqlite {

// A storage, which is locked.
class SqliteSource : public LedgerSource {
 public:
  explicit SqliteSource(const std::filesystem::path& storage);

  std::string name() const override;
  std::string moved_to() override;
  StorageReport check() override;
  LedgerReader& rows() override { return *reader_; }
  void mark_moved(const std::string& to) override;

 private:
  std::filesystem::path storage_;
  std::filesystem::path database_;
  StorageLock lock_;
  std::optional<SqliteLedgerReader> reader_;
};

// A storage without a ledger, which is locked; its folder is made where it is missing.
class SqliteTarget : public LedgerTarget {
 public:
  explicit SqliteTarget(const std::filesystem::path& storage);

  std::string name() const override;
  bool incomplete() override;
  LedgerWriter& begin(const std::string& from) override;
  std::unique_ptr<LedgerReader> read_back() override;
  void open() override;

 private:
  std::filesystem::path storage_;
  StorageLock lock_;
  std::optional<Draft> draft_;
  std::optional<SqliteLedgerWriter> writer_;
};

}  // namespace tenantscope::sqlite
