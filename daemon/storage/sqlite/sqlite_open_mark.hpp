// Says in the database itself that it is open: one that was copied without its log, in which the
// last transactions are, is known by that. On the ledger's thread. Throws Failure.
#pragma once

#include <string_view>

#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_meta.hpp"

namespace tenantscope::sqlite {

class OpenMark {
 public:
  static constexpr std::string_view key = "open";

  // REQUIRES of both: they outlive it.
  OpenMark(Connection& connection, Meta& meta)
      : meta_(meta), checkpoint_(connection, "PRAGMA wal_checkpoint") {}

  // Whether who had it open before hasn't closed it, or has it open now.
  bool found() { return meta_.value(key) == "1"; }

  // Before the first write, so that a start writes nothing; costs nothing once it is there.
  void set();
  // At a clean end; also what a crash before has left.
  void clear();

 private:
  bool checkpointed();

  Meta& meta_;
  Statement checkpoint_;
  bool set_ = false;
  bool in_database_ = false;
};

// Whether a database is marked as open, but is without its log: it was copied without it, or the
// log was removed. REQUIRES: it is in a transaction; else a process that closes it meanwhile
// takes the log.
bool lacks_log(const Connection& connection);

}  // namespace tenantscope::sqlite
