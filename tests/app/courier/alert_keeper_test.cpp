// Who keeps alerts shows them only in the term of duty in which it has read them.
#include "app/courier/alert_keeper.hpp"

#include <gtest/gtest.h>

#include "app/courier/couriers.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// Time that passes as a test says: a wait goes on until then.
class HeldTime : public FastTime {
 public:
  boost::asio::awaitable<void> wait(Signal& signal, SteadyTime until) override {
    until_ = until;
    waiting_ = &signal;
    ++waits;
    co_await signal.wait();
    waiting_ = nullptr;
  }
  // What the wait is for, where it has an end.
  std::optional<Duration> left() const {
    if (!waiting_ || until_ == SteadyTime::max())
      return std::nullopt;
    return std::chrono::duration_cast<Duration>(until_ - now());
  }
  void end_wait() {
    pass(left().value());
    waiting_->notify_all();
  }

  int waits = 0;

 private:
  SteadyTime until_;
  Signal* waiting_ = nullptr;
};

class ShowingSink : public Sink {
 public:
  static constexpr Duration held_for = 10min;

  bool takes_batches() const override { return true; }
  std::optional<Duration> hold() const override { return held_for; }
  boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry>) override {
    ADD_FAILURE() << "a keeper delivers nothing";
    co_return Delivery();
  }
  boost::asio::awaitable<Delivery> show(std::vector<Alert> alerts) override {
    shown.push_back(std::move(alerts));
    if (!waits)
      co_return Delivery();
    std::function<void(Callback<Delivery>)> wait = [this](Callback<Delivery> done) {
      waiting_ = std::move(done);
    };
    co_return co_await await_callback<Delivery>(std::move(wait));
  }
  void release() {
    waits = false;
    if (waiting_)
      std::exchange(waiting_, {})({});
  }

  bool waits = false;  // a show, until release()
  std::vector<std::vector<Alert>> shown;

 private:
  Callback<Delivery> waiting_;
};

class AlertKeeperTest : public CourierInFastTime {
 protected:
  ~AlertKeeperTest() override {
    if (!keeper_)
      return;
    keeper_->stop();
    sink_.release();
    faults_.release();
    EXPECT_TRUE(until([this] { return ended_; }));
  }

  void start_keeper() {
    keeper_ = std::make_shared<AlertKeeper>(loop_.get_executor(), sink_, outbox_, standing_, held_,
                                            duty_);
    boost::asio::co_spawn(loop_, AlertKeeper::run(keeper_),
                          [this](std::exception_ptr) { ended_ = true; });
  }
  // An event that was delivered, and is an alert until then.
  void raise(Duration from_now) {
    commit({1});
    const WallTime until = held_->wall() + from_now;
    auto job = [until](Ledger& ledger) {
      return ledger.raise("soc", std::vector<std::uint64_t>{1}, until);
    };
    ASSERT_TRUE(ask(std::move(job)));
  }
  std::vector<Alert> alerts() {
    return ask([](Ledger& ledger) { return ledger.alerts("soc"); }).value();
  }
  bool waits_again() {
    return until([this, before = held_->waits] { return held_->waits > before; });
  }
  bool shown_times(std::size_t times) {
    return until([&] { return sink_.shown.size() == times; });
  }
  bool arrives(int more) {
    return until([this, all = arrived_ + more] { return faults_.arrived >= all; });
  }
  void note_arrived() { arrived_ = faults_.arrived; }

  std::shared_ptr<HeldTime> held_ = std::make_shared<HeldTime>();
  ShowingSink sink_;
  SinkOutbox outbox_{"soc", false, sink_.hold(), ledger_, instruments_, log_, held_};
  SinkStanding standing_{"soc", SinkOutbox::window, instruments_, log_, held_};
  std::shared_ptr<AlertKeeper> keeper_;
  bool ended_ = false;
  int arrived_ = 0;
};

TEST_F(AlertKeeperTest, ShowsEvery30SecondsWhileItHoldsTheDuty) {
  raise(10min);
  start_keeper();
  for (std::size_t times = 1; times <= 4; ++times) {
    ASSERT_TRUE(waits_again());
    EXPECT_EQ(sink_.shown.size(), times);
    EXPECT_EQ(held_->left(), Duration(30s));
    held_->end_wait();
  }
}

