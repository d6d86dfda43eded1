// What a process has seen of a shared ledger, on whichever of its connections: how new its servers'
// timeline was, where the journal ended, and whom it had to end. Any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>

#include "storage/postgres/pg_head.hpp"

namespace tenantscope {

class PgSeen {
 public:
  // The newest one; 0: none could be read yet.
  std::uint32_t timeline() const {
    const std::lock_guard lock(mutex_);
    return timeline_;
  }
  void saw(std::uint32_t timeline) {
    const std::lock_guard lock(mutex_);
    timeline_ = std::max(timeline_, timeline);
  }

  // As it was read or written last, where that followed from what was seen before.
  std::optional<PgHead> head() const {
    const std::lock_guard lock(mutex_);
    return head_;
  }
  void saw(const PgHead& head) {
    const std::lock_guard lock(mutex_);
    head_ = head;
  }

  // Connections that held the ledger and didn't go on.
  struct Broken {
    std::uint64_t ended = 0;
    std::uint64_t refused = 0;  // how often it wasn't permitted

    bool operator==(const Broken&) const = default;
  };
  Broken broken() const {
    const std::lock_guard lock(mutex_);
    return broken_;
  }
  void broke(std::uint64_t connections) {
    const std::lock_guard lock(mutex_);
    broken_.ended += connections;
  }
  void was_refused() {
    const std::lock_guard lock(mutex_);
    ++broken_.refused;
  }

 private:
  mutable std::mutex mutex_;
  std::uint32_t timeline_ = 0;  // guarded by mutex_, as are both below
  std::optional<PgHead> head_;
  Broken broken_;
};

}  // namespace tenantscope
