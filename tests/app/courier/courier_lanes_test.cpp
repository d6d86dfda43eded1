// How a courier deals with a sink that takes events one by one, and with what it answers.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/courier/couriers.hpp"
#include "app/courier/scripted_sink.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

Refusal refusal(Refusal::Advice advice, std::optional<Duration> retry_after = {}) {
  return {.error = {ErrorKind::http_status, "as the script says"},
          .advice = advice,
          .retry_after = retry_after};
}

class CourierLanes : public CourierInFastTime {
 protected:
  void start_script() { start(std::make_unique<ScriptedSink>(script_)); }

  // Every event of the journal was taken, each tenant's in order, none twice.
  void expect_all_taken_in_order() {
    const auto entries = journal();
    ASSERT_EQ(script_->taken.size(), entries.size());
    std::map<TenantKey, std::uint64_t> last;
    std::set<std::string> ids;
    for (const JournalEntry& event : script_->taken) {
      EXPECT_LT(last[event.tenant], event.sequence);
      last[event.tenant] = event.sequence;
      EXPECT_TRUE(ids.insert(event.id).second);
      EXPECT_EQ(event.event, entries.at(event.sequence - 1).event);
    }
  }

  std::shared_ptr<SinkScript> script_ = std::make_shared<SinkScript>();
};

TEST_F(CourierLanes, BringsEachTenantsEventsInOrder) {
  std::vector<int> tenants;
  tenants.reserve(250);
  for (int i = 0; i < 250; ++i)
    tenants.push_back(i * i % 23);
  commit(tenants);
  start_script();
  ASSERT_TRUE(until([&] { return shown_waiting() == 0 && deliveries() == 250; }));
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, HasNoMoreUnderWayThanItMay) {
  script_->waits = [](const JournalEntry&) { return true; };
  std::vector<int> tenants;
  tenants.reserve(30);
  for (int i = 0; i < 30; ++i)
    tenants.push_back(i % 15);
  commit(tenants);
  start_script();
  ASSERT_TRUE(until([&] { return script_->under_way == Courier::in_flight; }));
  ASSERT_TRUE(until([&] {
    script_->release();
    return deliveries() == 30;
  }));
  EXPECT_EQ(script_->most_under_way, Courier::in_flight);
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, TellsThatTheLedgerWentBackBeforeWhatFollows) {
  script_->waits = [](const JournalEntry&) { return true; };
  commit({1});
  commit_rewind();
  commit({1, 2, 3});
  start_script();
  ASSERT_TRUE(until([&] { return script_->under_way == 2; }));
  for (int i = 0; i < 100; ++i)
    loop_.poll();
  EXPECT_EQ(script_->under_way, 2u) << "more than what was before, and that it went back";
  ASSERT_TRUE(until([&] {
    script_->release();
    return deliveries() == 5;
  }));
  std::vector<std::uint64_t> first;
  for (const JournalEntry& event : script_->taken)
    first.push_back(event.sequence);
  std::ranges::sort(first.begin(), first.begin() + 2);
  EXPECT_EQ((std::vector(first.begin(), first.begin() + 2)), (std::vector<std::uint64_t>{1, 2}));
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, KeepsNobodyWaitingWhereItIsRefusedThatTheLedgerWentBack) {
  script_->answer = [](const JournalEntry& event, int attempt) -> std::optional<Refusal> {
    const bool wanted = event.kind != EventKind::ledger_rewound || attempt > 3;
    return wanted ? std::nullopt : std::optional(refusal(Refusal::Advice::later));
  };
  commit({1});
  commit_rewind();
  commit({1, 2, 3});
  start_script();
  ASSERT_TRUE(until([&] { return deliveries() == 5; }));
  EXPECT_EQ(script_->taken.back().kind, EventKind::ledger_rewound);
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, NeverHasTwoOfOneTenantUnderWay) {
  script_->waits = [](const JournalEntry&) { return true; };
  commit({1, 1, 1});
  start_script();
  ASSERT_TRUE(until([&] {
    script_->release();
    return deliveries() == 3;
  }));
  EXPECT_EQ(script_->most_under_way, 1u);
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, AHangingDeliveryKeepsNobodyElseWaiting) {
  script_->waits = [](const JournalEntry& event) { return event.sequence == 1; };
  commit({1, 1});
  start_script();
  ASSERT_TRUE(until([&] { return script_->under_way == 1 && shown_waiting() == 2; }));
  std::vector<int> tenants;
  tenants.reserve(2 * Courier::window);
  for (int i = 0; i < 2 * int(Courier::window); ++i)
    tenants.push_back(i % 20);
  commit(tenants);
  const double of_the_first = 2 + double(std::ranges::count(tenants, 1));
  ASSERT_TRUE(until([&] { return shown_waiting() == of_the_first; })) << shown_waiting();
  EXPECT_EQ(script_->under_way, 1u);
  script_->release();
  ASSERT_TRUE(until([&] { return shown_waiting() == 0; }));
  expect_all_taken_in_order();
}

