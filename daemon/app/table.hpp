// The published table: every tenant that is watched, or was and may return. Written by the loop's thread alone, under the
// mutex; the loop reads without it, everyone else with it.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/watch.hpp"

namespace tenantscope {

class Table {
 public:
  mutable std::mutex mutex;
  RuleSet rules = RuleSet::docs_2025;
  std::deque<Watch> watches;  // a tenant's number is its place here, for the life of the process
  std::vector<CollaborationSettings> collaborations;

  // Its number. REQUIRES: nobody was there under its key.
  std::size_t add(Watch watch) {
    watches.push_back(std::move(watch));
    index_.insert(std::uint32_t(watches.size() - 1));
    return watches.size() - 1;
  }

  // Nothing where nobody watches it, or ever did.
  std::optional<std::size_t> number_of(const TenantKey& key) const {
    const auto known = index_.find(key);
    return known == index_.end() ? std::nullopt : std::optional<std::size_t>(*known);
  }
  const Watch* find(const TenantKey& key) const {
    const auto number = number_of(key);
    return number ? &watches[*number] : nullptr;
  }

  // REQUIRES: the mutex is held. In the order of their numbers.
  std::vector<const Watch*> watched() const {
    std::vector<const Watch*> result;
    for (const Watch& watch : watches)
      if (watch.watched) result.push_back(&watch);
    return result;
  }

 private:
  // Numbers are found by the keys of their tenants, which are kept there alone.
  struct ByKey {
    using is_transparent = void;
    const std::deque<Watch>* watches;

    const TenantKey& key(std::uint32_t number) const { return (*watches)[number].settings->key; }
    const TenantKey& key(const TenantKey& key) const { return key; }
  };
  struct Hash : ByKey {
    std::size_t operator()(const auto& tenant) const {
      const TenantKey& key = this->key(tenant);
      return std::hash<std::string>()(key.name) * 31 + std::hash<std::string>()(key.asked);
    }
  };
  struct Equal : ByKey {
    bool operator()(const auto& a, const auto& b) const { return this->key(a) == this->key(b); }
  };

  boost::unordered_flat_set<std::uint32_t, Hash, Equal> index_{0, Hash{{&watches}}, Equal{{&watches}}};
};

}  // namespace tenantscope
