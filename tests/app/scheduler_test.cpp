#include "app/scheduler.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <deque>

#include "base/clock.hpp"
#include "support/captured_log.hpp"
#include "support/event_loop.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using Outcome = Scheduler::Outcome;
using Tenants = std::vector<std::size_t>;

Cloud cloud(const std::string& name, double rate = 1e9, std::size_t connections = 100) {
  return {.name = name,
          .authority = "https://" + name + ".example",
          .hosts = {},
          .requests_per_second = rate,
          .connections = connections};
}

class SchedulerTest : public ::testing::Test {
 protected:
  bool started(std::size_t count) {
    return run_until(loop_, [&] { return started_.size() >= count; });
  }
  // The scheduler has run once more, and everything that it would start has begun: a tenant of an
  // authority of its own says so.
  void settle() {
    clouds_.push_back(cloud("witness" + std::to_string(clouds_.size())));
    scheduler_.configure(clouds_);
    const std::size_t witness = 1000 + clouds_.size();
    scheduler_.schedule(witness, clouds_.back().name, steady_now());
    ASSERT_TRUE(run_until(loop_, [&] { return std::erase(started_, witness) > 0; }));
  }
  void configure(Clouds clouds) {
    clouds_ = std::move(clouds);
    scheduler_.configure(clouds_);
  }
  void finish(std::size_t tenant, const std::string& authority, Outcome outcome = Outcome::answered,
              Duration retry_after = {}) {
    scheduler_.came_back(authority, outcome, retry_after);
    scheduler_.finished(tenant);
  }
  AuthorityInstruments& shown(const std::string& authority) {
    return instruments_.authorities().of(authority);
  }

  boost::asio::io_context loop_;
  Instruments instruments_;
  Tenants started_;
  Clouds clouds_;
  const Log log_{LogLevel::info, LogFormat::logfmt};
  Scheduler scheduler_{loop_.get_executor(), instruments_, log_,
                       [this](std::size_t tenant) { started_.push_back(tenant); }};
};

TEST_F(SchedulerTest, StartsWhatIsDueInTheOrderOfItsDates) {
  configure({cloud("a")});
  const SteadyTime now = steady_now();
  scheduler_.schedule(0, "a", now - 1s);
  scheduler_.schedule(1, "a", now - 3s);
  scheduler_.schedule(2, "a", now + 1h);
  scheduler_.schedule(3, "a", now - 2s);
  ASSERT_TRUE(started(3));
  settle();
  EXPECT_EQ(started_, (Tenants{1, 3, 0}));
}

TEST_F(SchedulerTest, StartsATenantWhenItBecomesDue) {
  configure({cloud("a")});
  const SteadyTime due = steady_now() + 100ms;
  scheduler_.schedule(0, "a", due);
  ASSERT_TRUE(started(1));
  EXPECT_GE(steady_now(), due);
}

TEST_F(SchedulerTest, StartsNoMoreThanThereAreConnections) {
  configure({cloud("a", 1e9, 2)});
  for (std::size_t tenant = 0; tenant < 5; ++tenant)
    scheduler_.schedule(tenant, "a", steady_now());
  settle();
  EXPECT_EQ(started_, (Tenants{0, 1}));
  EXPECT_EQ(shown("a").in_flight_requests.Value(), 2);
  finish(1, "a");
  settle();
  EXPECT_EQ(started_, (Tenants{0, 1, 2}));
  finish(0, "a");
  finish(2, "a");
  settle();
  EXPECT_EQ(started_.size(), 5u);
  finish(3, "a");
  finish(4, "a");
  EXPECT_EQ(shown("a").in_flight_requests.Value(), 0);
}

TEST_F(SchedulerTest, KeepsToTheRate) {
  configure({cloud("a", 0.001), cloud("b")});
  for (std::size_t tenant = 0; tenant < 3; ++tenant)
    scheduler_.schedule(tenant, "a", steady_now());
  for (std::size_t tenant = 3; tenant < 6; ++tenant)
    scheduler_.schedule(tenant, "b", steady_now());
  ASSERT_TRUE(started(4));
  settle();
  EXPECT_EQ(started_, (Tenants{0, 3, 4, 5}));
}

TEST_F(SchedulerTest, GoesOnAtOnceUnderAHigherCeiling) {
  configure({cloud("a", 0.001)});
  for (std::size_t tenant = 0; tenant < 3; ++tenant)
    scheduler_.schedule(tenant, "a", steady_now());
  settle();
  ASSERT_EQ(started_, Tenants{0});
  configure({cloud("a", 1000)});
  EXPECT_TRUE(started(3));
}

