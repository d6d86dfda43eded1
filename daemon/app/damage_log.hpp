// Counts the stored rows that aren't as they were written, and logs them: each once, and after the
// first few only their number. Called on any thread.
#pragma once

#include <mutex>
#include <set>
#include <string>

#include "base/log.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {

class DamageLog {
 public:
  static constexpr std::size_t most_logged = 20;
  static constexpr std::size_t most_remembered = 100'000;  // more are neither counted nor logged

  // REQUIRES of both: they outlive it.
  DamageLog(Instruments& instruments, const Log& log) : instruments_(instruments), log_(log) {}

  void found(const std::string& row);

 private:
  Instruments& instruments_;
  const Log& log_;
  std::mutex mutex_;
  std::set<std::string> rows_;  // guarded by mutex_
};

}  // namespace tenantscope
