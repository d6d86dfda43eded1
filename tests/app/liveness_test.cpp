#include "app/liveness.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "app/fast_time.hpp"
#include "base/callback.hpp"
#include "support/event_loop.hpp"

namespace tenantscope {
namespace {

using std::chrono::seconds;

// A thread's answers to beats: at once, or when it is let go on.
class Thread {
 public:
  Liveness::Turn turn() {
    return [this] { return answer(this); };
  }
  void stop() { stopped_ = true; }
  void go_on() {
    stopped_ = false;
    if (waiting_)
      std::exchange(waiting_, {})(true);
  }
  int turns() const { return turns_; }

 private:
  static boost::asio::awaitable<void> answer(Thread* thread) {
    auto keep = [thread](Callback<bool> done) {
      if (thread->stopped_)
        thread->waiting_ = std::move(done);
      else
        done(true);
    };
    co_await await_callback<bool>(std::move(keep));
    ++thread->turns_;
  }

  bool stopped_ = false;
  int turns_ = 0;
  Callback<bool> waiting_;
};

class LivenessTest : public testing::Test {
 protected:
  void watch() {
    liveness_.watch("the loop", loop_thread_.turn());
    liveness_.watch("the ledger's thread", ledger_.turn());
    liveness_.watch("the transfers' thread", transfers_.turn());
  }
  // Lets so many beats come.
  void run_for(int beats) {
    const int until = loop_thread_.turns() + beats;
    ASSERT_TRUE(run_until(loop_, [&] { return loop_thread_.turns() >= until; }));
  }

  boost::asio::io_context loop_;
  std::shared_ptr<FastTime> time_ = std::make_shared<FastTime>();
  Thread loop_thread_;
  Thread ledger_;
  Thread transfers_;
  Liveness liveness_{loop_.get_executor(), time_};
};

using Texts = std::vector<std::string>;

TEST_F(LivenessTest, HoldsWhileEachThreadAnswers) {
  watch();
  run_for(100);
  EXPECT_EQ(liveness_.standing_still(), Texts{});
}

TEST_F(LivenessTest, NamesTheThreadThatHasNotTurnedFor30Seconds) {
  watch();
  run_for(1);
  ledger_.stop();
  const SteadyTime began = time_->now();
  while (time_->now() - began < seconds(25))
    run_for(1);
  EXPECT_EQ(liveness_.standing_still(), Texts{});
  while (time_->now() - began < seconds(60))
    run_for(1);
  const Texts still = liveness_.standing_still();
  ASSERT_EQ(still.size(), 1u);
  EXPECT_TRUE(still[0].starts_with("the ledger's thread hasn't turned for ")) << still[0];

  ledger_.go_on();
  run_for(2);
  EXPECT_EQ(liveness_.standing_still(), Texts{});
}

TEST_F(LivenessTest, SaysOnlyTheLoopWhereTheLoopStandsStill) {
  watch();
  run_for(1);
  time_->pass(seconds(40));
  const Texts still = liveness_.standing_still();
  ASSERT_EQ(still.size(), 1u);
  EXPECT_TRUE(still[0].starts_with("the loop hasn't turned for 4")) << still[0];
}

}  // namespace
}  // namespace tenantscope
