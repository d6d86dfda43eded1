// Only whoever holds the duty delivers, and what it has begun in one term ends with that.
#include "app/courier/duty.hpp"

#include <gtest/gtest.h>

#include "app/courier/couriers.hpp"
#include "app/courier/scripted_sink.hpp"

namespace tenantscope {
namespace {

TEST(Duty, HasATermOfItsOwnEachTimeItIsTaken) {
  Duty duty;
  EXPECT_FALSE(duty.held());
  EXPECT_EQ(duty.term(), Duty::none);
  std::set<Duty::Term> terms{Duty::none};
  for (int times = 0; times < 3; ++times) {
    duty.take();
    EXPECT_TRUE(duty.held());
    EXPECT_TRUE(terms.insert(duty.term()).second);
    duty.take();
    EXPECT_TRUE(terms.insert(duty.term()).second) << "also right after another one";
    duty.lose();
    EXPECT_FALSE(duty.held());
    duty.lose();
    EXPECT_EQ(duty.term(), Duty::none);
  }
  EXPECT_TRUE(Duty::always()->held());
}

TEST(Duty, TellsOfEachChangeUntilItIsForgotten) {
  boost::asio::io_context loop;
  Signal signal(loop.get_executor());
  Duty duty;
  int told = 0;
  const auto tells_of = [&](const std::function<void()>& change) {
    boost::asio::co_spawn(loop, signal.wait(), [&](std::exception_ptr, bool) { ++told; });
    loop.restart();
    loop.poll();
    change();
    const int before = told;
    loop.poll();
    return told > before;
  };
  duty.tell(signal);
  EXPECT_TRUE(tells_of([&] { duty.take(); }));
  EXPECT_TRUE(tells_of([&] { duty.lose(); }));
  duty.forget(signal);
  EXPECT_FALSE(tells_of([&] { duty.take(); }));
}

class CourierDuty : public CourierInFastTime {
 protected:
  void start_script() { start(std::make_unique<ScriptedSink>(script_)); }
  std::vector<std::uint64_t> taken() const {
    std::vector<std::uint64_t> sequences;
    for (const JournalEntry& event : script_->taken)
      sequences.push_back(event.sequence);
    return sequences;
  }

  using Sequences = std::vector<std::uint64_t>;
  std::shared_ptr<SinkScript> script_ = std::make_shared<SinkScript>();
};

TEST_F(CourierDuty, BeginsWithIt) {
  duty_ = std::make_shared<Duty>();
  commit({1, 2});
  start_script();
  ASSERT_TRUE(until([&] { return shown_waiting() == 2; }));
  const int reads = faults_.outbox_reads;
  commit({3});
  ASSERT_TRUE(until([&] { return shown_waiting() == 3; })) << "what waits is counted all the same";
  EXPECT_TRUE(script_->attempts.empty());
  EXPECT_EQ(faults_.outbox_reads, reads);
  duty_->take();
  ASSERT_TRUE(until([&] { return waiting() == 0; }));
  EXPECT_EQ(script_->attempts.size(), 3u);
}

TEST_F(CourierDuty, EndsWithIt) {
  commit({1});
  start_script();
  ASSERT_TRUE(until([&] { return deliveries() == 1 && shown_waiting() == 0; }));
  duty_->lose();
  commit({1});
  ASSERT_TRUE(until([&] { return shown_waiting() == 1; }));
  EXPECT_EQ(taken(), Sequences{1});
  duty_->take();
  ASSERT_TRUE(until([&] { return waiting() == 0; }));
  EXPECT_EQ(taken(), (Sequences{1, 2}));
}

TEST_F(CourierDuty, OfAnotherTermBringsNothingThatOthersHaveBroughtBetween) {
  script_->waits = [](const JournalEntry& event) { return event.sequence == 1; };
  commit({1, 1});
  start_script();
  ASSERT_TRUE(until([&] { return script_->waiting.size() == 1; }));
  duty_->lose();
  auto acknowledge = [](Ledger& ledger) {
    return ledger.acknowledge("soc", std::vector<std::uint64_t>{2});
  };
  ASSERT_TRUE(ask(std::move(acknowledge)));
  duty_->take();
  script_->release();
  ASSERT_TRUE(until([&] { return waiting() == 0; }));
  commit({1});
  ASSERT_TRUE(until([&] { return waiting() == 0; }));
  EXPECT_EQ(taken(), (Sequences{1, 3}));
}

TEST_F(CourierDuty, ThatIsLostWhileTheOutboxIsReadBringsNothingOfIt) {
  commit({1});
  faults_.reads_wait = true;
  start_script();
  ASSERT_TRUE(until([&] { return faults_.outbox_reads == 1; }));
  duty_->lose();
  faults_.release();
  ASSERT_TRUE(until([&] { return shown_waiting() == 1; }));
  EXPECT_TRUE(script_->attempts.empty());
  duty_->take();
  ASSERT_TRUE(until([&] { return deliveries() == 1; }));
}

}  // namespace
}  // namespace tenantscope