// Its later events were read while it was under way, on a page before others of its own: none of
// those comes first.
TEST_F(CourierLanes, KeepTheOrderOfATenantThatEndsInTheMiddleOfARound) {
  const auto held = [](const JournalEntry& event) {
    return event.sequence == 1 || (event.sequence >= 3 && event.sequence < 3 + Courier::in_flight);
  };
  script_->waits = held;
  commit({1});
  start_script();
  ASSERT_TRUE(until([&] { return script_->under_way == 1; }));
  std::vector<int> tenants{1};
  for (int i = 0; i < int(Courier::window) - 1; ++i)
    tenants.push_back(2 + i);
  tenants.push_back(1);
  commit(tenants);
  ASSERT_TRUE(until([&] { return script_->under_way == Courier::in_flight; }));
  ASSERT_TRUE(until([&] {
    script_->release();
    return deliveries() == double(tenants.size() + 1);
  }));
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, ATenantThatEndsWhileItsNextEventIsReadIsNotForgotten) {
  script_->waits = [](const JournalEntry& event) { return event.sequence == 1; };
  commit({1});
  start_script();
  ASSERT_TRUE(until([&] { return script_->under_way == 1; }));
  commit({1});
  ASSERT_TRUE(until([&] { return shown_waiting() == 2; }));
  script_->release();
  courier_->wake();
  ASSERT_TRUE(until([&] { return deliveries() == 2; }));
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, TriesAgainForHoursWithoutLosingAny) {
  commit({1, 2, 1, 3, 2});
  const Duration down_for = 6h;
  script_->answer = [&](const JournalEntry&, int) {
    return time_->passed() < down_for ? std::optional(refusal(Refusal::Advice::soon))
                                      : std::nullopt;
  };
  start_script();
  ASSERT_TRUE(until([&] { return deliveries() == 5; }));
  expect_all_taken_in_order();
  const double tries = failures(ErrorKind::http_status);
  EXPECT_GT(tries, 6 * 12);
  EXPECT_LT(tries, 6 * 24 + 20) << "it has to back off to minutes";
}

TEST_F(CourierLanes, ObeysRetryAfter) {
  commit({1, 2});
  script_->answer = [&](const JournalEntry&, int) {
    return time_->passed() < 2h ? std::optional(refusal(Refusal::Advice::soon, 2h)) : std::nullopt;
  };
  start_script();
  ASSERT_TRUE(until([&] { return deliveries() == 2; }));
  EXPECT_EQ(failures(ErrorKind::http_status), 1) << "nobody is brought before that";
}

