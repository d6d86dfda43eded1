#include "app/scheduler.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/clock.hpp"
#include "base/signal.hpp"

namespace tenantscope {

Scheduler::Scheduler(const boost::asio::any_io_executor& loop, Instruments& instruments,
                     const Log& log, Start start)
    : timer_(loop),
      instruments_(instruments),
      log_(log),
      agenda_([this, start = std::move(start)](std::size_t tenant, SteadyTime due) {
        instruments_.schedule_lag_seconds().Observe(
            std::chrono::duration<double>(steady_now() - due).count());
        start(tenant);
      }) {}

Scheduler::Known& Scheduler::know(const Cloud& cloud, SteadyTime now) {
  auto known = known_.find(cloud.name);
  if (known == known_.end())
    known =
        known_
            .emplace(cloud.name,
                     Known{agenda_.add_authority(cloud.requests_per_second, cloud.connections, now),
                           nullptr})
            .first;
  if (!known->second.shown)
    known->second.shown = &instruments_.authorities().of(cloud.name);
  return known->second;
}

void Scheduler::configure(const Clouds& clouds) {
  const SteadyTime now = steady_now();
  for (const Cloud& cloud : clouds) {
    Known& known = know(cloud, now);
    agenda_.set_limits(known.authority, cloud.requests_per_second, cloud.connections, now);
    show(known);
  }
  std::set<std::string> kept;
  for (auto& [name, known] : known_)
    if (find_cloud(clouds, name) || !known.authority.idle()) {
      kept.insert(name);
    } else {
      known.shown = nullptr;
      known.visited = false;
    }
  instruments_.authorities().keep(kept);
  arm(now);
}

void Scheduler::schedule(std::size_t tenant, const std::string& authority, SteadyTime due,
                         bool confirms) {
  agenda_.schedule(tenant, known_.at(authority).authority, due, confirms);
  if (due < armed_)
    arm(steady_now());
}

boost::asio::awaitable<std::optional<Error>> Scheduler::admit(Cloud cloud, SteadyTime until) {
  const SteadyTime now = steady_now();
  Known& known = know(cloud, now);
  known.visited = true;
  const Limiter& limiter = known.authority.limiter();
  if (limiter.next_permitted(now) > until)
    co_return limiter.open()
        ? Error{ErrorKind::connect,
                "not asked: its authority couldn't be reached several times before"}
        : Error{ErrorKind::throttled,
                "not asked: its authority is to be left alone for longer than there is time"};

  Signal turn(timer_.get_executor());
  Agenda::Visitor visitor{[&turn] { turn.notify_all(); }};
  agenda_.visit(known.authority, visitor, now);
  show(known);
  arm(now);
  if (!visitor.admitted)
    co_await turn.wait(until);
  if (visitor.admitted)
    co_return std::nullopt;
  agenda_.leave(known.authority, visitor);
  co_return Error{ErrorKind::timeout, "not asked: its authority's turn didn't come in time"};
}

bool Scheduler::visited(const std::string& authority) const {
  const auto known = known_.find(authority);
  return known != known_.end() && known->second.visited;
}

bool Scheduler::down(const std::string& authority) const {
  const auto known = known_.find(authority);
  return known != known_.end() && known->second.authority.limiter().open();
}

bool Scheduler::came_back(const std::string& name, Outcome outcome, Duration retry_after,
                          std::string_view detail) {
  const SteadyTime now = steady_now();
  Known& known = known_.at(name);
  const Limiter& limiter = known.authority.limiter();
  const bool was_open = limiter.open();
  const bool was_closed = limiter.closed(now);
  const bool throttled = agenda_.came_back(known.authority, outcome, retry_after, now);
  if (!was_closed)
    known.clamped = false;
  tell_reach(name, known, was_open, detail);
  tell_pace(name, known, outcome, retry_after, throttled);
  show(known);
  arm(now);
  return throttled;
}

// An onset, an end: not one line for each of many tenants.
void Scheduler::tell_reach(const std::string& name, const Known& known, bool was_open,
                           std::string_view detail) {
  const Limiter& limiter = known.authority.limiter();
  if (!was_open && limiter.open())
    log_.warn("authority can't be reached; it is asked once a second",
              {{"asked", name}, {"err", detail}});
  if (was_open && !limiter.open())
    log_.info("authority can be reached again; its rate rises",
              {{"asked", name}, {"within", to_string(Limiter::recovery)}});
}

void Scheduler::tell_pace(const std::string& name, Known& known, Outcome outcome,
                          Duration retry_after, bool throttled) {
  if (throttled && !std::exchange(known.slowed, true)) {
    if (outcome == Outcome::throttled)
      log_.warn("authority throttles; it is left alone and then asked less",
                {{"asked", name}, {"retry_after", to_string(retry_after)}});
    else
      log_.warn("authority answers 503; it is asked less", {{"asked", name}});
  }
  if (outcome == Outcome::throttled && retry_after > Limiter::longest_wait &&
      !std::exchange(known.clamped, true))
    log_.warn("authority wants to be left alone for too long",
              {{"asked", name},
               {"retry_after", to_string(retry_after)},
               {"obeyed", to_string(Limiter::longest_wait)}});
  if (known.slowed && !known.authority.limiter().slowed()) {
    known.slowed = false;
    log_.info("authority is asked at its full rate again", {{"asked", name}});
  }
}

void Scheduler::stop() {
  stopped_ = true;
  agenda_.stop();
  timer_.cancel();
}

void Scheduler::run() {
  const SteadyTime now = steady_now();
  agenda_.advance(now);
  for (const auto& [name, known] : known_)
    show(known);
  arm(now);
}

void Scheduler::show(const Known& known) {
  if (!known.shown)
    return;
  const Limiter& limiter = known.authority.limiter();
  known.shown->in_flight_requests.Set(double(known.authority.in_flight()));
  known.shown->requests_per_second.Set(limiter.rate());
  known.shown->up.Set(limiter.open() ? 0 : 1);
}

void Scheduler::arm(SteadyTime now) {
  if (stopped_)
    return;
  const SteadyTime next = agenda_.next(now);
  if (next >= armed_)
    return;
  armed_ = next;
  timer_.expires_at(armed_);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error)
      return;
    armed_ = SteadyTime::max();
    run();
  });
}

}  // namespace tenantscope