TEST_F(SchedulerTest, WaitsWhereItIsThrottled) {
  configure({cloud("a"), cloud("b")});
  scheduler_.schedule(0, "a", steady_now());
  ASSERT_TRUE(started(1));
  const double before = shown("a").requests_per_second.Value();
  finish(0, "a", Outcome::throttled, 1h);
  EXPECT_LT(shown("a").requests_per_second.Value(), before);
  scheduler_.schedule(1, "a", steady_now());
  scheduler_.schedule(2, "b", steady_now());
  ASSERT_TRUE(started(2));
  settle();
  EXPECT_EQ(started_, (Tenants{0, 2}));
}

TEST_F(SchedulerTest, ShowsAnAuthorityThatCannotBeReached) {
  configure({cloud("a")});
  for (std::size_t tenant = 0; tenant < Limiter::open_after; ++tenant)
    scheduler_.schedule(tenant, "a", steady_now());
  ASSERT_TRUE(started(Limiter::open_after));
  for (std::size_t tenant = 0; tenant < Limiter::open_after; ++tenant) {
    EXPECT_EQ(shown("a").up.Value(), 1);
    finish(tenant, "a", Outcome::unreachable);
  }
  EXPECT_EQ(shown("a").up.Value(), 0);
  EXPECT_EQ(shown("a").requests_per_second.Value(), Limiter::probing_rate);
}

// The messages of what came back, without their fields.
class SchedulerLog : public SchedulerTest {
 protected:
  std::string told(int times, Outcome outcome, Duration retry_after = {}) {
    testing::internal::CaptureStderr();
    for (int i = 0; i < times; ++i)
      scheduler_.came_back("a", outcome, retry_after, "refused");
    const std::string text = captured_log(log_);
    std::string messages;
    for (std::size_t at = 0; (at = text.find(" level=", at)) != std::string::npos;) {
      const auto end = text.find('\n', at);
      messages += text.substr(at + 7, end - at - 7) + "\n";
      at = end;
    }
    return messages;
  }
  void SetUp() override {
    configure({cloud("a", 1e9, 1000)});
    for (std::size_t tenant = 0; tenant < 500; ++tenant)
      scheduler_.schedule(tenant, "a", steady_now());
    ASSERT_TRUE(started(500));
  }
};

TEST_F(SchedulerLog, TellsOnceThatAnAuthorityIsOutOfReachAndOnceThatItIsBack) {
  EXPECT_EQ(told(Limiter::open_after - 1, Outcome::unreachable), "");
  EXPECT_FALSE(scheduler_.down("a"));
  EXPECT_EQ(
      told(100, Outcome::unreachable),
      "warn msg=\"authority can't be reached; it is asked once a second\" asked=a err=refused\n");
  EXPECT_TRUE(scheduler_.down("a"));
  EXPECT_EQ(told(100, Outcome::answered),
            "info msg=\"authority can be reached again; its rate rises\" asked=a within=5m\n");
  EXPECT_FALSE(scheduler_.down("a"));
  EXPECT_FALSE(scheduler_.down("unknown"));
}

TEST_F(SchedulerLog, TellsOnceThatAnAuthorityThrottles) {
  EXPECT_EQ(told(100, Outcome::throttled, 1min),
            "warn msg=\"authority throttles; it is left alone and then asked less\" asked=a "
            "retry_after=1m\n");
  EXPECT_EQ(told(100, Outcome::answered), "");
}

TEST_F(SchedulerLog, TellsOnceThatAnAuthorityAnswers503ToMany) {
  EXPECT_EQ(told(19, Outcome::unavailable), "") << "each is its tenant's failure";
  EXPECT_EQ(told(100, Outcome::unavailable),
            "warn msg=\"authority answers 503; it is asked less\" asked=a\n");
  EXPECT_EQ(told(100, Outcome::answered), "");
  EXPECT_EQ(told(20, Outcome::throttled), "") << "it is asked less already";
}

TEST_F(SchedulerLog, TellsWhoseA503Is) {
  for (int i = 1; i < 20; ++i)
    EXPECT_FALSE(scheduler_.came_back("a", Outcome::unavailable, {})) << i;
  EXPECT_TRUE(scheduler_.came_back("a", Outcome::unavailable, {}));
  EXPECT_TRUE(scheduler_.came_back("a", Outcome::unavailable_again, {}));
  EXPECT_FALSE(scheduler_.came_back("a", Outcome::answered, {}));
}

TEST_F(SchedulerLog, TellsWhatItDoesNotObey) {
  const std::string onset =
      "warn msg=\"authority throttles; it is left alone and then asked less\" asked=a retry_after=";
  EXPECT_EQ(told(1, Outcome::throttled, 0s), onset + "0s\n");
  EXPECT_EQ(told(2, Outcome::throttled, 24h), "");
  EXPECT_EQ(told(100, Outcome::throttled, 30h),
            "warn msg=\"authority wants to be left alone for too long\" asked=a retry_after=1d6h "
            "obeyed=1d\n");
}

