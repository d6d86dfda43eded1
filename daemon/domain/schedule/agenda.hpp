// Whose turn it is: tenants when they are due, and visitors from outside the schedule, as far as
// each authority's limiter and connections permit. A change that awaits confirmation, a visitor and
// whoever else is due take turns, each in order of time. Pure: time is an argument; app/scheduler
// drives it. A waiting tenant costs 36 bytes.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

#include "domain/schedule/due_heap.hpp"
#include "domain/schedule/limiter.hpp"

namespace tenantscope {

class Agenda {
 public:
  static constexpr Duration tick{80};  // what is due begins together, this often at most

  // A tenant's request is under way until came_back(), its probe until finished(). May call any of
  // the below.
  using Begin = std::function<void(std::size_t tenant, SteadyTime due)>;
  explicit Agenda(Begin begin) : begin_(std::move(begin)) {}

  struct Visitor {
    std::function<void()> begin;  // its request is under way from here to came_back()
    bool admitted = false;
  };

  class Authority {
   public:
    Authority(double ceiling, std::size_t connections, DueHeap::Places& places, SteadyTime now)
        : limiter_(ceiling, now),
          connections_(connections),
          due_{DueHeap(places), DueHeap(places)} {}

    const Limiter& limiter() const { return limiter_; }
    std::size_t in_flight() const { return in_flight_; }
    bool idle() const { return in_flight_ == 0 && visitors_.empty(); }

   private:
    friend class Agenda;
    SteadyTime earliest() const;

    Limiter limiter_;
    std::size_t connections_;
    std::size_t in_flight_ = 0;
    std::array<DueHeap, 2> due_;  // confirmations, and everyone else
    std::deque<Visitor*> visitors_;
    std::size_t turn_ = 0;
  };

  // It stays: what an authority said holds also when nobody asks it for a while.
  Authority& add_authority(double ceiling, std::size_t connections, SteadyTime now);
  void set_limits(Authority& authority, double ceiling, std::size_t connections, SteadyTime now);

  // Where the tenant waits already, the earlier date holds; one that is being probed is let alone.
  void schedule(std::size_t tenant, Authority& authority, SteadyTime due, bool confirms);
  void drop(std::size_t tenant);
  void finished(std::size_t tenant);

  // `visitor` is the caller's until it is admitted or leaves.
  void visit(Authority& authority, Visitor& visitor, SteadyTime now);
  void leave(Authority& authority, Visitor& visitor);

  using Outcome = RequestOutcome;
  // True: the authority asks to be asked less.
  bool came_back(Authority& authority, Outcome outcome, Duration retry_after, SteadyTime now);

  // Begins what is due and permitted.
  void advance(SteadyTime now);
  // When advance() has something to do; SteadyTime::max(): not before one of the above.
  SteadyTime next(SteadyTime now) const;

  // Nothing begins any more.
  void stop() { stopped_ = true; }

 private:
  struct Slot {
    Authority* authority = nullptr;  // that it waits for
    bool confirms = false;
    bool probing = false;
  };

  DueHeap& heap_of(const Slot& slot) { return slot.authority->due_[slot.confirms ? 0 : 1]; }
  void release(Authority& authority, SteadyTime now);
  void begin_turn(Authority& authority, std::size_t who);

  Begin begin_;
  DueHeap::Places places_;
  std::vector<Slot> slots_;  // by tenant
  std::deque<Authority> authorities_;
  SteadyTime advanced_;
  bool stopped_ = false;
};

}  // namespace tenantscope
