// The ledger's thread on a ledger that doesn't answer.
#include <gtest/gtest.h>

#include <mutex>

#include "app/faulty_ledger.hpp"
#include "app/ledger_thread.hpp"
#include "base/clock.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/event_loop.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

class SilentLedger : public testing::Test {
 protected:
  SilentLedger() {
    thread_->feed([this](std::span<const LedgerThread::Told> told) {
      for (const LedgerThread::Told& one : told)
        say(fmt::format("{} at {}{}", one.step->tenant.name, one.sequence,
                        one.was_in_doubt ? ", was in doubt" : ""));
    });
  }
  ~SilentLedger() override { faults_.release(); }

  void say(std::string what) {
    const std::lock_guard lock(mutex_);
    said_.push_back(std::move(what));
  }
  Texts said() {
    const std::lock_guard lock(mutex_);
    return std::exchange(said_, {});
  }
  bool says(const std::string& what) {
    return run_until(loop_, [&] {
      const std::lock_guard lock(mutex_);
      return std::ranges::find(said_, what) != said_.end();
    });
  }
  // Its caller is told what becomes of it, while the loop runs.
  void commit(int number, SteadyTime deadline = steady_now()) {
    Step step = step_to(tenant(number), {}, document("USG"), minute(0));
    boost::asio::co_spawn(loop_, thread_->commit(std::move(step), deadline),
                          [this](std::exception_ptr, LedgerThread::Committed committed) {
                            answers_.push_back(std::move(committed));
                          });
    loop_.restart();
    loop_.poll();
  }
  bool answered(std::size_t count) {
    return run_until(loop_, [&] { return answers_.size() >= count; });
  }
  bool arrived(int count) {
    return run_until(loop_, [&] { return faults_.arrived >= count; });
  }
  std::string name(int number) const { return tenant(number).name; }
  std::size_t stored() const { return all_of(*open_sqlite_journal(folder_.path())).size(); }

  TemporaryFolder folder_;
  LedgerFaults faults_;
  boost::asio::io_context loop_;
  std::mutex mutex_;
  Texts said_;  // guarded by mutex_
  std::vector<LedgerThread::Committed> answers_;
  std::optional<LedgerThread> thread_{
      std::in_place,
      std::make_unique<FaultyLedger>(open_sqlite_ledger(folder_.path()), faults_),
      "here",
      [this](bool committed) { say(committed ? "committed" : "failed"); },
      LedgerThread::Listener{
          .away = [this] { say("away"); },
          .returned = [this](bool usable) { say(usable ? "usable" : "unusable"); },
          .refused = [this] { say("refused"); },
          .in_doubt = [this] { say("in doubt"); }},
      StoreWorker::Limits{.patience = 200ms}};
};

TEST_F(SilentLedger, TellsOfEachCommittedStepInOrder) {
  faults_.waits = true;
  commit(0);
  ASSERT_TRUE(arrived(1));
  commit(2);
  commit(0);  // doesn't follow
  commit(1);
  faults_.release();
  ASSERT_TRUE(answered(4));
  EXPECT_EQ(said(), (Texts{"committed", name(0) + " at 1", "committed", name(2) + " at 2",
                           name(1) + " at 3"}));
}

TEST_F(SilentLedger, LeavesACommitInDoubtThatItTellsOfLater) {
  faults_.done_waits = true;
  commit(1);
  ASSERT_TRUE(answered(1));
  EXPECT_TRUE(answers_[0].in_doubt);
  EXPECT_EQ(answers_[0].sequence.error().kind, ErrorKind::io);
  EXPECT_EQ(answers_[0].sequence.error().detail,
            "the storage hasn't answered for 200ms: what was under way may be stored, or not");
  EXPECT_EQ(answers_[0].step.tenant, tenant(1));
  EXPECT_EQ(answers_[0].step.state->generation, 1u);
  EXPECT_EQ(said(), (Texts{"away", "in doubt"}));

  faults_.release();
  ASSERT_TRUE(says("usable"));
  EXPECT_EQ(said(), (Texts{"committed", name(1) + " at 1, was in doubt", "usable"}));
  EXPECT_EQ(answers_.size(), 1u);
}