TEST_F(AlertKeeperTest, ShowsNothingWithoutTheDuty) {
  raise(10min);
  duty_->lose();
  note_arrived();
  start_keeper();
  ASSERT_TRUE(waits_again());
  EXPECT_FALSE(held_->left()) << "nothing but the duty ends it";
  EXPECT_EQ(faults_.arrived, arrived_);
  EXPECT_TRUE(sink_.shown.empty());

  duty_->take();
  ASSERT_TRUE(waits_again());
  EXPECT_EQ(sink_.shown.size(), 1u);
  duty_->lose();
  ASSERT_TRUE(waits_again());
  EXPECT_FALSE(held_->left());
  EXPECT_EQ(sink_.shown.size(), 1u);
  duty_->take();
  ASSERT_TRUE(waits_again());
  EXPECT_EQ(sink_.shown.size(), 2u) << "at once, as nobody knows who showed them last";
}

TEST_F(AlertKeeperTest, ShowsNothingThatItReadInAnotherTerm) {
  raise(24h);
  faults_.reads_wait = true;
  note_arrived();
  start_keeper();
  ASSERT_TRUE(arrives(1));
  duty_->lose();
  faults_.release();
  ASSERT_TRUE(waits_again());
  EXPECT_TRUE(sink_.shown.empty());
  EXPECT_EQ(alerts().at(0).until, held_->wall() + 24h) << "nothing is shortened, either";
}

TEST_F(AlertKeeperTest, ShowsNothingWhereTheDutyGoesWhileItShortens) {
  raise(24h);
  faults_.writes_wait = true;
  note_arrived();
  start_keeper();
  ASSERT_TRUE(arrives(2));
  duty_->lose();
  duty_->take();
  sink_.waits = true;
  faults_.release();
  ASSERT_TRUE(shown_times(1)) << "in the term that has begun";
  sink_.release();
  ASSERT_TRUE(waits_again());
  EXPECT_EQ(sink_.shown.size(), 1u);
}

TEST_F(AlertKeeperTest, WritesNothingWhereTheDutyGoesDuringAShow) {
  raise(-1h);  // it is over: what is shown now is dropped after it
  sink_.waits = true;
  start_keeper();
  ASSERT_TRUE(shown_times(1));
  duty_->lose();
  note_arrived();
  sink_.release();
  ASSERT_TRUE(waits_again());
  EXPECT_EQ(faults_.arrived, arrived_);
  EXPECT_EQ(alerts().size(), 1u);
}

TEST_F(AlertKeeperTest, WritesNothingInATermAfterTheOneOfTheShow) {
  raise(-1h);
  sink_.waits = true;
  start_keeper();
  ASSERT_TRUE(shown_times(1));
  duty_->lose();
  duty_->take();
  sink_.release();
  sink_.waits = true;
  ASSERT_TRUE(shown_times(2)) << "it begins anew";
  EXPECT_EQ(alerts().size(), 1u);
  sink_.release();
  ASSERT_TRUE(until([this] { return alerts().empty(); }));
}

TEST_F(AlertKeeperTest, ShortensWhatWouldEndAfterTheHold) {
  raise(24h * 3652);
  start_keeper();
  ASSERT_TRUE(waits_again());
  const WallTime latest = held_->wall() + ShowingSink::held_for;
  EXPECT_EQ(sink_.shown.at(0).at(0).until, latest);
  EXPECT_EQ(alerts().at(0).until, latest);
  held_->end_wait();
  ASSERT_TRUE(waits_again());
  EXPECT_EQ(sink_.shown.at(1).at(0).until, latest) << "once";
}

TEST_F(AlertKeeperTest, DropsWhatWasShownAsResolvedForLongEnough) {
  raise(0s);
  start_keeper();
  constexpr std::size_t shows = AlertKeeper::show_resolved_for / AlertKeeper::show_every + 1;
  for (std::size_t times = 1; times <= shows; ++times) {
    ASSERT_TRUE(waits_again());
    EXPECT_EQ(sink_.shown.size(), times);
    EXPECT_EQ(alerts().size(), 1u);
    held_->end_wait();
  }
  ASSERT_TRUE(waits_again());
  EXPECT_EQ(sink_.shown.size(), shows + 1) << "it is dropped after a show";
  EXPECT_TRUE(alerts().empty());
  held_->end_wait();
  ASSERT_TRUE(waits_again());
  EXPECT_EQ(sink_.shown.size(), shows + 1);
}

TEST_F(AlertKeeperTest, LeavesASinkAloneThatRests) {
  raise(10min);
  const SinkStanding::Events refused(1);
  const Refusal why{.error = {ErrorKind::http_status, "gone"}, .advice = Refusal::Advice::never};
  (void)standing_.refused(refused, why);
  start_keeper();
  ASSERT_TRUE(waits_again());
  EXPECT_TRUE(sink_.shown.empty());
  standing_.reopen();
  held_->end_wait();
  ASSERT_TRUE(waits_again());
  EXPECT_EQ(sink_.shown.size(), 1u);
}

}  // namespace
}  // namespace tenantscope
