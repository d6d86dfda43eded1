// A day of an agenda in virtual time: thousands of tenants, visitors, a reload, and two
// authorities. One of them throttles, dies and returns by the hour, has slow tenants and changes;
// the other one is always well. Everything that begins is held against what the agenda promises.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <random>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "domain/schedule/agenda.hpp"
#include "domain/schedule/schedule.hpp"

namespace tenantscope {

using namespace std::chrono_literals;

struct DaySettings {
  unsigned seed = 0;
  Duration length = 24h;
  std::size_t tenants = 2000;  // at each authority
  double ceiling = 8;
  std::size_t connections = 16;
  Duration interval = 15min;   // a tenth of it for one in forty
  double slow_tenants = 0.01;  // share; they answer after 9 s
  double visits_per_second = 0.1;
  bool troubles = true;
};

class SimulatedDay {
 public:
  explicit SimulatedDay(DaySettings settings);
  void run();

  struct Counts {
    std::uint64_t probes = 0, confirmations = 0, visits = 0, given_up = 0, throttled = 0,
                  unreachable = 0, unavailable = 0, openings = 0, wakes = 0;
    std::uint64_t calm_lags = 0, late_though_calm = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  using Time = SteadyTime;
  enum class Trouble { none, storm, dead, refusing, unavailable };
  struct Side {
    Agenda::Authority* authority = nullptr;
    double ceiling = 0;
    std::size_t connections = 0;
    bool well = false;  // whatever happens to the other one
    Trouble trouble = Trouble::none;
    Duration retry_after{};  // what it says during a storm
    double storm_limit = 0;  // requests per second that it answers during one
    std::deque<Time> begun;  // the last second's
    std::deque<Time> served;
    Time left_alone_until{};  // as its answers asked for
    Time silent_since{};      // the last trouble, while no answer came
    bool silent = false;
    int begun_in_silence = 0;
    Time reached_again{};  // the first answer after an outage
    std::array<std::set<Due>, 2>
        waiting;  // confirmations and the others, as far as they were given a date
    std::array<int, 3> passed_over{};  // how often others went first while one of this kind was due
    std::deque<Agenda::Visitor*> visitors;
    bool calm = false;
    Time troubled_at{};  // last not calm
  };
  struct Tenant {
    TenantKey key;
    ProbeSettings probe;
    int side = 0;
    bool watched = true, probing = false, slow = false, pending = false;
    std::uint64_t failures = 0;
    Time due{}, began{};
    bool ever = false;
  };
  struct Visit {
    Agenda::Visitor visitor;
    int side = 0;
    bool over = false;
  };
  struct Happening {
    Time time;
    std::uint64_t order;
    std::function<void()> what;
    bool operator>(const Happening& other) const {
      return std::tie(time, order) > std::tie(other.time, other.order);
    }
  };

  double chance() { return std::uniform_real_distribution<double>()(random_); }
  Duration between(Duration least, Duration most) {
    return Duration(
        std::uniform_int_distribution<std::int64_t>(least.count(), most.count())(random_));
  }
  void at(Time time, std::function<void()> what) {
    happenings_.push({time, ++order_, std::move(what)});
  }

  void add_tenant(int side);
  void date(std::size_t tenant, Time due);
  void leaves(std::size_t tenant);
  void begins(std::size_t tenant, Time due);
  void comes_back(std::size_t tenant, Agenda::Outcome outcome, Duration retry_after);
  void visitor_comes(int side);
  void visitor_comes_back(int side, Agenda::Outcome outcome, Duration retry_after);
  void request_begins(Side& side, std::size_t kind);
  void answer_later(Side& side, bool slow, std::function<void(Agenda::Outcome, Duration)> then);
  void hear(Side& side, Agenda::Outcome outcome, Duration retry_after);
  void hour_begins(int hour);
  void reload();
  void look_at(Side& side);

  DaySettings settings_;
  std::mt19937_64 random_;
  const Time start_ = Time(1h);
  Time now_ = start_;
  std::priority_queue<Happening, std::vector<Happening>, std::greater<>> happenings_;
  std::uint64_t order_ = 0;
  Agenda agenda_{[this](std::size_t tenant, Time due) { begins(tenant, due); }};
  std::array<Side, 2> sides_;
  std::vector<Tenant> tenants_;
  std::deque<Visit> visits_;
  Counts counts_;
};

}  // namespace tenantscope
