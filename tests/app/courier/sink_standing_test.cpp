// What becomes of a round, and for how long a sink is left alone, by how its deliveries went.
#include "app/courier/sink_standing.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

#include "app/fast_time.hpp"
#include "storage/ledger_samples.hpp"
#include "support/captured_log.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

class SinkStandingTest : public ::testing::Test {
 protected:
  using Verdict = SinkStanding::Verdict;
  using Advice = Refusal::Advice;
  static constexpr std::size_t most_together = 100;

  static SinkStanding::Events events_of(std::initializer_list<int> tenants) {
    SinkStanding::Events events;
    for (const int number : tenants) {
      events.emplace_back();
      events.back().sequence = events.size();
      events.back().tenant = tenant(number);
    }
    return events;
  }
  static Refusal because(Advice advice, std::optional<Duration> retry_after = {}) {
    return {.error = {ErrorKind::timeout, "nobody is there"},
            .advice = advice,
            .retry_after = retry_after};
  }
  Verdict refuse(int number, Advice advice, std::optional<Duration> retry_after = {}) {
    return standing_.refused(events_of({number}), because(advice, retry_after));
  }
  static Result<void> unwritten() { return Error{ErrorKind::io, "the disk is full"}; }

  Duration rest() const {
    return std::chrono::duration_cast<Duration>(standing_.rests_until() - time_->now());
  }
  double failures() { return instruments_.sink("soc").failures.at(ErrorKind::timeout)->Value(); }
  double deliveries() { return instruments_.sink("soc").deliveries.Value(); }
  // The number of times that the log says it.
  std::size_t says(const std::string& what) {
    said_ += captured_log(log_);
    testing::internal::CaptureStderr();
    std::size_t count = 0;
    for (std::size_t at = said_.find(what); at != said_.npos; at = said_.find(what, at + 1))
      ++count;
    return count;
  }

  SinkStandingTest() { testing::internal::CaptureStderr(); }
  ~SinkStandingTest() override { (void)captured_log(log_); }

  std::string said_;
  Instruments instruments_;
  const Log log_{LogLevel::info, LogFormat::logfmt};
  std::shared_ptr<FastTime> time_ = std::make_shared<FastTime>();
  SinkStanding standing_{"soc", 1, instruments_, log_, time_};
  SinkStanding of_batches_{"soc", most_together, instruments_, log_, time_};
};

TEST_F(SinkStandingTest, GoesOnWhileDeliveriesAreTaken) {
  standing_.begin_round(true);
  standing_.taken(events_of({1}));
  EXPECT_EQ(standing_.settled({}), Verdict::go_on);
  of_batches_.taken(events_of({1, 2, 3}));
  EXPECT_EQ(deliveries(), 4);
  EXPECT_FALSE(standing_.resting());
  EXPECT_EQ(standing_.first_hold_ends(), SteadyTime::max());
  EXPECT_EQ(standing_.batch_limit(), 1u);
  EXPECT_EQ(of_batches_.batch_limit(), most_together);
}

TEST_F(SinkStandingTest, RestsAfterAFailureUntilTheTimeIsOver) {
  EXPECT_EQ(refuse(1, Advice::soon), Verdict::begin_anew);
  EXPECT_EQ(rest(), Backoff::shortest);
  EXPECT_TRUE(standing_.resting());
  EXPECT_FALSE(standing_.holds(tenant(1)));
  EXPECT_EQ(failures(), 1);
  time_->pass(Backoff::shortest);
  EXPECT_FALSE(standing_.resting());
}

