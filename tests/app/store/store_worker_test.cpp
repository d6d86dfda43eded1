#include "app/store/store_worker.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "base/clock.hpp"
#include "support/event_loop.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using Ending = std::optional<Result<int>>;

// A worker whose jobs say what becomes of them, and a call that returns when it is let go on.
class StoreWorkerTest : public testing::Test {
 protected:
  ~StoreWorkerTest() override { release(); }

  void open(StoreWorker::Limits limits = {.patience = 100ms}) {
    worker_.emplace("the storage", limits,
                    StoreWorker::Listener{.away = [this] { ++went_away_; },
                                          .returned = [this] { ++returned_; },
                                          .refused = [this] { ++refused_; }});
  }
  // What is asked gets its number, once the loop runs.
  int ask(std::function<int()> call) {
    const int number = int(endings_.size());
    endings_.emplace_back();
    boost::asio::co_spawn(loop_, worker_->ask<int>(std::move(call)),
                          [this, number](std::exception_ptr, Result<int> ending) {
                            EXPECT_FALSE(endings_[std::size_t(number)]) << "answered twice";
                            endings_[std::size_t(number)] = std::move(ending);
                          });
    loop_.restart();
    loop_.poll();
    return number;
  }
  int ask_for(int value) {
    return ask([this, value] {
      ++calls_;
      return value;
    });
  }
  // It has begun when this returns.
  int hang() {
    hung_ = true;
    const int calls = calls_;
    const int number = ask([this] {
      ++calls_;
      hung_.wait(true);
      return -1;
    });
    EXPECT_TRUE(run_until(loop_, [&] { return calls_ > calls; }));
    return number;
  }
  void release() {
    hung_ = false;
    hung_.notify_all();
  }
  Result<int> ending(int number) {
    if (!run_until(loop_, [&] { return endings_[std::size_t(number)].has_value(); }))
      throw std::runtime_error("it wasn't answered");
    return *endings_[std::size_t(number)];
  }
  void expect_no_answer(int number) {
    const Result<int> result = ending(number);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::io);
    EXPECT_EQ(result.error().detail, "the storage hasn't answered for 100ms");
  }
  bool turns() {
    bool turned = false;
    boost::asio::co_spawn(loop_, worker_->turn(), [&](std::exception_ptr) { turned = true; });
    return run_until(loop_, [&] { return turned; });
  }

  boost::asio::io_context loop_;
  std::deque<Ending> endings_;
  std::atomic<bool> hung_ = false;
  std::atomic<int> calls_ = 0;
  std::atomic<int> went_away_ = 0;
  std::atomic<int> returned_ = 0;
  std::atomic<int> refused_ = 0;
  std::optional<StoreWorker> worker_;
};

TEST_F(StoreWorkerTest, CallsInTurn) {
  open({});
  std::vector<int> numbers;
  numbers.reserve(5);
  for (int i = 0; i < 5; ++i)
    numbers.push_back(ask_for(i));
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(ending(numbers[std::size_t(i)]).value(), i);
  EXPECT_TRUE(turns());
  EXPECT_EQ(went_away_, 0);
}

TEST_F(StoreWorkerTest, AnswersThoseWhoWaitForACallThatHangs) {
  open();
  const int stuck = hang();
  const int queued = ask_for(1);
  expect_no_answer(stuck);
  expect_no_answer(queued);
  EXPECT_TRUE(worker_->away());
  EXPECT_EQ(went_away_, 1);

  expect_no_answer(ask_for(2));  // at once: nobody lets the call go on
  EXPECT_EQ(refused_, 2);
  EXPECT_EQ(calls_, 1);
}

TEST_F(StoreWorkerTest, GoesOnOnceTheCallHasReturned) {
  open();
  const int stuck = hang();
  const int queued = ask_for(1);
  expect_no_answer(stuck);
  expect_no_answer(queued);
  EXPECT_EQ(returned_, 0);
  release();
  ASSERT_TRUE(run_until(loop_, [&] { return returned_ == 1; }));
  EXPECT_FALSE(worker_->away());
  EXPECT_EQ(ending(ask_for(3)).value(), 3);
  EXPECT_EQ(calls_, 2) << "what had failed was called";

  const int again = hang();
  expect_no_answer(again);
  EXPECT_EQ(went_away_, 2);
}