TEST_F(SilentLedger, TellsNothingOfACommitInDoubtThatFailed) {
  faults_.writes_wait = true;
  faults_.writes_fail = true;
  commit(1);
  ASSERT_TRUE(answered(1));
  EXPECT_TRUE(answers_[0].in_doubt);
  faults_.release();
  ASSERT_TRUE(says("usable"));
  EXPECT_EQ(said(), (Texts{"away", "in doubt", "failed", "usable"}));
  EXPECT_EQ(stored(), 0u);
}

TEST_F(SilentLedger, CommitsNothingThatWasQueued) {
  faults_.writes_wait = true;
  commit(0);
  ASSERT_TRUE(arrived(1));
  commit(1);
  commit(2, steady_now() + 1h);
  ASSERT_TRUE(answered(3));
  commit(3);
  commit(4, steady_now() + 1h);
  ASSERT_TRUE(answered(5));
  for (std::size_t i = 1; i < answers_.size(); ++i) {
    EXPECT_FALSE(answers_[i].in_doubt);
    EXPECT_EQ(answers_[i].sequence.error().detail, "the storage hasn't answered for 200ms");
    EXPECT_EQ(answers_[i].step.events.size(), 1u);
  }
  faults_.release();
  ASSERT_TRUE(says("usable"));
  commit(5);
  ASSERT_TRUE(answered(6));
  EXPECT_EQ(answers_.back().sequence.value(), 2u);
  thread_.reset();
  EXPECT_EQ(stored(), 2u);
}

TEST_F(SilentLedger, RefusesCallsAtOnce) {
  faults_.reads_wait = true;
  auto read = [](Ledger& ledger) { return ledger.read(0, 10); };
  auto first = read, second = read;
  const auto stuck = run(loop_, thread_->run(std::move(first)));
  const auto refused = run(loop_, thread_->run(std::move(second)));
  EXPECT_EQ(stuck.error().detail, "the storage hasn't answered for 200ms");
  EXPECT_EQ(refused.error().detail, "the storage hasn't answered for 200ms");
  std::string why;
  bool posted = false;
  thread_->post([&posted](Ledger&) { posted = true; },
                [&why](const Error& error) { why = error.detail; });
  EXPECT_EQ(why, "the storage hasn't answered for 200ms");
  EXPECT_EQ(said(), (Texts{"away", "refused", "refused"}));
  faults_.release();
  ASSERT_TRUE(says("usable"));
  thread_.reset();
  EXPECT_FALSE(posted);
}

TEST_F(SilentLedger, SaysWhereItAnswersAndIsUnusable) {
  faults_.writes_wait = true;
  commit(1);
  ASSERT_TRUE(answered(1));
  std::filesystem::rename(folder_.path() / "tenantscope.db", folder_.path() / "elsewhere");
  faults_.release();
  EXPECT_TRUE(says("unusable"));
}

TEST_F(SilentLedger, IsAliveForItsWatchdog) {
  faults_.writes_wait = true;
  commit(1);
  ASSERT_TRUE(arrived(1));
  bool turned = false;
  boost::asio::co_spawn(loop_, thread_->turn(), [&](std::exception_ptr) { turned = true; });
  EXPECT_TRUE(run_until(loop_, [&] { return turned; }));
  EXPECT_FALSE(answers_.empty());
}

TEST_F(SilentLedger, EndsWithoutWhatItWouldOnlyQueue) {
  faults_.writes_wait = true;
  commit(0);
  ASSERT_TRUE(answered(1));
  std::thread ends([this] { thread_.reset(); });
  faults_.release();
  ends.join();
  EXPECT_EQ(stored(), 1u);
}

}  // namespace
}  // namespace tenantscope
