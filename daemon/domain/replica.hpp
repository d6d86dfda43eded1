// Daemons that share a ledger, as they say of themselves in it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace tenantscope {

enum class ReplicaState {
  joining,    // knows nothing of the ledger yet
  standby,    // follows it, while another one is active
  active,     // asks, stores and delivers
  suspended,  // was active until its lease ended: only itself can say so, as the ledger can't be
              // told
  outdated,   // can't read a ledger of this version
  draining,   // is about to end
};

inline constexpr std::array replica_states{ReplicaState::joining,  ReplicaState::standby,
                                           ReplicaState::active,   ReplicaState::suspended,
                                           ReplicaState::outdated, ReplicaState::draining};

std::string_view to_string(ReplicaState state);
std::optional<ReplicaState> parse_replica_state(std::string_view text);

// What a replica says of itself, again and again.
struct ReplicaWord {
  ReplicaState state = ReplicaState::joining;
  std::uint64_t sequence = 0;  // of the journal's last event that it has
  std::string config;          // a digest; empty: as it said before
};

struct Replica {
  std::string name;
  std::string url;  // where people reach it; may be empty
  std::string version;
  std::string config;                 // a digest
  std::optional<ReplicaState> state;  // as it said last; nothing: one that isn't known here
  WallTime since;                     // when that began
  std::uint64_t sequence = 0;         // as ReplicaWord
  WallTime lease_end;
  bool live = false;    // its lease isn't over
  bool active = false;  // likewise, and it is the one that may write
};

// All times are the database's.
struct Replicas {
  std::vector<Replica> all;  // by their names; those too that left without a word
  std::uint64_t head = 0;    // the journal's last number
  WallTime now;

  const Replica* active() const;  // nullptr: none is
  // How many numbers of the journal it hasn't got yet.
  std::uint64_t behind(const Replica& replica) const;
};

}  // namespace tenantscope
