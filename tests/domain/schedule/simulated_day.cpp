#include "domain/schedule/simulated_day.hpp"

namespace tenantscope {
namespace {

using Seconds = std::chrono::duration<double>;
constexpr std::size_t confirmations = 0, others = 1, visitors = 2;

double bucket_of(double rate) { return std::max(1.0, rate * Seconds(Limiter::bucket).count()); }

}  // namespace

SimulatedDay::SimulatedDay(DaySettings settings) : settings_(settings), random_(settings.seed) {
  for (int i = 0; i < 2; ++i) {
    Side& side = sides_[std::size_t(i)];
    side.ceiling = settings_.ceiling;
    side.connections = settings_.connections;
    side.well = i == 1;
    side.authority = &agenda_.add_authority(side.ceiling, side.connections, now_);
    for (std::size_t tenant = 0; tenant < settings_.tenants; ++tenant)
      add_tenant(i);
  }
}

void SimulatedDay::add_tenant(int side) {
  Tenant& tenant = tenants_.emplace_back();
  tenant.key = {side == 0 ? "global" : "usgov", fmt::format("t{}.example", tenants_.size())};
  tenant.side = side;
  tenant.slow = side == 0 && chance() < settings_.slow_tenants;
  tenant.probe.interval = tenants_.size() % 40 == 0 ? settings_.interval / 10 : settings_.interval;
  date(tenants_.size() - 1, now_);
}

// As the agenda is told, and as it is to be held to.
void SimulatedDay::date(std::size_t number, Time due) {
  Tenant& tenant = tenants_[number];
  Side& side = sides_[std::size_t(tenant.side)];
  agenda_.schedule(number, *side.authority, due, tenant.pending);
  if (tenant.probing)
    return;
  for (auto& waiting : side.waiting) {
    const auto before = waiting.find({tenant.due, std::uint32_t(number)});
    if (before != waiting.end() && tenant.due <= due)
      return;
    if (before != waiting.end())
      waiting.erase(before);
  }
  tenant.due = due;
  side.waiting[tenant.pending ? confirmations : others].insert({due, std::uint32_t(number)});
}

void SimulatedDay::leaves(std::size_t number) {
  Tenant& tenant = tenants_[number];
  tenant.watched = false;
  agenda_.drop(number);
  for (auto& waiting : sides_[std::size_t(tenant.side)].waiting)
    waiting.erase({tenant.due, std::uint32_t(number)});
}

// Everything that is true of a request, whoever's it is.
void SimulatedDay::request_begins(Side& side, std::size_t kind) {
  ASSERT_GE(now_, side.left_alone_until) << "asked while it is to be left alone";
  side.begun.push_back(now_);
  while (side.begun.front() <= now_ - 1s)
    side.begun.pop_front();
  ASSERT_LE(double(side.begun.size()), side.ceiling + bucket_of(side.ceiling))
      << "a burst above the ceiling";
  const double risen =
      1 + side.ceiling * (Seconds(now_ - side.reached_again) / Seconds(Limiter::recovery));
  ASSERT_LE(double(side.begun.size()), risen + 1 + bucket_of(risen))
      << "faster after an outage than the rate rises";
  ASSERT_LE(side.authority->in_flight(), side.connections);
  if (side.silent) {
    ASSERT_LE(++side.begun_in_silence,
              2 + int(Seconds(now_ - std::max(side.silent_since, side.left_alone_until)).count()))
        << "more than a request a second of an authority that doesn't answer, or after it was left "
           "alone";
  }
  for (std::size_t other = 0; other < 3; ++other) {
    const bool waits = other == visitors ? !side.visitors.empty()
                                         : !side.waiting[other].empty() &&
                                               side.waiting[other].begin()->time <= now_;
    side.passed_over[other] = other == kind || !waits ? 0 : side.passed_over[other] + 1;
    ASSERT_LE(side.passed_over[other], 2) << "not its turn";
  }
}

void SimulatedDay::begins(std::size_t number, Time due) {
  Tenant& tenant = tenants_[number];
  Side& side = sides_[std::size_t(tenant.side)];
  ASSERT_TRUE(tenant.watched && !tenant.probing);
  ASSERT_EQ(due, tenant.due);
  ASSERT_LE(due, now_);
  const std::size_t kind = tenant.pending ? confirmations : others;
  ASSERT_FALSE(side.waiting[kind].empty());
  ASSERT_EQ(*side.waiting[kind].begin(), (Due{due, std::uint32_t(number)}))
      << "somebody has waited longer";
  side.waiting[kind].erase(side.waiting[kind].begin());
  request_begins(side, kind);

  if (side.calm) {
    ++counts_.calm_lags;
    counts_.late_though_calm += now_ - due > Agenda::tick + Seconds(4 / side.ceiling);
    if (tenant.ever && tenant.began > side.troubled_at) {
      ASSERT_LE(now_ - tenant.began,
                std::max(tenant.probe.interval * 3 / 2, tenant.probe.confirm_interval) + 12s)
          << "starved";
    }
  }
  tenant.began = now_;
  tenant.ever = tenant.probing = true;
  ++counts_.probes;
  counts_.confirmations += tenant.pending;
  answer_later(side, tenant.slow, [this, number](Agenda::Outcome outcome, Duration retry_after) {
    comes_back(number, outcome, retry_after);
  });
}

// What this authority answers, now that it is asked.
void SimulatedDay::answer_later(Side& side, bool slow,
                                std::function<void(Agenda::Outcome, Duration)> then) {
  Agenda::Outcome outcome = Agenda::Outcome::answered;
  Duration retry_after{}, takes = slow ? 9s : between(50ms, 350ms);
  while (!side.served.empty() && side.served.front() <= now_ - 1s)
    side.served.pop_front();
  switch (side.trouble) {
    case Trouble::none:
      break;
    case Trouble::dead:
      outcome = Agenda::Outcome::unreachable, takes = 10s;
      break;
    case Trouble::refusing:
      outcome = Agenda::Outcome::unreachable, takes = 2ms;
      break;
    case Trouble::unavailable:
      outcome = Agenda::Outcome::unavailable;
      break;
    case Trouble::storm:
      if (double(side.served.size()) < side.storm_limit)
        break;
      outcome = Agenda::Outcome::throttled,
      retry_after = chance() < 0.5 ? side.retry_after : side.retry_after / 2;
  }
  if (outcome == Agenda::Outcome::answered)
    side.served.push_back(now_);
  at(now_ + takes, [then = std::move(then), outcome, retry_after] { then(outcome, retry_after); });
}

// Before the agenda hears it.
void SimulatedDay::hear(Side& side, Agenda::Outcome outcome, Duration retry_after) {
  counts_.throttled += outcome == Agenda::Outcome::throttled;
  counts_.unreachable += outcome == Agenda::Outcome::unreachable;
  counts_.unavailable += outcome == Agenda::Outcome::unavailable;
  if (outcome == Agenda::Outcome::throttled) {
    side.left_alone_until =
        std::max(side.left_alone_until, now_ + std::max(retry_after, Duration(1s)));
    side.silent = true;
    side.silent_since = side.left_alone_until;
    side.begun_in_silence = 0;
  } else if (outcome == Agenda::Outcome::answered && now_ >= side.left_alone_until) {
    side.silent = false;
    if (side.authority->limiter().open())
      side.reached_again = now_;
  }
}

void SimulatedDay::comes_back(std::size_t number, Agenda::Outcome outcome, Duration retry_after) {
  Tenant& tenant = tenants_[number];
  Side& side = sides_[std::size_t(tenant.side)];
  hear(side, outcome, retry_after);
  const bool was_open = side.authority->limiter().open();
  agenda_.came_back(*side.authority, outcome, retry_after, now_);
  if (!was_open && side.authority->limiter().open()) {
    ++counts_.openings;
    side.silent = true;
    side.silent_since = now_;
    side.begun_in_silence = 0;
  }
  tenant.failures = outcome == Agenda::Outcome::answered ? 0 : tenant.failures + 1;
  if (tenant.failures == 0)
    tenant.pending = !tenant.pending && chance() < 0.01;
  agenda_.finished(number);
  tenant.probing = false;
  if (tenant.watched)
    date(number,
         next_due(tenant.began, now_, tenant.key, tenant.probe, tenant.pending, tenant.failures));
}

void SimulatedDay::visitor_comes(int which) {
  Side& side = sides_[std::size_t(which)];
  at(now_ + Duration(1 + std::int64_t(2000 * chance() / settings_.visits_per_second)),
     [this, which] { visitor_comes(which); });
  if (side.authority->limiter().next_permitted(now_) > now_ + 10s) {
    ++counts_.given_up;
    return;
  }
  Visit& visit = visits_.emplace_back();
  visit.side = which;
  visit.visitor.begin = [this, &visit] {
    Side& visited = sides_[std::size_t(visit.side)];
    ASSERT_EQ(visited.visitors.front(), &visit.visitor) << "somebody has waited longer";
    visited.visitors.pop_front();
    visit.over = true;
    request_begins(visited, visitors);
    ++counts_.visits;
    answer_later(visited, false,
                 [this, which = visit.side](Agenda::Outcome outcome, Duration retry_after) {
                   visitor_comes_back(which, outcome, retry_after);
                 });
  };
  side.visitors.push_back(&visit.visitor);
  agenda_.visit(*side.authority, visit.visitor, now_);
  if (visit.over)
    return;
  at(now_ + 10s, [this, &visit] {
    if (visit.over)
      return;
    visit.over = true;
    ++counts_.given_up;
    std::erase(sides_[std::size_t(visit.side)].visitors, &visit.visitor);
    agenda_.leave(*sides_[std::size_t(visit.side)].authority, visit.visitor);
  });
}

void SimulatedDay::visitor_comes_back(int which, Agenda::Outcome outcome, Duration retry_after) {
  Side& side = sides_[std::size_t(which)];
  hear(side, outcome, retry_after);
  const bool was_open = side.authority->limiter().open();
  agenda_.came_back(*side.authority, outcome, retry_after, now_);
  if (was_open || !side.authority->limiter().open())
    return;
  ++counts_.openings;
  side.silent = true;
  side.silent_since = now_;
  side.begun_in_silence = 0;
}

// Every hour a trouble of its own, and all well again before the next.
void SimulatedDay::hour_begins(int hour) {
  for (Side& side : sides_)
    EXPECT_TRUE(side.calm || hour == 0)
        << "not recovered by hour " << hour << ": " << side.authority->limiter().rate() << "/s";
  Side& side = sides_[0];
  const auto trouble = hour % 8 == 4 ? Trouble::unavailable : Trouble(hour % 4);
  at(now_ + between(2min, 5min), [this, &side, trouble] {
    side.trouble = trouble;
    side.storm_limit = chance() * settings_.ceiling / 2;
    const std::array<Duration, 5> waits{0s, 1s, between(2s, 20s), 1min, 2min};
    side.retry_after = waits[random_() % waits.size()];
  });
  at(now_ + between(8min, 15min), [&side] { side.trouble = Trouble::none; });
  at(now_ + 1h, [this, hour] { hour_begins(hour + 1); });
}

// One in a hundred leaves, as many come, some return, some intervals and the limits are others.
void SimulatedDay::reload() {
  for (Side& side : sides_) {
    side.ceiling *= 1.25;
    side.connections += 2;
    side.calm = false;
    agenda_.set_limits(*side.authority, side.ceiling, side.connections, now_);
  }
  const std::size_t known = tenants_.size();
  for (std::size_t number = 0; number < known; ++number) {
    const std::uint64_t fate = random_() % 100;
    Tenant& tenant = tenants_[number];
    if (!tenant.watched) {
      tenant.watched = true;
      tenant.ever = tenant.pending = false;
      date(number, now_);
    } else if (fate == 0) {
      leaves(number);
    } else if (fate < 10) {
      tenant.probe.interval = tenant.probe.interval * 4 / 5;
      date(number, next_due(now_, now_, tenant.key, tenant.probe, tenant.pending, tenant.failures));
    }
  }
  for (std::size_t i = 0; i < known / 100; ++i)
    add_tenant(int(i % 2));
}

// Calm: nothing has been due for longer than a moment, and it may be asked at the full rate.
void SimulatedDay::look_at(Side& side) {
  const auto waits_since = [&](Time time) {
    return std::ranges::any_of(side.waiting, [&](const auto& waiting) {
      return !waiting.empty() && waiting.begin()->time < time;
    });
  };
  const bool slowed = side.authority->limiter().slowed();
  ASSERT_FALSE(side.well && slowed);
  if (slowed || side.trouble != Trouble::none) {
    side.calm = false;
  } else if (!side.calm) {
    side.calm = !waits_since(now_);
  } else {
    ASSERT_FALSE(waits_since(now_ - 2s)) << "late without a reason";
  }
  if (!side.calm)
    side.troubled_at = now_;
}

void SimulatedDay::run() {
  for (int side = 0; side < 2; ++side)
    visitor_comes(side);
  if (settings_.troubles) {
    hour_begins(0);
    at(now_ + settings_.length / 2 + 6min,
       [this] { reload(); });  // in the middle of an hour's trouble
  }
  const Time end = now_ + settings_.length;
  Time wake = Time::max(), due = Time::max();
  while (!::testing::Test::HasFatalFailure() && !::testing::Test::HasNonfatalFailure()) {
    // The timer is never early, a little late, and at times the loop is busy.
    const Time next = agenda_.next(now_);
    if (next < due) {
      due = next;
      const auto busy = random_() % 10'000 == 0 ? between(10ms, 300ms) : Duration(0);
      wake = next == Time::max()
                 ? next
                 : std::max(now_, next) + std::chrono::microseconds(random_() % 1000) + busy;
    }
    const Time happens = happenings_.top().time;
    now_ = std::max(now_, std::min(wake, happens));
    if (now_ >= end)
      break;
    if (wake <= happens) {
      ++counts_.wakes;
      agenda_.advance(now_);
      due = wake = Time::max();
      for (Side& side : sides_)
        look_at(side);
    } else {
      const auto what = happenings_.top().what;
      happenings_.pop();
      what();
    }
  }
}

}  // namespace tenantscope