TEST_F(SinkStandingTest, TakesFailuresSideBySideAsOne) {
  for (const Duration pause : {1s, 1s, 2s, 4s, 8s}) {
    for (int once = 0; once < 5; ++once)
      EXPECT_EQ(standing_.outbox_unread(), Verdict::begin_anew);
    EXPECT_EQ(refuse(1, Advice::soon), Verdict::begin_anew);
    EXPECT_EQ(standing_.settled(unwritten()), Verdict::begin_anew);
    EXPECT_EQ(rest(), pause);
    time_->pass(pause);
  }
  EXPECT_EQ(standing_.settled({}), Verdict::go_on);
  EXPECT_EQ(standing_.outbox_unread(), Verdict::begin_anew);
  EXPECT_EQ(rest(), Duration(1s)) << "a delivery has come through since";
}

TEST_F(SinkStandingTest, RestsAsLongAsWhoeverAsksForMost) {
  (void)refuse(1, Advice::soon);
  (void)refuse(2, Advice::soon, 10min);
  (void)refuse(3, Advice::soon, 5min);
  (void)refuse(4, Advice::soon);
  EXPECT_EQ(rest(), Duration(10min));
  time_->pass(10min);
  (void)refuse(1, Advice::soon, 20min);
  EXPECT_EQ(rest(), Duration(20min)) << "also where it is the first to fail";
}

TEST_F(SinkStandingTest, HoldsWhoseEventIsRefusedAndGoesOn) {
  standing_.begin_round(true);
  EXPECT_EQ(refuse(1, Advice::later), Verdict::go_on);
  EXPECT_EQ(refuse(2, Advice::later, 1h), Verdict::go_on);
  EXPECT_TRUE(standing_.holds(tenant(1)) && standing_.holds(tenant(2)));
  EXPECT_FALSE(standing_.holds(tenant(3)));
  EXPECT_FALSE(standing_.resting());
  EXPECT_EQ(standing_.first_hold_ends(), time_->now() + Backoff::longest);
}

TEST_F(SinkStandingTest, HoldsUntilARoundCameThroughAfterTheTime) {
  (void)refuse(1, Advice::later);
  (void)refuse(2, Advice::later, 1h);
  time_->pass(Backoff::longest - 1ms);
  standing_.begin_round(true);
  EXPECT_TRUE(standing_.holds(tenant(1)));
  time_->pass(1ms);
  standing_.begin_round(false);
  EXPECT_TRUE(standing_.holds(tenant(1))) << "it would keep out whom the last round didn't reach";
  standing_.begin_round(true);
  EXPECT_FALSE(standing_.holds(tenant(1)));
  EXPECT_TRUE(standing_.holds(tenant(2)));
  EXPECT_EQ(standing_.first_hold_ends(), time_->now() + 1h - Backoff::longest);
}

TEST_F(SinkStandingTest, LeavesASinkAloneThatRefusesEverybodyInARow) {
  const auto refuse_all_but_one = [this] {
    for (std::size_t number = 1; number < SinkStanding::most_refused; ++number)
      EXPECT_EQ(refuse(int(number), Advice::later), Verdict::go_on);
  };
  refuse_all_but_one();
  standing_.taken(events_of({0}));
  refuse_all_but_one();
  standing_.begin_round(true);
  refuse_all_but_one();
  EXPECT_FALSE(standing_.resting());
  EXPECT_EQ(refuse(0, Advice::later, 2h), Verdict::begin_anew);
  EXPECT_EQ(rest(), Duration(2h));
}

TEST_F(SinkStandingTest, HalvesABatchUntilItIsKnownWhoseEventIsRefused) {
  const auto refuse_batch = [this](std::initializer_list<int> tenants) {
    return of_batches_.refused(events_of(tenants), because(Advice::later));
  };
  EXPECT_EQ(refuse_batch({1, 2, 3, 4, 5}), Verdict::begin_anew);
  EXPECT_EQ(of_batches_.batch_limit(), 2u);
  EXPECT_EQ(refuse_batch({1, 2}), Verdict::begin_anew);
  EXPECT_EQ(of_batches_.batch_limit(), 1u);
  EXPECT_FALSE(of_batches_.holds(tenant(1)));
  EXPECT_EQ(refuse_batch({1}), Verdict::begin_anew) << "what comes next may be of the same tenant";
  EXPECT_TRUE(of_batches_.holds(tenant(1)));
  EXPECT_FALSE(of_batches_.resting());

  for (const std::size_t limit : {2, 4, 8, 16, 32, 64, 100, 100}) {
    of_batches_.taken(events_of({2}));
    EXPECT_EQ(of_batches_.batch_limit(), limit);
  }
}

