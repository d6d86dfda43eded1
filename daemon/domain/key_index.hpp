// Finds tenants in a list by their keys, which are kept in the list alone: a few bytes a tenant.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "domain/tenant.hpp"

namespace tenantscope {

// `List` is indexed by number; key_of() gives the key of one of its tenants.
template <class List>
class KeyIndex {
 public:
  // REQUIRES: `list` outlives the index, in one place, and what is in the index stays in the list
  // as it is.
  explicit KeyIndex(const List& list) : numbers_(0, Hash{{&list}}, Equal{{&list}}) {}
  KeyIndex(const KeyIndex&) = delete;

  // The first one with a key counts.
  void insert(std::uint32_t number) { numbers_.insert(number); }
  void reserve(std::size_t tenants) { numbers_.reserve(tenants); }

  std::optional<std::uint32_t> find(const TenantKey& key) const {
    const auto found = numbers_.find(key);
    return found == numbers_.end() ? std::nullopt : std::optional(*found);
  }

  // Forgets those from `number` on.
  void cut(std::uint32_t number) {
    erase_if(numbers_, [number](std::uint32_t one) { return one >= number; });
  }

 private:
  struct ByKey {
    using is_transparent = void;
    const List* list;

    const TenantKey& key(std::uint32_t number) const { return key_of((*list)[number]); }
    const TenantKey& key(const TenantKey& key) const { return key; }
  };
  struct Hash : ByKey {
    std::size_t operator()(const auto& tenant) const { return hash_of(this->key(tenant)); }
  };
  struct Equal : ByKey {
    bool operator()(const auto& a, const auto& b) const { return this->key(a) == this->key(b); }
  };

  boost::unordered_flat_set<std::uint32_t, Hash, Equal> numbers_;
};

}  // namespace tenantscope
