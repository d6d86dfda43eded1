#include "domain/replica.hpp"

#include <algorithm>

namespace tenantscope {

std::string_view to_string(ReplicaState state) {
  switch (state) {
    case ReplicaState::joining:
      return "joining";
    case ReplicaState::standby:
      return "standby";
    case ReplicaState::active:
      return "active";
    case ReplicaState::suspended:
      return "suspended";
    case ReplicaState::outdated:
      return "outdated";
    case ReplicaState::draining:
      return "draining";
  }
  return "";
}

std::optional<ReplicaState> parse_replica_state(std::string_view text) {
  for (const ReplicaState state : replica_states)
    if (to_string(state) == text)
      return state;
  return std::nullopt;
}

const Replica* Replicas::active() const {
  const auto found = std::ranges::find(all, true, &Replica::active);
  return found == all.end() ? nullptr : &*found;
}

// Whoever writes has what there is; it says how far only now and then.
std::uint64_t Replicas::behind(const Replica& replica) const {
  return replica.active || replica.sequence >= head ? 0 : head - replica.sequence;
}

}  // namespace tenantscope
