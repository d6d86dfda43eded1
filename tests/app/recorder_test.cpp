// What the recorder makes of a ledger that refuses, doesn't answer, or lost its answer.
#include "app/recorder.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/json/parse.hpp>

#include "app/faulty_ledger.hpp"
#include "base/clock.hpp"
#include "storage/memory_ledger.hpp"
#include "support/event_loop.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

class RecorderTest : public ::testing::Test {
 protected:
  RecorderTest() {
    recorder_.configure(std::make_shared<const Settings>());
    for (const int number : {1, 2}) {
      TenantSettings settings{.key = tenant(number)};
      table_.add({.settings = std::make_shared<const TenantSettings>(std::move(settings))});
    }
  }
  ~RecorderTest() override {
    recorder_.stop();
    faults_.release();
  }

  // The tenant is seen to show that, which is confirmed at once; true: what came of it is known.
  bool show(const std::string& scope, std::size_t number = 0) {
    const Observation observation{
        .finding = document(scope), .evidence = {}, .time = minute(++minutes_)};
    Advance advanced = advance(state(number), observation, {.confirmations = 1});
    if (!advanced.transition) {
      table_.watches[number].state = std::move(advanced.state);
      return true;
    }
    bool over = false;
    boost::asio::co_spawn(loop_, recorder_.record(number, std::move(advanced), steady_now()),
                          [&over](std::exception_ptr) { over = true; });
    return until([&over] { return over; });
  }
  // Another one commits, of whom nothing is told here.
  void commit_elsewhere(const std::string& scope) {
    MemoryLedger ledger(store_);
    const TenantState before = ledger.state(tenant(1)).value();
    const Step step = step_to(tenant(1), before, document(scope), minute(++minutes_));
    ASSERT_TRUE(ledger.commit(std::vector{step}, "elsewhere")[0]);
  }

  bool until(const std::function<bool()>& holds) { return run_until(loop_, holds); }
  const TenantState& state(std::size_t number = 0) const { return table_.watches[number].state; }
  std::string shown() const { return state().confirmed().value_or(Finding()).region_scope.text(); }

  // The two tenants are a pair, either as the other's host.
  void pair_up() {
    CollaborationSettings joint{.name = "joint"};
    for (const int number : {1, 2}) {
      const CollaborationMember member{.key = tenant(number), .shown = tenant(number).name};
      joint.hosts.push_back(member);
      joint.guests.emplace_back(member);
    }
    table_.collaborations = {joint};
  }
  // "FROM -> TO" of the events of pairs that the ledger has, in order.
  std::vector<std::string> pair_changes() {
    std::vector<std::string> changes;
    for (const JournalEntry& entry : store_->model.journal) {
      if (entry.kind != EventKind::collaboration_changed)
        continue;
      const boost::json::value data = boost::json::parse(entry.event).at("data");
      changes.push_back(std::string(data.at("from").as_string()) + " -> " +
                        std::string(data.at("to").as_string()));
    }
    return changes;
  }

  int minutes_ = 0;
  int announced_ = 0;
  LedgerFaults faults_;
  std::shared_ptr<MemoryStore> store_ = std::make_shared<MemoryStore>();
  const Log log_{LogLevel(int(LogLevel::error) + 1), LogFormat::logfmt};  // nothing
  boost::asio::io_context loop_{1};
  Instruments instruments_;
  Table table_;
  ChangeLog change_log_{log_};
  LedgerThread ledger_{
      std::make_unique<FaultyLedger>(std::make_unique<MemoryLedger>(store_), faults_),
      "test",
      [](bool) {},
      {},
      {.patience = 100ms}};
  Recorder recorder_{loop_.get_executor(),     ledger_, instruments_, table_, change_log_, log_,
                     [this] { ++announced_; }, 1ms};
};

TEST_F(RecorderTest, ShowsWhatIsCommitted) {
  ASSERT_TRUE(show("USG"));
  EXPECT_EQ(state().generation, 1u);
  EXPECT_EQ(table_.last_event, 1u);
  EXPECT_EQ(announced_, 1);
  EXPECT_EQ(instruments_.events(EventKind::baselined).Value(), 1);
}

TEST_F(RecorderTest, TakesTheLedgersStateWhereItIsRefused) {
  ASSERT_TRUE(show("USG"));
  commit_elsewhere("USGov");
  ASSERT_TRUE(show("EU"));
  EXPECT_EQ(shown(), "USGov");
  EXPECT_EQ(state().generation, 2u);
  EXPECT_FALSE(state().awaits_confirmation()) << "it was judged by another state";
  EXPECT_EQ(state().last_success, minute(3)) << "it was heard of";
  EXPECT_EQ(table_.last_event, 2u);
  EXPECT_EQ(announced_, 2) << "nobody was told before";
  EXPECT_EQ(instruments_.events(EventKind::changed).Value(), 1);

  ASSERT_TRUE(show("EU"));
  EXPECT_EQ(shown(), "EU");
  EXPECT_EQ(state().generation, 3u);
  EXPECT_EQ(table_.last_event, 3u);
}

