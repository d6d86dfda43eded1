// Copies of a database: made beside whoever writes to it, and put in place whole or not at all.
// Throws Failure.
#pragma once

#include <filesystem>
#include <functional>

#include "base/time.hpp"

namespace tenantscope {

struct CopyLimits {
  Duration patience = std::chrono::minutes(10);
  int pages_per_step = 256;
  std::function<void()> after_step = [] {};
};

namespace sqlite {

// A database in the making, at PATH.part, its owner's alone: gone with this, unless it was put in
// place, or kept.
class Draft {
 public:
  explicit Draft(const std::filesystem::path& place);
  ~Draft();
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // From now on it stays where it isn't put in place. On the disk when this returns.
  void keep();
  // On the disk when this returns. REQUIRES: nobody has it open.
  void put_in_place();

 private:
  void remove() const;

  std::filesystem::path place_;
  std::filesystem::path path_;
  bool kept_ = false;
};

// Copies a ledger as it is at one moment, and closes the copy: it has no log, and isn't marked as
// open. Others go on writing meanwhile: the copy begins anew for none of them and holds none of
// them up, but their log grows until it is done. Whether the last changes may be missing: the
// ledger is marked as open, and has no log. Failure: it takes longer than the limit.
bool copy_ledger(const std::filesystem::path& from, const Draft& to, const CopyLimits& limits);

}  // namespace sqlite
}  // namespace tenantscope
