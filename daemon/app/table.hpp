// The published table: every tenant that is watched, or was and may return. Written by the loop's
// thread alone, under the mutex; the loop reads without it, everyone else with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/last_probes.hpp"
#include "domain/key_index.hpp"
#include "domain/watch.hpp"

namespace tenantscope {

class Table {
 public:
  mutable std::mutex mutex;
  RuleSet rules = default_rules;
  std::deque<Watch> watches;  // a tenant's number is its place here, for the life of the process
  std::vector<CollaborationSettings> collaborations;
  std::vector<std::string> clouds = names_of(builtin_clouds());  // that are known
  std::map<std::string, double> ceilings;  // of those: how often each may be asked in a second
  std::uint64_t last_event = 0;            // in the journal; later ones are in no state here yet
  LastProbes last_probes;                  // of tenants that are watched, or were

  // Its number. REQUIRES: nobody was there under its key.
  std::size_t add(Watch watch) {
    watches.push_back(std::move(watch));
    index_.insert(std::uint32_t(watches.size() - 1));
    return watches.size() - 1;
  }

  // Nothing where nobody watches it, or ever did.
  std::optional<std::uint32_t> number_of(const TenantKey& key) const { return index_.find(key); }
  const Watch* find(const TenantKey& key) const {
    const auto number = number_of(key);
    return number ? &watches[*number] : nullptr;
  }

  // REQUIRES: the mutex is held. In the order of their numbers.
  std::vector<const Watch*> watched() const {
    std::vector<const Watch*> result;
    for (const Watch& watch : watches)
      if (watch.watched)
        result.push_back(&watch);
    return result;
  }

 private:
  KeyIndex<std::deque<Watch>> index_{watches};
};

}  // namespace tenantscope
