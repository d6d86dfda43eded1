#include "domain/schedule/agenda.hpp"

#include <algorithm>

namespace tenantscope {
namespace {

constexpr std::size_t visitors = 2, kinds = 3;  // who takes turns: the two heaps come first

}  // namespace

SteadyTime Agenda::Authority::earliest() const {
  if (!visitors_.empty())
    return SteadyTime::min();
  SteadyTime earliest = SteadyTime::max();
  for (const DueHeap& due : due_)
    if (!due.empty())
      earliest = std::min(earliest, due.top().time);
  return earliest;
}

Agenda::Authority& Agenda::add_authority(double ceiling, std::size_t connections, SteadyTime now) {
  return authorities_.emplace_back(ceiling, connections, places_, now);
}

void Agenda::set_limits(Authority& authority, double ceiling, std::size_t connections,
                        SteadyTime now) {
  authority.limiter_.set_ceiling(ceiling, now);
  authority.connections_ = connections;
}

void Agenda::schedule(std::size_t tenant, Authority& authority, SteadyTime due, bool confirms) {
  const auto number = std::uint32_t(tenant);
  if (slots_.size() <= tenant) {
    slots_.resize(tenant + 1);
    places_.resize(tenant + 1, DueHeap::nowhere);
  }
  Slot& slot = slots_[tenant];
  if (slot.probing)
    return;
  if (slot.authority) {
    if (heap_of(slot).at(number).time <= due)
      return;
    heap_of(slot).remove(number);
  }
  slot = {&authority, confirms, false};
  heap_of(slot).push({due, number});
}

void Agenda::drop(std::size_t tenant) {
  Slot& slot = slots_[tenant];
  if (slot.authority)
    heap_of(slot).remove(std::uint32_t(tenant));
  slot.authority = nullptr;
}

void Agenda::finished(std::size_t tenant) { slots_[tenant].probing = false; }

void Agenda::visit(Authority& authority, Visitor& visitor, SteadyTime now) {
  authority.visitors_.push_back(&visitor);
  release(authority, now);
}

void Agenda::leave(Authority& authority, Visitor& visitor) {
  std::erase(authority.visitors_, &visitor);
}

bool Agenda::came_back(Authority& authority, Outcome outcome, Duration retry_after,
                       SteadyTime now) {
  const bool less = authority.limiter_.heard(outcome, retry_after, now);
  // Where connections are what is short, the next one goes at once; where it is the limiter, with
  // the next tick.
  const bool short_of_connections = authority.in_flight_-- >= authority.connections_;
  if (short_of_connections)
    release(authority, now);
  return less;
}

void Agenda::advance(SteadyTime now) {
  advanced_ = now;
  for (Authority& authority : authorities_)
    release(authority, now);
}

SteadyTime Agenda::next(SteadyTime now) const {
  SteadyTime next = SteadyTime::max();
  for (const Authority& authority : authorities_)
    if (const SteadyTime earliest = authority.earliest();
        earliest != SteadyTime::max() && authority.in_flight_ < authority.connections_)
      next = std::min(next, std::max(earliest, authority.limiter_.next_permitted(now)));
  return next == SteadyTime::max() ? next : std::max(next, advanced_ + tick);
}

void Agenda::release(Authority& authority, SteadyTime now) {
  while (!stopped_ && authority.in_flight_ < authority.connections_) {
    const auto waits = [&](std::size_t who) {
      return who == visitors
                 ? !authority.visitors_.empty()
                 : !authority.due_[who].empty() && authority.due_[who].top().time <= now;
    };
    std::size_t who = kinds;
    for (std::size_t i = 0; i < kinds && who == kinds; ++i)
      if (waits((authority.turn_ + i) % kinds))
        who = (authority.turn_ + i) % kinds;
    if (who == kinds || !authority.limiter_.acquire(now))
      return;
    authority.turn_ = (who + 1) % kinds;
    ++authority.in_flight_;
    begin_turn(authority, who);
  }
}

void Agenda::begin_turn(Authority& authority, std::size_t who) {
  if (who == visitors) {
    Visitor& visitor = *authority.visitors_.front();
    authority.visitors_.pop_front();
    visitor.admitted = true;
    visitor.begin();
    return;
  }
  const Due due = authority.due_[who].top();
  authority.due_[who].remove(due.tenant);
  slots_[due.tenant] = {nullptr, false, true};
  begin_(due.tenant, due.time);
}

}  // namespace tenantscope