TEST_F(CourierLanes, ARefusedEventHoldsItsTenantAndNobodyElse) {
  commit({1, 2, 1, 3});
  const std::string poison = journal().at(0).id;
  script_->answer = [&](const JournalEntry& event, int attempt) {
    return event.id == poison && attempt < 4 ? std::optional(refusal(Refusal::Advice::later))
                                             : std::nullopt;
  };
  start_script();
  ASSERT_TRUE(until([&] { return deliveries() == 4; }));
  EXPECT_EQ(script_->attempts[poison], 4);
  EXPECT_GE(time_->passed(), 3 * 5min) << "slowly";
  EXPECT_EQ(script_->taken[0].sequence, 2u);
  EXPECT_EQ(script_->taken[1].sequence, 4u);
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, RefusedEventsDoNotKeepNewOnesOut) {
  std::vector<int> tenants;
  tenants.reserve(3 * Courier::window);
  for (int i = 0; i < 3 * int(Courier::window); ++i)
    tenants.push_back(i % 4);
  commit(tenants);
  bool refuses = true;
  script_->answer = [&](const JournalEntry& event, int) {
    const bool stuck = event.tenant != tenant(100) && event.tenant != tenant(3);
    return refuses && stuck ? std::optional(refusal(Refusal::Advice::later)) : std::nullopt;
  };
  commit({100});
  start_script();
  ASSERT_TRUE(until(
      [&] { return !script_->taken.empty() && script_->taken.back().tenant == tenant(100); }));
  refuses = false;
  ASSERT_TRUE(until([&] { return deliveries() == double(tenants.size() + 1); }));
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, ASinkThatRefusesEverybodyIsLeftAlone) {
  std::vector<int> tenants;
  tenants.reserve(50);
  for (int i = 0; i < 50; ++i)
    tenants.push_back(i);
  commit(tenants);
  script_->answer = [&](const JournalEntry&, int) {
    return time_->passed() < 1h ? std::optional(refusal(Refusal::Advice::later)) : std::nullopt;
  };
  start_script();
  ASSERT_TRUE(until([&] { return deliveries() == 50; }));
  EXPECT_LE(failures(ErrorKind::http_status),
            13.0 * double(Courier::most_refused + Courier::in_flight));
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, PausesASinkThatIsGoneUntilAReload) {
  commit({1, 1, 2});
  bool gone = true;
  script_->answer = [&](const JournalEntry& event, int) {
    return gone && event.sequence > 1 ? std::optional(refusal(Refusal::Advice::never))
                                      : std::nullopt;
  };
  start_script();
  ASSERT_TRUE(until([&] { return failures(ErrorKind::http_status) > 0 && shown_waiting() > 0; }));
  const double failed = failures(ErrorKind::http_status);
  commit({3});
  ASSERT_TRUE(until([&] { return shown_waiting() >= 2; }));
  EXPECT_EQ(failures(ErrorKind::http_status), failed) << "it isn't asked any more";
  gone = false;
  courier_->reopen();
  ASSERT_TRUE(until([&] { return deliveries() == 4; }));
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, AReloadTriesAtOnceWhatWasRefused) {
  commit({1});
  bool refuses = true;
  script_->answer = [&](const JournalEntry&, int) {
    return refuses ? std::optional(refusal(Refusal::Advice::never)) : std::nullopt;
  };
  start_script();
  ASSERT_TRUE(until([&] { return failures(ErrorKind::http_status) == 1; }));
  refuses = false;
  courier_->reopen();
  ASSERT_TRUE(until([&] { return deliveries() == 1; }));
}

// What wasn't acknowledged comes again, and nothing of its tenant before that.
TEST_F(CourierLanes, KeepsTheOrderWhereAcknowledgingFails) {
  commit({1, 1, 2});
  faults_.writes_fail = true;
  start_script();
  ASSERT_TRUE(until([&] { return script_->taken.size() >= 4; }));
  for (const JournalEntry& event : script_->taken)
    EXPECT_NE(event.sequence, 2u);
  faults_.writes_fail = false;
  ASSERT_TRUE(until([&] { return waiting() == 0; }));
  EXPECT_EQ(script_->attempts.size(), 3u);
}

