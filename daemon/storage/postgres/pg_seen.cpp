#include "storage/postgres/pg_seen.hpp"

#include <algorithm>
#include <utility>

namespace tenantscope {

void PgSeen::remember(Memory memory) {
  const std::lock_guard lock(mutex_);
  memory_ = std::move(memory);
}

PgSeen::Memory PgSeen::memory() const {
  const std::lock_guard lock(mutex_);
  return memory_;
}

void PgSeen::when_changed(std::function<void()> tell) {
  const std::lock_guard lock(mutex_);
  tell_ = std::move(tell);
}

PgTimeline PgSeen::timeline() const {
  const std::lock_guard lock(mutex_);
  return timeline_;
}

bool PgSeen::is_over(const PgTimeline& timeline) const {
  const std::lock_guard lock(mutex_);
  return timeline.cluster == timeline_.cluster && timeline.number < timeline_.number;
}

void PgSeen::saw(const PgTimeline& timeline) {
  const std::lock_guard lock(mutex_);
  if (timeline.cluster != timeline_.cluster || timeline.number > timeline_.number)
    timeline_ = timeline;
}

std::optional<PgHead> PgSeen::head_before(const Guid& found) const {
  const std::lock_guard lock(mutex_);
  if (head_ || std::ranges::find(memory_.ledgers, found) == memory_.ledgers.end())
    return head_;
  return PgHead{.id = memory_.ledgers.back(), .journal = memory_.journal, .rewound = {}};
}

// Another ledger than the one that is remembered, which this process hasn't seen itself, is none
// that went back.
void PgSeen::saw(const PgHead& head) {
  const std::lock_guard lock(mutex_);
  const Memory before = memory_;
  std::vector<Guid>& ledgers = memory_.ledgers;
  const bool known = std::ranges::find(ledgers, head.id) != ledgers.end();
  if (!head_ && !known)
    ledgers.clear();
  if (!known)
    ledgers.push_back(head.id);
  if (ledgers.size() > most_ledgers)
    ledgers.erase(ledgers.begin());
  memory_.journal = head.journal;
  head_ = head;
  if (tell_ && memory_ != before)
    tell_();
}

PgSeen::Broken PgSeen::broken() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

void PgSeen::broke(std::uint64_t connections) {
  const std::lock_guard lock(mutex_);
  broken_.ended += connections;
}

void PgSeen::was_refused() {
  const std::lock_guard lock(mutex_);
  ++broken_.refused;
}

}  // namespace tenantscope