TEST_F(SchedulerTest, RemembersAThrottleOfAnAuthorityThatLeavesAndReturns) {
  configure({cloud("a")});
  scheduler_.schedule(0, "a", steady_now());
  ASSERT_TRUE(started(1));
  finish(0, "a", Outcome::throttled, 1h);
  configure({});
  configure({cloud("a")});
  scheduler_.schedule(0, "a", steady_now());
  settle();
  EXPECT_EQ(started_, Tenants{0});
}

TEST_F(SchedulerTest, BringsTheDateOfATenantForward) {
  configure({cloud("a")});
  const SteadyTime now = steady_now();
  scheduler_.schedule(0, "a", now + 1h);
  scheduler_.schedule(1, "a", now);
  scheduler_.schedule(0, "a", now);       // earlier
  scheduler_.schedule(1, "a", now + 1h);  // later: the earlier date holds
  ASSERT_TRUE(started(2));
  settle();
  EXPECT_EQ(started_, (Tenants{0, 1}));
}

TEST_F(SchedulerTest, StartsATenantOnceAtATime) {
  configure({cloud("a")});
  scheduler_.schedule(0, "a", steady_now());
  ASSERT_TRUE(started(1));
  scheduler_.schedule(0, "a", steady_now());  // is being probed
  scheduler_.came_back("a", Outcome::answered, {});
  scheduler_.schedule(0, "a", steady_now());  // its answer is being dealt with
  settle();
  EXPECT_EQ(started_, Tenants{0});
  scheduler_.finished(0);
  scheduler_.schedule(0, "a", steady_now());
  EXPECT_TRUE(started(2));
}

TEST_F(SchedulerTest, LetsATenantAloneThatIsQueued) {
  configure({cloud("a", 1e9, 1)});
  scheduler_.schedule(0, "a", steady_now());
  scheduler_.schedule(1, "a", steady_now());
  settle();
  scheduler_.schedule(1, "a", steady_now() + 1h);
  finish(0, "a");
  settle();
  EXPECT_EQ(started_, (Tenants{0, 1}));
}

TEST_F(SchedulerTest, StartsNothingThatWasDropped) {
  configure({cloud("a", 1e9, 1)});
  for (std::size_t tenant = 0; tenant < 3; ++tenant)
    scheduler_.schedule(tenant, "a", steady_now());
  settle();
  ASSERT_EQ(started_, Tenants{0});
  scheduler_.schedule(3, "a", steady_now());
  scheduler_.drop(1);  // queued
  scheduler_.drop(3);  // scheduled
  finish(0, "a");
  settle();
  EXPECT_EQ(started_, (Tenants{0, 2}));
}

TEST_F(SchedulerTest, StartsATenantOnceThatWasDroppedFromTheQueueAndReturns) {
  configure({cloud("a", 1e9, 1)});
  for (std::size_t tenant = 0; tenant < 2; ++tenant)
    scheduler_.schedule(tenant, "a", steady_now());
  settle();
  scheduler_.drop(1);
  scheduler_.schedule(1, "a", steady_now());
  finish(0, "a");
  settle();
  ASSERT_EQ(started_, (Tenants{0, 1}));
  finish(1, "a");
  settle();
  EXPECT_EQ(started_, (Tenants{0, 1}));
}

TEST_F(SchedulerTest, KeepsAnAuthorityThatIsGoneUntilItsAnswersAreBack) {
  configure({cloud("a"), cloud("b")});
  scheduler_.schedule(0, "a", steady_now());
  ASSERT_TRUE(started(1));
  scheduler_.drop(0);
  configure({cloud("b")});
  EXPECT_EQ(shown("a").in_flight_requests.Value(), 1);
  finish(0, "a");
  EXPECT_EQ(shown("a").in_flight_requests.Value(), 0);
  configure({cloud("b")});
  for (const auto& family : instruments_.collect())
    for (const auto& metric : family.metric)
      for (const auto& label : metric.label)
        EXPECT_NE(label.value, "a") << family.name;
}

TEST_F(SchedulerTest, StartsATenantUnderAnotherAuthorityWhenItsOwnIsGone) {
  configure({cloud("a"), cloud("b")});
  scheduler_.schedule(0, "a", steady_now() + 1h);
  scheduler_.drop(0);
  configure({cloud("b")});
  scheduler_.schedule(0, "b", steady_now());
  EXPECT_TRUE(started(1));
  EXPECT_EQ(shown("b").in_flight_requests.Value(), 1);
}

