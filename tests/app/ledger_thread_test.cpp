#include "app/ledger_thread.hpp"

#include <gtest/gtest.h>

#include <mutex>

#include "app/faulty_ledger.hpp"
#include "base/clock.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/event_loop.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

Step baseline(int number) { return step_to(tenant(number), {}, document("USG"), minute(0)); }

boost::asio::awaitable<bool> turned(LedgerThread& thread) {
  co_await thread.turn();
  co_return true;
}

class LedgerThreadTest : public ::testing::Test {
 protected:
  void open() {
    const StoreWorker::Limits patient{.patience = 1h};
    thread_.emplace(
        std::make_unique<FaultyLedger>(open_sqlite_ledger(folder_.path()), faults_), "here",
        [this](bool committed) {
          const std::lock_guard lock(mutex_);
          observed_.push_back(committed);
        },
        LedgerThread::Listener{}, patient);
  }
  // Begins to commit; the result comes while the loop runs.
  void commit(Step step, SteadyTime deadline) {
    boost::asio::co_spawn(loop_, thread_->commit(std::move(step), deadline),
                          [this](std::exception_ptr, LedgerThread::Committed committed) {
                            results_.push_back(committed.sequence);
                          });
    loop_.restart();
    loop_.poll();
  }
  bool committed(std::size_t count) {
    return run_until(loop_, [&] { return results_.size() >= count; });
  }
  bool arrived(int count) {
    return run_until(loop_, [&] { return faults_.arrived >= count; });
  }
  std::vector<bool> observed() {
    const std::lock_guard lock(mutex_);
    return observed_;
  }
  std::vector<JournalEntry> journal() { return all_of(*open_sqlite_journal(folder_.path())); }

  TemporaryFolder folder_;
  LedgerFaults faults_;
  boost::asio::io_context loop_;
  std::mutex mutex_;
  std::vector<bool> observed_;  // guarded by mutex_
  std::vector<Result<std::uint64_t>> results_;
  std::optional<LedgerThread> thread_;
};

TEST_F(LedgerThreadTest, CommitsAStep) {
  open();
  commit(baseline(1), steady_now());
  ASSERT_TRUE(committed(1));
  EXPECT_EQ(results_[0].value(), 1u);
  EXPECT_EQ(journal().size(), 1u);
  EXPECT_EQ(observed(), std::vector{true});
}

TEST_F(LedgerThreadTest, CommitsTogetherWhatComesDuringATransaction) {
  open();
  faults_.waits = true;
  commit(baseline(0), steady_now());
  ASSERT_TRUE(arrived(1));
  for (int number = 1; number <= 20; ++number)
    commit(baseline(number), steady_now());
  faults_.release();
  ASSERT_TRUE(committed(21));
  EXPECT_EQ(faults_.commits, 2);
  for (std::size_t i = 0; i < results_.size(); ++i)
    EXPECT_EQ(results_[i].value(), i + 1);
  EXPECT_EQ(observed(), (std::vector{true, true}));
}

TEST_F(LedgerThreadTest, LetsAStepWaitForItsDeadlineOrForCompany) {
  open();
  commit(baseline(1), steady_now() + 1h);
  commit(baseline(2), steady_now() + 2h);
  const auto turn = [this] { return run(loop_, turned(*thread_)); };
  ASSERT_TRUE(turn());
  EXPECT_EQ(faults_.commits, 0);
  commit(baseline(3), steady_now());
  ASSERT_TRUE(committed(3));
  EXPECT_EQ(faults_.commits, 1);

  commit(baseline(4), steady_now() + 1h);  // it isn't due because those were
  ASSERT_TRUE(turn());
  EXPECT_EQ(faults_.commits, 1);
}

TEST_F(LedgerThreadTest, GivesTheStepBack) {
  open();
  Step step = baseline(1);
  const SteadyTime now = steady_now();
  const LedgerThread::Committed committed = run(loop_, thread_->commit(std::move(step), now));
  EXPECT_EQ(committed.sequence.value(), 1u);
  EXPECT_EQ(committed.step.tenant, tenant(1));
  EXPECT_EQ(committed.step.state->generation, 1u);
  EXPECT_EQ(committed.step.events.at(0).transition.current.region_scope, "USG");
}

TEST_F(LedgerThreadTest, WaitsForNoMoreThanEnoughCompany) {
  open();
  constexpr int enough = LedgerThread::enough_company;
  for (int number = 0; number < enough; ++number)
    commit(baseline(number), steady_now() + 1h);
  ASSERT_TRUE(committed(enough));
  EXPECT_EQ(observed().size(), 1u);
}

// Each call of the ledger is a transaction, and others have their turn between them.
TEST_F(LedgerThreadTest, CommitsNoMoreAtOnceThanTheLedgerTakes) {
  open();
  faults_.most_at_once = 10;
  faults_.waits = true;
  commit(baseline(0), steady_now());
  ASSERT_TRUE(arrived(1));
  for (int number = 1; number <= 25; ++number)
    commit(baseline(number), steady_now());
  int commits_before = 0;
  thread_->post([&](Ledger&) { commits_before = faults_.commits; });
  faults_.release();
  ASSERT_TRUE(committed(26));
  EXPECT_EQ(faults_.commits, 4);
  EXPECT_EQ(commits_before, 2);
  for (std::size_t i = 0; i < results_.size(); ++i)
    EXPECT_EQ(results_[i].value(), i + 1);
}