TEST_F(RecorderTest, KeepsAChangePendingWhoseCommitFails) {
  ASSERT_TRUE(show("USG"));
  faults_.writes_fail = true;
  ASSERT_TRUE(show("USGov"));
  EXPECT_EQ(shown(), "USG");
  EXPECT_TRUE(state().awaits_confirmation());
  EXPECT_EQ(table_.last_event, 1u);
  faults_.writes_fail = false;
  ASSERT_TRUE(show("USGov"));
  EXPECT_EQ(shown(), "USGov");
  EXPECT_EQ(table_.last_event, 2u);
}

TEST_F(RecorderTest, ShowsAChangeThatWasInDoubtOnceItIsThere) {
  ASSERT_TRUE(show("USG"));
  faults_.done_waits = true;
  ASSERT_TRUE(show("USGov")) << "nobody waits for a ledger that doesn't answer";
  EXPECT_EQ(shown(), "USG");
  EXPECT_EQ(table_.last_event, 1u);
  EXPECT_EQ(announced_, 1);
  faults_.release();
  ASSERT_TRUE(until([this] { return state().generation == 2; }));
  EXPECT_EQ(shown(), "USGov");
  EXPECT_FALSE(state().awaits_confirmation());
  EXPECT_EQ(table_.last_event, 2u);
  EXPECT_EQ(announced_, 2);
  EXPECT_EQ(instruments_.events(EventKind::changed).Value(), 1);
}

// The tenant shows again what it showed before: no other attempt finds out.
TEST_F(RecorderTest, LooksForACommitWhoseAnswerWasLost) {
  ASSERT_TRUE(show("USG"));
  faults_.reads_fail = true;
  faults_.in_doubt = true;
  ASSERT_TRUE(show("USGov"));
  ASSERT_TRUE(show("USG"));
  EXPECT_EQ(shown(), "USG");
  faults_.in_doubt = false;
  faults_.reads_fail = false;
  ASSERT_TRUE(until([this] { return state().generation == 2; }));
  EXPECT_EQ(shown(), "USGov");
  EXPECT_EQ(table_.last_event, 2u);
  EXPECT_EQ(announced_, 2) << "it waits in the outboxes";
  EXPECT_EQ(instruments_.events(EventKind::changed).Value(), 1);
  EXPECT_EQ(instruments_.changes(Field::region_scope).Value(), 1);
  EXPECT_EQ(instruments_.changes(Field::sub_scope).Value(), 0);
  ASSERT_TRUE(show("USG"));
  EXPECT_EQ(state().generation, 3u) << "and that is told";
  EXPECT_EQ(instruments_.events(EventKind::changed).Value(), 2);
}

// Each would be judged by what the other was, and what they come to together never told.
TEST_F(RecorderTest, HoldsAChangeOfAPairWhileAnotherOfItIsInDoubt) {
  pair_up();
  ASSERT_TRUE(show("USG", 0) && show("USG", 1));
  faults_.reads_fail = true;
  faults_.in_doubt = true;
  ASSERT_TRUE(show("USGov", 0));
  faults_.in_doubt = false;
  ASSERT_TRUE(show("USGov", 1));
  EXPECT_EQ(state(1).generation, 1u);
  EXPECT_TRUE(state(1).awaits_confirmation());
  EXPECT_EQ(store_->model.states.at(tenant(2)).generation, 1u) << "it isn't committed";

  faults_.reads_fail = false;
  ASSERT_TRUE(until([this] { return state(0).generation == 2; }));
  ASSERT_TRUE(show("USGov", 1));
  EXPECT_EQ(state(1).generation, 2u) << "nobody is looked for whose commit was held";
  EXPECT_EQ(pair_changes(), std::vector<std::string>(2, "not_supported -> supported"));
  EXPECT_EQ(instruments_.events(EventKind::collaboration_changed).Value(), 2);
}

TEST_F(RecorderTest, HoldsNobodyElsesChangeWhileOneOfAPairIsInDoubt) {
  pair_up();
  TenantSettings alone{.key = tenant(3)};
  table_.add({.settings = std::make_shared<const TenantSettings>(std::move(alone))});
  ASSERT_TRUE(show("USG", 0) && show("USG", 2));
  faults_.reads_fail = true;
  faults_.in_doubt = true;
  ASSERT_TRUE(show("USGov", 0));
  faults_.in_doubt = false;
  ASSERT_TRUE(show("USGov", 2));
  EXPECT_EQ(state(2).generation, 2u);
}

}  // namespace
}  // namespace tenantscope