// A request outside the schedule, and what came of waiting for its turn.
struct Visit {
  bool over = false;
  std::optional<Error> refused;
};

class SchedulerVisits : public SchedulerTest {
 protected:
  Visit& visit(const Cloud& cloud, SteadyTime until = steady_now() + 1h) {
    Visit& made = visits_.emplace_back();
    boost::asio::co_spawn(loop_, scheduler_.admit(cloud, until),
                          [&made](std::exception_ptr, std::optional<Error> refused) {
                            made.over = true;
                            made.refused = refused;
                          });
    return made;
  }
  bool over(const Visit& visit) {
    return run_until(loop_, [&] { return visit.over; });
  }

  std::deque<Visit> visits_;
};

TEST_F(SchedulerVisits, TakeTurnsWithTheSchedule) {
  configure({cloud("a", 1e9, 1)});
  const SteadyTime now = steady_now();
  for (std::size_t tenant = 0; tenant < 3; ++tenant)
    scheduler_.schedule(tenant, "a", now - 1s);
  ASSERT_TRUE(started(1));
  const Visit& first = visit(clouds_[0]);
  const Visit& second = visit(clouds_[0]);
  settle();
  EXPECT_FALSE(first.over) << "the connection is taken";

  finish(0, "a");
  ASSERT_TRUE(over(first));
  EXPECT_FALSE(first.refused);
  EXPECT_EQ(started_, Tenants{0});
  scheduler_.came_back("a", Outcome::answered, {});
  ASSERT_TRUE(started(2));
  EXPECT_FALSE(second.over) << "the schedule's turn";
  finish(1, "a");
  ASSERT_TRUE(over(second));
  EXPECT_FALSE(second.refused);
  EXPECT_EQ(shown("a").in_flight_requests.Value(), 1);
}

TEST_F(SchedulerVisits, AreRefusedWhereThereIsNotTimeEnough) {
  configure({cloud("a")});
  scheduler_.schedule(0, "a", steady_now() - 1s);
  ASSERT_TRUE(started(1));
  finish(0, "a", Outcome::throttled, 1h);
  const Visit& throttled = visit(clouds_[0], steady_now() + 30min);
  ASSERT_TRUE(over(throttled));
  EXPECT_EQ(throttled.refused.value().kind, ErrorKind::throttled);

  configure({cloud("b", 1e9, 1)});
  const Visit& holder = visit(clouds_[0]);
  ASSERT_TRUE(over(holder));
  const Visit& late = visit(clouds_[0], steady_now() + 50ms);
  ASSERT_TRUE(over(late));
  EXPECT_EQ(late.refused.value().kind, ErrorKind::timeout);
  scheduler_.came_back("b", Outcome::answered, {});
  EXPECT_EQ(shown("b").in_flight_requests.Value(), 0) << "nobody waits any more";
}

TEST_F(SchedulerVisits, MayAskWhereTheScheduleDoesNot) {
  configure({cloud("a")});
  EXPECT_FALSE(scheduler_.visited("b"));
  const Visit& elsewhere = visit(cloud("b", 1e9, 1));
  ASSERT_TRUE(over(elsewhere));
  EXPECT_FALSE(elsewhere.refused);
  EXPECT_TRUE(scheduler_.visited("b"));
  scheduler_.came_back("b", Outcome::throttled, 1s);
  const Visit& waiting = visit(cloud("b", 1e9, 1));
  loop_.restart();
  loop_.poll();
  configure({cloud("a")});
  configure({cloud("a"), cloud("b", 1e9, 1)});
  EXPECT_FALSE(waiting.over);
  ASSERT_TRUE(over(waiting)) << "its authority, and what it said, stay while somebody waits for it";
  EXPECT_FALSE(waiting.refused);
}

TEST_F(SchedulerTest, MeasuresItsLag) {
  configure({cloud("a")});
  scheduler_.schedule(0, "a", steady_now() - 2s);
  ASSERT_TRUE(started(1));
  const auto lag = instruments_.schedule_lag_seconds().Collect().histogram;
  EXPECT_EQ(lag.sample_count, 1u);
  EXPECT_GE(lag.sample_sum, 2);
}

TEST_F(SchedulerTest, StartsNothingOnceItIsStopped) {
  configure({cloud("a", 1e9, 1)});
  scheduler_.schedule(0, "a", steady_now());
  scheduler_.schedule(1, "a", steady_now());
  ASSERT_TRUE(started(1));
  scheduler_.stop();
  finish(0, "a");
  scheduler_.schedule(0, "a", steady_now());
  loop_.restart();
  loop_.run();  // comes to an end: no timer is left
  EXPECT_EQ(started_, Tenants{0});
}

}  // namespace
}  // namespace tenantscope