TEST_F(StoreWorkerTest, TellsOfALateCallAfterItHasFailed) {
  open();
  hung_ = true;
  std::mutex mutex;
  std::vector<std::string> told;
  const auto tell = [&](std::string what) {
    const std::lock_guard lock(mutex);
    told.push_back(std::move(what));
  };
  worker_->submit({.call = [this] { hung_.wait(true); },
                   .tell = [&](bool late) { tell(late ? "told late" : "told"); },
                   .fail = [&](const Error&, bool begun) { tell(begun ? "begun" : "not begun"); }});
  ASSERT_TRUE(run_until(loop_, [&] { return worker_->away(); }));
  worker_->submit({.call = [&] { tell("called"); },
                   .tell = {},
                   .fail = [&](const Error&, bool begun) { tell(begun ? "begun" : "not begun"); }});
  release();
  worker_.reset();
  EXPECT_EQ(told, (std::vector<std::string>{"begun", "not begun", "told late"}));
}

// What waits behind calls that are slow, but return, is answered as well.
TEST_F(StoreWorkerTest, AnswersThoseWhoWaitForSlowCalls) {
  open({.patience = 300ms});
  std::vector<int> slow;
  slow.reserve(40);
  for (int i = 0; i < 40; ++i)
    slow.push_back(ask([] {
      std::this_thread::sleep_for(20ms);
      return 1;
    }));
  const Result<int> last = ending(slow.back());
  ASSERT_FALSE(last);
  EXPECT_EQ(ending(slow.front()).value(), 1);
}

TEST_F(StoreWorkerTest, RefusesMoreThanItHasRoomFor) {
  open({.patience = 1h, .waiting = 2});
  const int under_way = hang();
  const int first = ask_for(1), second = ask_for(2), third = ask_for(3);
  const Result<int> refused = ending(third);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "too much waits for the storage already");
  EXPECT_EQ(refused_, 1);
  release();
  EXPECT_EQ(ending(under_way).value(), -1);
  EXPECT_EQ(ending(first).value(), 1);
  EXPECT_EQ(ending(second).value(), 2);
}

TEST_F(StoreWorkerTest, TurnsWhileACallHangsWhoseCallersAreAnswered) {
  open();
  EXPECT_TRUE(turns());
  hang();
  EXPECT_TRUE(turns());  // once that is known
  EXPECT_TRUE(worker_->away());
  EXPECT_TRUE(turns());
}

// Nor does it where it isn't the storage that it waits for.
TEST_F(StoreWorkerTest, DoesNotTurnWhereItStandsStill) {
  open();
  hung_ = true;
  std::atomic<bool> stands = false;
  worker_->submit({.call = [] {},
                   .tell =
                       [&](bool) {
                         stands = true;
                         hung_.wait(true);
                       }});
  ASSERT_TRUE(run_until(loop_, [&] { return stands.load(); }));
  bool turned = false;
  boost::asio::co_spawn(loop_, worker_->turn(), [&](std::exception_ptr) { turned = true; });
  const int waits = ask_for(1);
  expect_no_answer(waits);
  EXPECT_FALSE(turned);
  release();
  EXPECT_TRUE(run_until(loop_, [&] { return turned; }));
}

TEST_F(StoreWorkerTest, CallsWhatIsDueBeforeOthersAndNotEarlier) {
  open({.patience = 1h});
  hang();
  std::vector<int> order;
  for (const auto& [number, due] : {std::pair(1, steady_now() + 1h), {2, steady_now()}})
    worker_->submit_at(due, {.call = [&order, number = number] { order.push_back(number); }});
  const int third = ask([&order] {
    order.push_back(3);
    return 3;
  });
  release();
  EXPECT_EQ(ending(third).value(), 3);
  EXPECT_EQ(order, (std::vector{2, 3}));
  worker_.reset();
  EXPECT_EQ(order, (std::vector{2, 3, 1}));
}

TEST_F(StoreWorkerTest, FailsWhatIsDueLater) {
  open();
  std::promise<bool> failed;
  worker_->submit_at(steady_now() + 1h,
                     {.call = [] {},
                      .tell = {},
                      .fail = [&](const Error&, bool begun) { failed.set_value(begun); }});
  hang();
  EXPECT_FALSE(failed.get_future().get());
}

TEST_F(StoreWorkerTest, EndsWithWhatWaitsDone) {
  open({.patience = 1h});
  std::atomic<int> done = 0;
  for (int i = 0; i < 10; ++i)
    worker_->submit({.call = [&] { ++done; }});
  worker_.reset();
  EXPECT_EQ(done, 10);
}

}  // namespace
}  // namespace tenantscope
