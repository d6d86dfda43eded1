// The deliveries of a round: each tenant's in a lane, one after the other, and several lanes side
// by side. Which of them wait for room, whose are under way. Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "app/courier/sink_standing.hpp"

namespace tenantscope {

class Lanes {
 public:
  using Events = std::vector<JournalEntry>;
  static constexpr std::size_t in_flight = 8;  // deliveries at once

  struct Lane {
    TenantKey whose;  // nobody's where the sink takes batches: all go through one lane
    std::deque<Events> deliveries;  // each after the one before
  };
  struct Queued {
    bool all = true;      // the round may look at what follows
    bool missed = false;  // a lane ended while its next events were read: they are looked at again
  };

  Lanes(bool batches, bool families) : batches_(batches), families_(families) {}

  void begin_round() { passed_over_.clear(); }
  // Makes lanes of `events`, but of none that are held, `busy` or under way. The event that the
  // ledger went back ends the round, as ids mean something else after it.
  Queued queue(Events events, const std::set<TenantKey>& busy, const SinkStanding& standing);
  // The next lane that waits, which is under way from then on; nothing: none does, or there is no
  // room.
  std::optional<Lane> begin();
  // A lane is under way no more. True: the round has passed over events of its own.
  bool end(const TenantKey& whose);
  void drop_waiting() { waiting_.clear(); }

  bool waiting() const { return !waiting_.empty(); }
  // Batches go one after the other: what is behind the one under way would be read in vain.
  bool full() const { return under_way_.size() >= (batches_ ? 1 : in_flight); }
  const std::set<TenantKey>& under_way() const { return under_way_; }

 private:
  Events& place_in(std::deque<Events>& deliveries, const JournalEntry& event,
                   std::size_t batch_limit) const;

  const bool batches_;
  const bool families_;
  std::deque<Lane> waiting_;
  std::set<TenantKey> under_way_;    // whose lanes those are that run
  std::set<TenantKey> passed_over_;  // by this round, because they were under way
};

}  // namespace tenantscope
