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

PgSeen::Ledger* PgSeen::find(const Guid& id) {
  const auto found = std::ranges::find(memory_, id, &Ledger::id);
  return found == memory_.end() ? nullptr : &*found;
}

std::optional<PgHead> PgSeen::head_before(const Guid& found) {
  const std::lock_guard lock(mutex_);
  if (head_)
    return head_;
  const Ledger* last = find(found);
  for (std::size_t steps = 0; last && last->became && steps < memory_.size(); ++steps)
    last = find(*last->became);
  if (!last)
    return std::nullopt;
  return PgHead{.id = last->id, .journal = last->journal, .rewound = {}};
}

// Another ledger than those that are remembered, which this process hasn't seen itself, is none
// that went back.
void PgSeen::saw(const PgHead& head) {
  const std::lock_guard lock(mutex_);
  const Memory before = memory_;
  if (!find(head.id)) {
    Ledger* const last = head_          ? find(head_->id)
                         : head.rewound ? find(head.rewound->previous_journal)
                                        : nullptr;
    if (last)
      last->became = head.id;
    memory_.push_back({.id = head.id, .journal = {}, .became = {}});
  }
  find(head.id)->journal = head.journal;
  if (memory_.size() > most_ledgers)
    memory_.erase(memory_.begin());
  head_ = head;
  if (tell_ && memory_ != before)
    tell_();
}

PgSeen::Broken PgSeen::take_broken() {
  const std::lock_guard lock(mutex_);
  return std::exchange(broken_, {});
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