// A page of the outbox is full, its first event fails, another one takes until the sink has rested:
// the next page's events of the first one's tenant don't overtake it.
TEST_F(CourierLanes, KeepTheOrderOverPagesWhileASlowDeliveryOutlastsTheRest) {
  std::vector<int> tenants{1, 2};
  for (std::size_t i = 2; i < Courier::window; ++i)
    tenants.push_back(3);
  tenants.push_back(1);
  commit(tenants);
  script_->answer = [&](const JournalEntry& event, int attempt) {
    return event.sequence == 1 && attempt == 1 ? std::optional(refusal(Refusal::Advice::soon))
                                               : std::nullopt;
  };
  script_->waits = [&](const JournalEntry& event) { return event.sequence == 2; };
  start_script();
  ASSERT_TRUE(
      until([&] { return script_->waiting.size() == 1 && failures(ErrorKind::http_status) == 1; }));
  time_->pass(10s);
  script_->release();
  ASSERT_TRUE(until([&] { return deliveries() == double(tenants.size()); }));
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, ManyRefusedTenantsDoNotKeepTheOthersOut) {
  std::vector<int> tenants;
  tenants.reserve(60);
  for (int i = 0; i < 60; ++i)
    tenants.push_back(i);
  commit(tenants);
  bool refuses = true;
  const auto stuck = [](const JournalEntry& event) { return event.sequence <= 40; };
  script_->answer = [&](const JournalEntry& event, int) {
    return refuses && stuck(event) ? std::optional(refusal(Refusal::Advice::later)) : std::nullopt;
  };
  start_script();
  ASSERT_TRUE(until([&] { return deliveries() == 20; }));
  EXPECT_LT(time_->passed(), 1h);
  refuses = false;
  ASSERT_TRUE(until([&] { return deliveries() == 60; }));
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, AnUnwantedEventOfABatchHoldsItsTenantAndNobodyElse) {
  script_->batches = true;
  std::vector<int> tenants;
  tenants.reserve(150);
  for (int i = 0; i < 150; ++i)
    tenants.push_back(i % 50);
  commit(tenants);
  bool refuses = true;
  script_->answer = [&](const JournalEntry& event, int) {
    return refuses && event.sequence == 38 ? std::optional(refusal(Refusal::Advice::later))
                                           : std::nullopt;
  };
  start_script();
  ASSERT_TRUE(until([&] { return deliveries() == 147; })) << "all but three of one tenant";
  EXPECT_LT(time_->passed(), 5min) << "it doesn't rest to find it";
  refuses = false;
  ASSERT_TRUE(until([&] { return deliveries() == 150; }));
  expect_all_taken_in_order();
}

TEST_F(CourierLanes, RestsAsLongAsTheLongestRetryAfterOfThoseUnderWay) {
  commit({1, 2});
  script_->waits = [](const JournalEntry&) { return true; };
  script_->answer = [&](const JournalEntry& event, int attempt) {
    if (attempt > 1)
      return std::optional<Refusal>();
    return std::optional(
        refusal(Refusal::Advice::soon, event.sequence == 1 ? std::optional<Duration>() : 10min));
  };
  start_script();
  ASSERT_TRUE(until([&] { return script_->waiting.size() == 2; }));
  script_->waits = [](const JournalEntry&) { return false; };
  script_->release();
  ASSERT_TRUE(until([&] { return deliveries() == 2; }));
  EXPECT_GE(time_->passed(), 10min);
}

// As at a reload with other settings.
TEST_F(CourierLanes, ASuccessorWaitsForWhatIsUnderWay) {
  commit({1, 1});
  script_->waits = [](const JournalEntry& event) { return event.sequence == 1; };
  start_script();
  ASSERT_TRUE(until([&] { return script_->waiting.size() == 1; }));
  const auto before = courier_;
  before->stop();
  const auto script = std::make_shared<SinkScript>();
  courier_ =
      std::make_shared<Courier>(loop_.get_executor(), "soc", std::make_unique<ScriptedSink>(script),
                                ledger_, instruments_, log_, time_);
  boost::asio::co_spawn(loop_, Courier::run(courier_, before), [](std::exception_ptr) {});
  loop_.poll();
  EXPECT_TRUE(script->attempts.empty());
  script_->release();
  ASSERT_TRUE(until([&] { return waiting() == 0; }));
  ASSERT_EQ(script->taken.size(), 1u) << "the first one isn't brought twice";
  EXPECT_EQ(script->taken[0].sequence, 2u);
  before->close();
}

TEST_F(CourierLanes, AcknowledgementsThatFailTogetherAreOneFailure) {
  commit({1, 2, 3, 4, 5, 6, 7, 8});
  faults_.writes_fail = true;
  std::optional<Duration> again;
  script_->answer = [&](const JournalEntry&, int attempt) {
    if (attempt == 2 && !again)
      again = time_->passed();
    if (again)
      faults_.writes_fail = false;
    return std::optional<Refusal>();
  };
  start_script();
  ASSERT_TRUE(until([&] { return waiting() == 0; }));
  EXPECT_EQ(again, Backoff::shortest);
}

TEST_F(CourierLanes, ShowsWhatWaitsWhileTheSinkIsAway) {
  script_->waits = [](const JournalEntry&) { return true; };
  commit({1});
  start_script();
  ASSERT_TRUE(until([&] { return script_->under_way == 1; }));
  courier_->stop();
  script_->release();
  ASSERT_TRUE(until([&] { return waiting() == 0; }))
      << "what was taken is acknowledged, also while it ends";
}

}  // namespace
}  // namespace tenantscope
