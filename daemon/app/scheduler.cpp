#include "app/scheduler.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
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
    const bool gone = !find_cloud(clouds, entry.first) && entry.second.in_flight == 0 && entry.second.visitors.empty();
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

boost::asio::awaitable<std::optional<Error>> Scheduler::admit(Cloud cloud, SteadyTime until) {
  const SteadyTime now = steady_now();
  const auto [entry, made] = authorities_.try_emplace(cloud.name, cloud.requests_per_second, now);
  Authority& authority = entry->second;
  if (made) authority.connections = cloud.connections;
  authority.visited = true;
  if (authority.limiter.next_permitted(now) > until)
    co_return authority.limiter.open() ? Error{ErrorKind::connect, "not asked: its authority couldn't be reached several times before"}
                                       : Error{ErrorKind::throttled, "not asked: its authority is to be left alone for longer than there is time"};

  Visitor visitor{boost::asio::steady_timer(timer_.get_executor(), until)};
  const auto place = authority.visitors.insert(authority.visitors.end(), &visitor);
  const auto leave = [&authority, place](Visitor* leaving) {
    if (!leaving->admitted) authority.visitors.erase(place);
  };
  const std::unique_ptr<Visitor, decltype(leave)> waiting(&visitor, leave);
  release(cloud.name, authority, now);
  arm(now);
  boost::system::error_code admitted;
  if (!visitor.admitted) co_await visitor.timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, admitted));
  if (visitor.admitted) co_return std::nullopt;
  co_return Error{ErrorKind::timeout, "not asked: its authority's turn didn't come in time"};
}

bool Scheduler::visited(const std::string& authority) const {
  const auto known = authorities_.find(authority);
  return known != authorities_.end() && known->second.visited;
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

// Whether a tenant in a queue is still there: it may have been dropped, and come again since.
bool Scheduler::current(const Due& due) const {
  const Slot& slot = slots_[due.tenant];
  return slot.place == Slot::Place::queue && slot.due == due.time;
}

void Scheduler::release(const std::string& name, Authority& authority, SteadyTime now) {
  const std::size_t before = authority.in_flight;
  while (!stopped_ && authority.in_flight < authority.connections) {
    while (!authority.waiting.empty() && !current(authority.waiting.front())) authority.waiting.pop_front();
    const bool visit = !authority.visitors.empty() && (authority.visitors_turn || authority.waiting.empty());
    if (!visit && authority.waiting.empty()) break;
    if (!authority.limiter.acquire(now)) break;
    ++authority.in_flight;
    authority.visitors_turn = !visit;
    if (visit) {
      Visitor& visitor = *authority.visitors.front();
      authority.visitors.pop_front();
      visitor.admitted = true;
      visitor.timer.cancel();
      continue;
    }
    const Due due = authority.waiting.front();
    authority.waiting.pop_front();
    slots_[due.tenant].place = Slot::Place::probing;
    instruments_.schedule_lag_seconds().Observe(std::chrono::duration<double>(now - due.time).count());
    start_(due.tenant);
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
    if (!(authority.waiting.empty() && authority.visitors.empty()) && authority.in_flight < authority.connections)
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
