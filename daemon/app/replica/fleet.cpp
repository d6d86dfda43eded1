#include "app/replica/fleet.hpp"

#include <utility>

namespace tenantscope {

void Fleet::hear(Replicas replicas, Clock sent) {
  const std::lock_guard lock(mutex_);
  replicas_ = std::move(replicas);
  sent_ = sent;
}

bool Fleet::fresh() const { return sent_ && boot_now() < *sent_ + lease_; }

bool Fleet::knows() const {
  const std::lock_guard lock(mutex_);
  return fresh();
}

std::optional<Replicas> Fleet::replicas() const {
  const std::lock_guard lock(mutex_);
  return fresh() ? std::optional(replicas_) : std::nullopt;
}

ReplicaSight Fleet::sight() const {
  const std::lock_guard lock(mutex_);
  ReplicaSight sight;
  if (sent_)
    sight.beat_age = std::chrono::duration_cast<Duration>(boot_now() - *sent_);
  if (!fresh())
    return sight;
  sight.replicas.emplace();
  for (const Replica& one : replicas_.all)
    if (one.live && one.state)
      ++(*sight.replicas)[*one.state];
  if (state_ == ReplicaState::outdated)  // which has no lease: nobody else counts it
    ++(*sight.replicas)[state_];
  return sight;
}

void Fleet::become(ReplicaState state) {
  const std::lock_guard lock(mutex_);
  state_ = state;
}

ReplicaState Fleet::state() const {
  const std::lock_guard lock(mutex_);
  return state_ == ReplicaState::active && !fresh() ? ReplicaState::suspended : state_;
}

}  // namespace tenantscope
