// What a daemon knows of those that share its ledger, itself among them: what the ledger said as it
// was told last that this one lives. It counts for a lease. Any thread.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/time.hpp"
#include "domain/replica.hpp"
#include "metrics/replica_instruments.hpp"

namespace tenantscope {

class Fleet {
 public:
  using Clock = std::chrono::nanoseconds;

  // `self`: this one's name.
  Fleet(std::string self, Duration lease) : self_(std::move(self)), lease_(lease) {}

  const std::string& self() const { return self_; }
  Duration lease() const { return std::chrono::duration_cast<Duration>(lease_); }

  // What the ledger has answered to what was sent then (boot_now()).
  void hear(Replicas replicas, Clock sent);
  // Nothing: it hasn't answered for a lease.
  std::optional<Replicas> replicas() const;
  bool knows() const;
  ReplicaSight sight() const;

  void become(ReplicaState state);
  // Suspended where it is active and its lease may be over, as the ledger doesn't answer.
  ReplicaState state() const;

 private:
  bool fresh() const;  // REQUIRES: the mutex is held

  const std::string self_;
  const Clock lease_;
  mutable std::mutex mutex_;
  Replicas replicas_;          // guarded by mutex_, as are all below
  std::optional<Clock> sent_;  // of the last beat that was answered
  ReplicaState state_ = ReplicaState::joining;
};

}  // namespace tenantscope
