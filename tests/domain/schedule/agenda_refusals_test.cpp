// Hours of an authority that answers 503 for some of 1,500 tenants, or for all of them for a while,
// in virtual time: what the schedule needs is asked, and a storm slows it.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "domain/schedule/agenda.hpp"
#include "domain/schedule/schedule.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime start = SteadyTime(1h);
constexpr std::size_t tenants = 1500;
constexpr double ceiling = 20;

class SimulatedRefusals {
 public:
  using Status = std::function<int(std::size_t tenant, SteadyTime now)>;

  explicit SimulatedRefusals(Status status, Duration interval = 5min)
      : status_(std::move(status)), interval_(interval) {
    for (std::size_t number = 0; number < tenants; ++number)
      agenda_.schedule(number, authority_, start, false);
  }

  void run(Duration length) {
    const SteadyTime end = now_ + length;
    while (true) {
      const SteadyTime answer = under_way_.empty() ? SteadyTime::max() : under_way_.top().comes;
      const SteadyTime next = std::min(answer, agenda_.next(now_));
      if (next >= end)
        break;
      now_ = std::max(now_, next);
      answer <= now_ ? come_back() : agenda_.advance(now_);
    }
    now_ = end;
  }

  // Begun from `from` on, before `to`, after the start.
  std::size_t begun(Duration from, Duration to) const { return lags(from, to).size(); }
  // Of a hundred probes that began then, 99 were late by less.
  Duration lag(Duration from, Duration to) const {
    std::vector<SteadyTime::duration> all = lags(from, to);
    const auto nth = all.begin() + std::ptrdiff_t(all.size() * 99 / 100);
    std::ranges::nth_element(all, nth);
    return std::chrono::ceil<Duration>(*nth);
  }
  std::size_t failing() const {
    return std::size_t(std::ranges::count_if(failures_, [](auto count) { return count > 0; }));
  }
  const Limiter& limiter() const { return authority_.limiter(); }

  struct Halving {
    SteadyTime time;
    double before, after;
  };
  std::vector<Halving> halvings;

 private:
  struct Request {
    SteadyTime comes, began;
    std::size_t tenant;
    bool operator>(const Request& other) const {
      return std::tie(comes, tenant) > std::tie(other.comes, other.tenant);
    }
  };
  struct Begun {
    SteadyTime time;
    SteadyTime::duration lag;
  };

  std::vector<SteadyTime::duration> lags(Duration from, Duration to) const {
    std::vector<SteadyTime::duration> chosen;
    for (const Begun& begun : begun_)
      if (begun.time >= start + from && begun.time < start + to)
        chosen.push_back(begun.lag);
    return chosen;
  }

  void begin(std::size_t tenant, SteadyTime due) {
    begun_.push_back({now_, now_ - due});
    under_way_.push({now_ + Duration(100 + tenant % 200), now_, tenant});
  }

  void come_back() {
    const Request request = under_way_.top();
    under_way_.pop();
    const int status = status_(request.tenant, now_);
    std::uint64_t& failures = failures_[request.tenant];
    const RequestOutcome outcome = outcome_of({.status = status, .failed_before = failures > 0});
    const double before = limiter().rate();
    agenda_.came_back(authority_, outcome, {}, now_);
    if (limiter().rate() < before)
      halvings.push_back({now_, before, limiter().rate()});
    failures = status == 200 ? 0 : failures + 1;
    agenda_.finished(request.tenant);
    const TenantKey key{.asked = "global", .name = fmt::format("t{}.example", request.tenant)};
    const ProbeSettings probe{.interval = interval_};
    agenda_.schedule(request.tenant, authority_,
                     next_due(request.began, now_, key, probe, false, failures), false);
  }

  Status status_;
  Duration interval_;
  SteadyTime now_ = start;
  Agenda agenda_{[this](std::size_t tenant, SteadyTime due) { begin(tenant, due); }};
  Agenda::Authority& authority_ = agenda_.add_authority(ceiling, 16, start);
  std::priority_queue<Request, std::vector<Request>, std::greater<>> under_way_;
  std::vector<std::uint64_t> failures_ = std::vector<std::uint64_t>(tenants);
  std::vector<Begun> begun_;
};

constexpr double needed = 12 * tenants;  // requests in an hour, at an interval of 5 min

