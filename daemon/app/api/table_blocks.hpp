// The table, a block of tenants at a time: its mutex is held for one block only, so whoever goes
// through many tenants sees a table that goes on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "app/table.hpp"

namespace tenantscope {

inline constexpr std::size_t block_tenants = 1000;

// Each tenant that is watched, with its number; `use` is called under the mutex. Those that come
// meanwhile aren't among them.
template <class Use>
void for_each_watched(const Table& table, Use use) {
  std::size_t extent = 0;
  {
    const std::lock_guard lock(table.mutex);
    extent = table.watches.size();
  }
  for (std::size_t from = 0; from < extent;) {
    const std::lock_guard lock(table.mutex);
    for (const std::size_t end = std::min(extent, from + block_tenants); from < end; ++from)
      if (const Watch& watch = table.watches[from]; watch.watched)
        use(std::uint32_t(from), watch);
  }
}

}  // namespace tenantscope
