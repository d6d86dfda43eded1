#include "app/courier/lanes.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "app/courier/family.hpp"

namespace tenantscope {

Lanes::Queued Lanes::queue(Events events, const std::set<TenantKey>& busy,
                           const SinkStanding& standing) {
  Queued queued;
  std::map<TenantKey, std::size_t> places;
  for (JournalEntry& event : events) {
    if (standing.holds(event.tenant))
      continue;
    const TenantKey whose = batches_ ? TenantKey() : event.tenant;
    const bool barrier = !batches_ && event.kind == EventKind::ledger_rewound;
    if (busy.contains(whose)) {
      passed_over_.insert(whose);
      queued.missed = queued.missed || !under_way_.contains(whose);
    } else {
      const auto [place, made] = places.try_emplace(whose, waiting_.size());
      if (made)
        waiting_.push_back({whose, {}});
      place_in(waiting_[place->second].deliveries, event, standing.batch_limit())
          .push_back(std::move(event));
    }
    if (barrier) {
      passed_over_.insert(whose);  // the end of its lane looks again
      queued.all = false;
      break;
    }
  }
  return queued;
}

// Where an event goes in its lane: with those that it is told with, or after all others.
Lanes::Events& Lanes::place_in(std::deque<Events>& deliveries, const JournalEntry& event,
                               std::size_t batch_limit) const {
  const std::size_t near = std::min<std::size_t>(deliveries.size(), 2);  // expectations' is between
  if (families_ && event.kind == EventKind::collaboration_changed)
    for (std::size_t back = 1; back <= near; ++back)
      if (Events& delivery = deliveries[deliveries.size() - back];
          family_of(delivery.front()) == family_of(event))
        return delivery;
  const bool joins = batches_ && !deliveries.empty() && deliveries.back().size() < batch_limit;
  return joins ? deliveries.back() : deliveries.emplace_back();
}

std::optional<Lanes::Lane> Lanes::begin() {
  if (waiting_.empty() || full())
    return std::nullopt;
  Lane lane = std::move(waiting_.front());
  waiting_.pop_front();
  under_way_.insert(lane.whose);
  return lane;
}

bool Lanes::end(const TenantKey& whose) {
  under_way_.erase(whose);
  return passed_over_.contains(whose);
}

}  // namespace tenantscope
