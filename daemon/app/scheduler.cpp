#include "app/scheduler.hpp"

#include <algorithm>
#include <set>

#include "io/clock.hpp"

namespace tenantscope {

Scheduler::Scheduler(const boost::asio::any_io_executor& loop, Instruments& instruments, Start start)
    : timer_(loop), instruments_(instruments), start_(std::move(start)) {}

void Scheduler::configure(const Clouds& clouds) {
  const SteadyTime now = steady_now();
  for (const Cloud& cloud : clouds) {
    const auto [entry, made] = authorities_.try_emplace(cloud.name, cloud.requests_per_second, now);
    entry->second.limiter.set_ceiling(cloud.requests_per_second, now);
    entry->second.connections = cloud.connections;
    show(cloud.name, entry->second);
  }
  std::set<std::string> kept;
  std::erase_if(authorities_, [&](const auto& entry) {
    const bool gone = !find_cloud(clouds, entry.first) && entry.second.in_flight == 0;
    if (!gone) kept.insert(entry.first);
    return gone;
  });
  instruments_.keep_authorities(kept);
  arm(now);
}

void Scheduler::schedule(std::size_t tenant, const std::string& authority, SteadyTime due) {
  if (slots_.size() <= tenant) slots_.resize(tenant + 1);
  Slot& slot = slots_[tenant];
  if (slot.place == Slot::Place::queue || slot.place == Slot::Place::probing) return;
  slot = {Slot::Place::heap, due, &authorities_.at(authority)};
  heap_.push({due, tenant});
  arm(steady_now());
}

void Scheduler::drop(std::size_t tenant) {
  Slot& slot = slots_[tenant];
  if (slot.place != Slot::Place::probing) slot.place = Slot::Place::nowhere;
}

void Scheduler::came_back(const std::string& name, Outcome outcome, Duration retry_after) {
  const SteadyTime now = steady_now();
  Authority& authority = authorities_.at(name);
  switch (outcome) {
    case Outcome::answered: authority.limiter.answered(now); break;
    case Outcome::throttled: authority.limiter.throttled(now, retry_after); break;
    case Outcome::unreachable: authority.limiter.unreachable(now); break;
  }
  --authority.in_flight;
  show(name, authority);
  release(name, authority, now);
  arm(now);
}

void Scheduler::finished(std::size_t tenant) { slots_[tenant].place = Slot::Place::nowhere; }

void Scheduler::stop() {
  stopped_ = true;
  timer_.cancel();
}

// Moves what is due to its authority's queue, and starts what its authority permits.
void Scheduler::run() {
  const SteadyTime now = last_run_ = steady_now();
  while (!heap_.empty() && heap_.top().time <= now) {
    const Due due = heap_.top();
    heap_.pop();
    Slot& slot = slots_[due.tenant];
    if (slot.place != Slot::Place::heap || slot.due != due.time) continue;
    slot.place = Slot::Place::queue;
    slot.authority->waiting.push_back(due);
  }
  for (auto& [name, authority] : authorities_) release(name, authority, now);
  arm(now);
}

void Scheduler::release(const std::string& name, Authority& authority, SteadyTime now) {
  const std::size_t before = authority.in_flight;
  while (!stopped_ && !authority.waiting.empty() && authority.in_flight < authority.connections) {
    const Due due = authority.waiting.front();
    Slot& slot = slots_[due.tenant];
    if (slot.place == Slot::Place::queue && slot.due == due.time) {
      if (!authority.limiter.acquire(now)) break;
      slot.place = Slot::Place::probing;
      ++authority.in_flight;
      instruments_.schedule_lag_seconds().Observe(std::chrono::duration<double>(now - due.time).count());
      start_(due.tenant);
    }
    authority.waiting.pop_front();
  }
  if (authority.in_flight != before) show(name, authority);
}

void Scheduler::show(const std::string& name, const Authority& authority) {
  AuthorityInstruments& shown = instruments_.authority(name);
  shown.in_flight_requests.Set(double(authority.in_flight));
  shown.requests_per_second.Set(authority.limiter.rate());
  shown.up.Set(authority.limiter.open() ? 0 : 1);
}

void Scheduler::arm(SteadyTime now) {
  if (stopped_) return;
  SteadyTime next = heap_.empty() ? SteadyTime::max() : heap_.top().time;
  for (const auto& [name, authority] : authorities_)
    if (!authority.waiting.empty() && authority.in_flight < authority.connections)
      next = std::min(next, authority.limiter.next_permitted(now));
  if (next == SteadyTime::max()) return;
  next = std::max(next, last_run_ + tick);
  if (next >= armed_) return;
  armed_ = next;
  timer_.expires_at(armed_);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    armed_ = SteadyTime::max();
    run();
  });
}

}  // namespace tenantscope