void expect_the_schedules_pace(const SimulatedRefusals& world) {
  EXPECT_GE(world.begun(0s, 90s), tenants) << "the first sweep goes at the ceiling";
  EXPECT_TRUE(world.halvings.empty()) << world.halvings.size();
  EXPECT_NEAR(double(world.begun(30min, 90min)), needed, needed / 20);
  EXPECT_LE(world.lag(30min, 90min), 1s);
}

TEST(AgendaRefusals, OfTwoInAHundredTenantsLeaveThePaceAsItIs) {
  SimulatedRefusals world([](std::size_t tenant, SteadyTime) { return tenant % 50 ? 200 : 503; });
  world.run(90min);
  expect_the_schedules_pace(world);
  EXPECT_EQ(world.failing(), tenants / 50);
}

TEST(AgendaRefusals, OfTwoInAHundredAnswersLeaveThePaceAsItIs) {
  int answers = 0;
  SimulatedRefusals world([&](std::size_t, SteadyTime) { return ++answers % 50 ? 200 : 503; });
  world.run(90min);
  expect_the_schedules_pace(world);
}

// All tenants are refused with `status` from the 30th minute on, for a quarter of an hour.
SimulatedRefusals storm(int status, Duration interval = 5min) {
  return SimulatedRefusals(
      [=](std::size_t, SteadyTime now) {
        return now >= start + 30min && now < start + 45min ? status : 200;
      },
      interval);
}

void expect_one_halving_a_window(const SimulatedRefusals& world) {
  for (std::size_t i = 1; i < world.halvings.size(); ++i)
    EXPECT_GE(world.halvings[i].time - world.halvings[i - 1].time, AnswerWindow::length) << i;
}

void expect_recovery(SimulatedRefusals& world) {
  EXPECT_EQ(world.limiter().rate(), ceiling);
  EXPECT_FALSE(world.limiter().slowed());
  EXPECT_EQ(world.failing(), 0u);
  EXPECT_NEAR(double(world.begun(75min, 135min)), needed, needed / 20);
  EXPECT_LE(world.lag(75min, 135min), 1s);
}

TEST(AgendaRefusals, OfAllSlowItByAHalvingAWindowAndItRecovers) {
  SimulatedRefusals world = storm(503);
  world.run(45min);
  EXPECT_EQ(world.halvings.size(), 4u) << "to 1.25 a second: fewer than twenty answers in a window";
  for (const auto& halving : world.halvings)
    EXPECT_EQ(halving.after, halving.before / 2);
  EXPECT_EQ(world.limiter().rate(), ceiling / 16);
  EXPECT_LE(double(world.begun(31min, 45min)), ceiling / 16 * 14 * 60 + 1);
  expect_one_halving_a_window(world);

  world.run(90min);
  EXPECT_EQ(world.halvings.size(), 4u);
  expect_recovery(world);
}

TEST(AgendaRefusals, OfAllSlowItWhereFewAreDueAsWell) {
  SimulatedRefusals world = storm(503, 30min);
  world.run(45min);
  EXPECT_EQ(world.halvings.size(), 4u) << "for those that are asked again, too";
  EXPECT_LE(double(world.begun(33min, 45min)), ceiling / 16 * 12 * 60 + 1);
  expect_one_halving_a_window(world);
  world.run(60min);
  EXPECT_FALSE(world.limiter().slowed());
  EXPECT_EQ(world.failing(), 0u);
}

TEST(AgendaRefusals, ThatSay429WithoutATimeSlowItByAHalvingAWindowToo) {
  SimulatedRefusals world = storm(429);
  world.run(45min);
  EXPECT_LE(double(world.begun(31min, 45min)), 14 * 60.0);
  world.run(90min);
  std::erase_if(world.halvings, [](const auto& h) { return h.before <= Limiter::probing_rate; });
  expect_one_halving_a_window(world);
  expect_recovery(world);
}

TEST(AgendaRefusals, OfAQuarterSlowItAndLeaveTheOthersAnswered) {
  SimulatedRefusals world([](std::size_t tenant, SteadyTime) { return tenant % 4 ? 200 : 503; });
  world.run(60min);
  EXPECT_GE(world.halvings.size(), 2u);
  expect_one_halving_a_window(world);
  EXPECT_FALSE(world.limiter().slowed()) << "those that fail are known by now";
  EXPECT_NEAR(double(world.begun(30min, 60min)), needed / 2, needed / 40);
  EXPECT_EQ(world.failing(), tenants / 4);
}

}  // namespace
}  // namespace tenantscope
