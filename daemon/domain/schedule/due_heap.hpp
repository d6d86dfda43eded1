// Tenants by when they are due, the earliest first, in the order of their numbers where that is the
// same: a binary heap from which any of them can be taken. Several heaps share one list of places,
// a tenant being in one of them at most.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace tenantscope {

struct Due {
  SteadyTime time;
  std::uint32_t tenant = 0;  // its number

  auto operator<=>(const Due&) const = default;
};

class DueHeap {
 public:
  using Places = std::vector<std::uint32_t>;  // by tenant: its index in the heap that it is in
  static constexpr std::uint32_t nowhere = ~std::uint32_t(0);

  explicit DueHeap(Places& places) : places_(&places) {}

  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  // REQUIRES: not empty.
  const Due& top() const { return heap_.front(); }

  // REQUIRES: `places` has room for the tenant, and says `nowhere`.
  void push(Due due);
  // REQUIRES: the tenant is in this heap.
  const Due& at(std::uint32_t tenant) const { return heap_[(*places_)[tenant]]; }
  void remove(std::uint32_t tenant);

 private:
  void rise(std::size_t place, Due due);
  void sink(std::size_t place, Due due);
  void put(std::size_t place, Due due);

  std::vector<Due> heap_;
  Places* places_;
};

}  // namespace tenantscope
