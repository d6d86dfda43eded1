// Counts the stored rows that aren't as they were written, and logs them: each once, and after the
// first few only their number; and tells whose events they were. Called on any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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

  // Events that a sink won't get any more.
  using Dropped = std::function<void(const std::string& sink, std::uint64_t events)>;
  void dropped(const std::string& sink, std::uint64_t events);
  // Once: who is told of them, on whatever thread, and at once of those of before.
  void tell_dropped(Dropped tell);

 private:
  Instruments& instruments_;
  const Log& log_;
  std::mutex mutex_;
  std::set<std::string> rows_;  // guarded by mutex_, as are all below
  Dropped tell_;
  std::map<std::string, std::uint64_t> untold_;  // by sink
};

}  // namespace tenantscope
