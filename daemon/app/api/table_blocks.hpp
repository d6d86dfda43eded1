// The table, a block of tenants at a time: a reader of many tenants holds its mutex for one block
// only, and sees a table that goes on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>

#include "app/table.hpp"

namespace tenantscope {

inline constexpr std::size_t block_tenants = 1000;  // of a scrape, which writes a line for each
inline constexpr std::size_t judged_at_once = 150;  // each of which takes longer: judged by rules

// Each tenant that is watched, with its number; `use` is called under the mutex, `after` without it
// when a block has been used. Those that come meanwhile aren't among them.
template <class Use, class After>
void for_each_watched(const Table& table, Use use, After after) {
  std::size_t extent = 0;
  {
    const std::lock_guard lock(table.mutex);
    extent = table.watches.size();
  }
  for (std::size_t from = 0; from < extent;) {
    {
      const std::lock_guard lock(table.mutex);
      for (const std::size_t end = std::min(extent, from + judged_at_once); from < end; ++from)
        if (const Watch& watch = table.watches[from]; watch.watched)
          use(std::uint32_t(from), watch);
    }
    after();
  }
}

template <class Use>
void for_each_watched(const Table& table, Use use) {
  for_each_watched(table, std::move(use), [] {});
}

}  // namespace tenantscope
