// The declared pairs, as the table says of their tenants. REQUIRES of all: the table's mutex is
// held, or this is the loop's thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/table.hpp"
#include "domain/event.hpp"
#include "domain/explanation.hpp"

namespace tenantscope {

struct DeclaredPair {
  const CollaborationSettings& collaboration;
  const CollaborationMember& host;
  const CollaborationGuest& guest;

  std::string guest_shown() const;
  bool has(const TenantKey& tenant) const;
};

// One pair after the other, in the configuration's order. REQUIRES: the collaborations outlive it,
// unchanged.
class PairWalk {
 public:
  explicit PairWalk(const std::vector<CollaborationSettings>& collaborations)
      : collaborations_(collaborations) {}

  std::optional<DeclaredPair> next();

 private:
  const std::vector<CollaborationSettings>& collaborations_;
  std::size_t collaboration_ = 0;
  std::size_t host_ = 0;
  std::size_t guest_ = 0;
};

// All of them.
void for_each_pair(const Table& table, const std::function<void(const DeclaredPair&)>& use);

Explanation explain(const Table& table, const DeclaredPair& pair);
// Its capability alone, without building texts.
PairCapability capability_of(const Table& table, const DeclaredPair& pair);

bool in_a_pair(const Table& table, const TenantKey& tenant);

// What the transition of `tenant`, which the table doesn't show yet, does to its pairs. A baseline
// does nothing.
std::vector<ChangeEvent> pair_events(const Table& table, const TenantKey& tenant,
                                     const Transition& transition, const EventPolicy& policy);

}  // namespace tenantscope
