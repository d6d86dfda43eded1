// What is known of the wall's time: the newest one that was believed to be right, by which leaps
// ahead are found, and the latest that ever was, by which retention knows what no right clock can
// have written. A clock that is set back moves the first alone: what was written by the right one
// isn't taken for a wrong one's. Within transactions or not. Throws Failure.
#pragma once

#include <optional>

#include "base/time.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_meta.hpp"

namespace tenantscope::sqlite {

class BelievedTime {
 public:
  // REQUIRES of both: they outlive it.
  BelievedTime(Connection& connection, Meta& meta) : connection_(connection), meta_(meta) {}

  // What set() was told last, else the newest time that is stored. Nothing: none is.
  std::optional<WallTime> last();
  // The latest that set() was ever told, else last(). Never lowered.
  std::optional<WallTime> latest();
  void set(WallTime now);

  // What is kept of both, as it is, and as it was in another ledger.
  std::optional<WallTime> kept_last();
  std::optional<WallTime> kept_latest();
  void keep(std::optional<WallTime> last, std::optional<WallTime> latest);

 private:
  std::optional<WallTime> kept(std::string_view key);

  Connection& connection_;
  Meta& meta_;
};

}  // namespace tenantscope::sqlite