TEST_F(SinkStandingTest, PausesASinkThatWantsNoMoreUntilItIsReopened) {
  EXPECT_EQ(refuse(1, Advice::never), Verdict::begin_anew);
  EXPECT_EQ(refuse(2, Advice::never), Verdict::begin_anew);
  time_->pass(24h * 365);
  EXPECT_TRUE(standing_.resting());
  EXPECT_EQ(standing_.rests_until(), SteadyTime::max());
  EXPECT_EQ(says("the sink wants no more deliveries"), 1u) << said_;
  EXPECT_EQ(failures(), 2);

  standing_.reopen();
  EXPECT_FALSE(standing_.resting());
  EXPECT_EQ(refuse(1, Advice::never), Verdict::begin_anew);
  EXPECT_EQ(says("the sink wants no more deliveries"), 2u) << said_;
}

TEST_F(SinkStandingTest, ForgetsWhatWasWhenItIsReopened) {
  (void)refuse(1, Advice::later);
  (void)refuse(2, Advice::soon, 1h);
  standing_.reopen();
  EXPECT_FALSE(standing_.resting());
  EXPECT_FALSE(standing_.holds(tenant(1)));
  EXPECT_EQ(standing_.first_hold_ends(), SteadyTime::max());
}

TEST_F(SinkStandingTest, SaysOnceThatDeliveriesFailAndThatTheyDoNot) {
  for (int times = 0; times < 3; ++times)
    (void)refuse(1, Advice::soon);
  EXPECT_EQ(says("delivery failed; it is tried again"), 1u) << said_;
  (void)refuse(2, Advice::later);
  (void)refuse(3, Advice::later);
  EXPECT_EQ(says("delivery refused; it is tried again slowly"), 1u) << said_;
  (void)refuse(1, Advice::soon);
  EXPECT_EQ(says("delivery failed; it is tried again"), 2u) << said_;
  for (int times = 0; times < 3; ++times)
    standing_.taken(events_of({1}));
  EXPECT_EQ(says("deliveries succeed again"), 1u) << said_;
}

TEST_F(SinkStandingTest, SaysOnceThatDeliveriesCannotBeWrittenDown) {
  const std::string failing = R"(msg="a delivery can't be written down; it will be repeated" )"
                              R"(sink=soc err="the disk is full")";
  for (int times = 0; times < 3; ++times)
    EXPECT_EQ(standing_.settled(unwritten()), Verdict::begin_anew);
  EXPECT_EQ(says(failing), 1u) << said_;
  EXPECT_EQ(standing_.settled({}), Verdict::go_on);
  EXPECT_EQ(standing_.settled(unwritten()), Verdict::begin_anew);
  EXPECT_EQ(says(failing), 2u) << said_;
  EXPECT_EQ(failures(), 0) << "the sink has taken them";
}

TEST_F(SinkStandingTest, SaysOnceThatAlertsCannotBeShownAndCountsEach) {
  standing_.shown({});
  EXPECT_EQ(says("alerts"), 0u) << said_;
  for (int times = 0; times < 3; ++times)
    standing_.shown(because(Advice::soon));
  EXPECT_EQ(failures(), 3);
  EXPECT_FALSE(standing_.resting()) << "deliveries go on";
  EXPECT_EQ(says("alerts can't be shown; they are tried again"), 1u) << said_;
  standing_.shown({});
  standing_.shown({});
  EXPECT_EQ(says("alerts are shown again"), 1u) << said_;
}

}  // namespace
}  // namespace tenantscope
