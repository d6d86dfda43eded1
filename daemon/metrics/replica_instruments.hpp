// What a daemon counts and shows that shares its storage with others. Safe to move from any thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "domain/replica.hpp"

namespace tenantscope {

// What a daemon's last words to the ledger have brought.
struct ReplicaSight {
  std::optional<Duration> beat_age;  // since the last one that was answered; nothing: none was
  // Of those that have a lease; nothing: it isn't known any more.
  std::optional<std::map<ReplicaState, std::size_t>> replicas;
};

// Counters of a daemon that begins anew in the same process go on where they were: what is 1 twice
// looks as if nothing had happened.
struct LastingCounts {
  double takeovers = 0;
  double fenced = 0;
  double terminated = 0;
  double not_terminated = 0;
  double rewinds = 0;
  double commits_in_doubt = 0;
};

class ReplicaInstruments {
 public:
  // `checked`: it is looked at whether another server has what is committed.
  ReplicaInstruments(prometheus::Registry& registry, bool checked, const LastingCounts& before);

  prometheus::Counter& takeovers() { return takeovers_; }
  prometheus::Counter& fenced() { return fenced_; }
  // Sessions of the database's that held the ledger and didn't go on; and such as it wasn't
  // permitted to terminate.
  prometheus::Counter& terminated() { return terminated_; }
  prometheus::Counter& not_terminated() { return not_terminated_; }
  prometheus::Gauge& config_matches() { return config_matches_; }  // the active one's
  void set_synchronous(bool synchronous);  // does nothing without `durability: checked`

  // Asked at each collect(), on any thread.
  void show(std::function<ReplicaSight()> sight);
  std::vector<prometheus::MetricFamily> seen() const;

 private:
  prometheus::Counter& takeovers_;
  prometheus::Counter& fenced_;
  prometheus::Counter& terminated_;
  prometheus::Counter& not_terminated_;
  prometheus::Gauge& config_matches_;
  prometheus::Gauge* synchronous_ = nullptr;
  mutable std::mutex mutex_;
  std::function<ReplicaSight()> sight_;  // guarded by mutex_
};

}  // namespace tenantscope
