// The published table: every tenant that is watched, or was and may return. Written by the loop's thread alone, under the
// mutex; the loop reads without it, everyone else with it.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

#include "core/watch.hpp"

namespace tenantscope {

struct Table {
  mutable std::mutex mutex;
  RuleSet rules = RuleSet::docs_2025;
  std::deque<Watch> watches;               // a tenant's number is its place here, for the life of the process
  std::map<TenantKey, std::size_t> index;
  std::vector<CollaborationSettings> collaborations;

  // nullptr where nobody watches it, or ever did.
  const Watch* find(const TenantKey& key) const {
    const auto known = index.find(key);
    return known == index.end() ? nullptr : &watches[known->second];
  }

  // REQUIRES: the mutex is held. In the order of their numbers.
  std::vector<const Watch*> watched() const {
    std::vector<const Watch*> result;
    for (const Watch& watch : watches)
      if (watch.watched) result.push_back(&watch);
    return result;
  }
};

}  // namespace tenantscope
