// What a process has seen of a shared ledger, on whichever of its connections: how new its servers'
// timeline was, where the journal ended, and whom it had to end; and what a process of before had.
// Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "storage/postgres/pg_head.hpp"

namespace tenantscope {

// A promotion begins the next one of the cluster.
struct PgTimeline {
  std::string cluster;  // its system identifier; empty: it can't be read
  std::uint32_t number = 0;

  bool operator==(const PgTimeline&) const = default;
};

class PgSeen {
 public:
  // What the next process has to know: a ledger's journal under an id that it has had, and under
  // which one it went on, as it had gone back.
  struct Ledger {
    Guid id;
    JournalHead journal;
    std::optional<Guid> became;

    bool operator==(const Ledger&) const = default;
  };
  using Memory = std::vector<Ledger>;
  static constexpr std::size_t most_ledgers = 100;

  // Of the process before; once, before anything is seen.
  void remember(Memory memory);
  Memory memory() const;
  // Called where the memory is another one than before, on that thread. Calls nothing of this.
  void when_changed(std::function<void()> tell);

  // The newest one. It isn't remembered: a restored snapshot may be of an older one.
  PgTimeline timeline() const;
  bool is_over(const PgTimeline& timeline) const;  // by a newer one of its cluster
  void saw(const PgTimeline& timeline);

  // As it was read or written last, where that followed from what was seen before: of the ledger
  // that has this id now, be it one that it had before.
  std::optional<PgHead> head_before(const Guid& found);
  void saw(const PgHead& head);

  // Connections that held the ledger and didn't go on.
  struct Broken {
    std::uint64_t ended = 0;
    std::uint64_t refused = 0;  // how often it wasn't permitted

    bool operator==(const Broken&) const = default;
  };
  Broken take_broken();  // since it was asked last
  void broke(std::uint64_t connections);
  void was_refused();

 private:
  Ledger* find(const Guid& id);  // REQUIRES: the mutex is held

  mutable std::mutex mutex_;
  std::function<void()> tell_;  // guarded by mutex_, as are all below
  Memory memory_;
  PgTimeline timeline_;
  std::optional<PgHead> head_;
  Broken broken_;
};

}  // namespace tenantscope