TEST_F(LedgerThreadTest, EndsWithEverythingCommittedThatTheLedgerTakesInTurn) {
  open();
  faults_.most_at_once = 2;
  for (int number = 0; number < 5; ++number)
    commit(baseline(number), steady_now() + 1h);
  thread_.reset();
  EXPECT_EQ(journal().size(), 5u);
  EXPECT_EQ(faults_.commits, 3);
}

TEST_F(LedgerThreadTest, CommitsAtTheDeadline) {
  open();
  const SteadyTime deadline = steady_now() + 50ms;
  commit(baseline(1), deadline);
  ASSERT_TRUE(committed(1));
  EXPECT_GE(steady_now(), deadline);
}

TEST_F(LedgerThreadTest, RefusesAloneAStepThatDoesNotFollow) {
  open();
  faults_.waits = true;
  commit(baseline(0), steady_now());
  ASSERT_TRUE(arrived(1));
  commit(baseline(0), steady_now());
  commit(baseline(1), steady_now());
  faults_.release();
  ASSERT_TRUE(committed(3));
  EXPECT_EQ(results_[1].error().kind, ErrorKind::conflict);
  EXPECT_EQ(results_[2].value(), 2u);
  EXPECT_EQ(observed(), (std::vector{true, true}));
}

TEST_F(LedgerThreadTest, TellsEverybodyThatATransactionFailed) {
  open();
  faults_.writes_fail = true;
  faults_.waits = true;
  commit(baseline(0), steady_now());
  ASSERT_TRUE(arrived(1));
  for (int number = 1; number <= 3; ++number)
    commit(baseline(number), steady_now());
  faults_.release();
  ASSERT_TRUE(committed(4));
  for (const auto& result : results_)
    EXPECT_EQ(result.error().kind, ErrorKind::io);
  EXPECT_EQ(observed(), (std::vector{false, false}));

  faults_.writes_fail = false;
  commit(baseline(0), steady_now());
  ASSERT_TRUE(committed(5));
  EXPECT_EQ(results_[4].value(), 1u);
}

TEST_F(LedgerThreadTest, RunsJobsInTurn) {
  open();
  std::vector<int> order;
  for (int i = 0; i < 3; ++i)
    thread_->post([&order, i](Ledger&) { order.push_back(i); });
  auto take = [&order](Ledger&) { return order; };
  EXPECT_EQ(run(loop_, thread_->run(std::move(take))).value(), (std::vector{0, 1, 2}));

  auto id = [](Ledger& ledger) { return ledger.id(); };
  EXPECT_NE(run(loop_, thread_->run(std::move(id))).value(), Guid{});
}

// So many that one call would take long on a busy server.
TEST_F(LedgerThreadTest, SavesInPartsWhenTenantsWereHeardOf) {
  open();
  LedgerThread::Heard heard;
  for (std::size_t number = 0; number <= 2 * LedgerThread::heard_at_once; ++number)
    heard.emplace_back(tenant(int(number)), minute(1));
  commit(baseline(0), steady_now());
  commit(baseline(int(heard.size()) - 1), steady_now());
  ASSERT_TRUE(committed(2));
  const int before = faults_.arrived;
  auto save = [&](Callback<bool> done) {
    thread_->save(std::make_shared<const LedgerThread::Heard>(heard),
                  [done](const Result<void>& saved) { done(bool(saved)); });
  };
  EXPECT_TRUE(run(loop_, await_callback<bool>(std::move(save))));
  EXPECT_EQ(faults_.arrived - before, 3);
  auto load = [](Ledger& ledger) { return ledger.load(); };
  for (const StoredTenant& one : run(loop_, thread_->run(std::move(load))).value())
    EXPECT_EQ(one.state.last_success, minute(1)) << one.key.name;
}

TEST_F(LedgerThreadTest, TellsOnceThatNotAllIsSaved) {
  open();
  faults_.writes_fail = true;
  std::atomic<int> told = 0;
  auto heard = std::make_shared<const LedgerThread::Heard>(
      LedgerThread::heard_at_once + 1, std::pair(tenant(1), WallTime(minute(1))));
  thread_->save(heard, [&told](const Result<void>& saved) { told += saved ? 100 : 1; });
  thread_.reset();
  EXPECT_EQ(told, 1);
}

TEST_F(LedgerThreadTest, SignsEventsWithItsSource) {
  open();
  commit(baseline(1), steady_now());
  ASSERT_TRUE(committed(1));
  thread_->set_source("elsewhere");
  commit(baseline(2), steady_now());
  ASSERT_TRUE(committed(2));
  const auto entries = journal();
  EXPECT_NE(entries.at(0).event.find(R"("source":"here")"), std::string::npos);
  EXPECT_NE(entries.at(1).event.find(R"("source":"elsewhere")"), std::string::npos);
}

TEST_F(LedgerThreadTest, EndsWithEverythingCommittedThatIsQueued) {
  open();
  commit(baseline(1), steady_now() + 1h);
  commit(baseline(2), steady_now() + 2h);
  bool run = false;
  thread_->post([&run](Ledger&) { run = true; });
  thread_.reset();
  EXPECT_TRUE(run);
  EXPECT_EQ(journal().size(), 2u);
}

}  // namespace
}  // namespace tenantscope
