// A round ends at the first acknowledgement that the ledger refuses: whatever is delivered after it
// would be delivered twice.
#include <gtest/gtest.h>

#include <map>

#include "app/courier/couriers.hpp"
#include "app/courier/scripted_sink.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

class CourierRounds : public CourierInFastTime {
 protected:
  static constexpr int tenants = 12;

  CourierRounds() {
    script_->answer = [this](const JournalEntry& event, int) {
      attempts_[time_->passed()].push_back(event);
      return std::optional<Refusal>();
    };
  }
  // Two events of each.
  void commit_two_of_each() {
    std::vector<int> numbers;
    numbers.reserve(std::size_t(2) * tenants);
    for (int number = 0; number < 2 * tenants; ++number)
      numbers.push_back(number % tenants);
    commit(numbers);
  }
  void start_script() { start(std::make_unique<ScriptedSink>(script_)); }

  // None before the one that its tenant has before it.
  void expect_order() {
    std::map<TenantKey, std::uint64_t> last;
    for (const JournalEntry& event : script_->taken) {
      EXPECT_LE(last[event.tenant], event.sequence) << event.tenant.name;
      last[event.tenant] = event.sequence;
    }
  }

  std::shared_ptr<SinkScript> script_ = std::make_shared<SinkScript>();
  std::map<Duration, std::vector<JournalEntry>> attempts_;  // by when they were made
};

TEST_F(CourierRounds, EndAtTheFirstRefusedAcknowledgementUntilTheSinkHasRested) {
  commit_two_of_each();
  faults_.writes_fail = true;
  start_script();
  ASSERT_TRUE(until([&] { return attempts_.size() >= 5; }));
  Duration next{};
  for (const auto& [when, events] : attempts_) {
    EXPECT_GE(when, next) << "it rests";
    next = when + Backoff::shortest;
    EXPECT_LE(events.size(), Courier::in_flight);
    for (const JournalEntry& event : events)
      EXPECT_LE(event.sequence, std::uint64_t(tenants)) << "the first one may be brought again";
  }
  EXPECT_EQ(waiting(), 2u * tenants);

  faults_.writes_fail = false;
  ASSERT_TRUE(until([&] { return waiting() == 0; }));
  EXPECT_EQ(script_->attempts.size(), 2u * tenants);
  expect_order();
}

// Lanes that still wait for the sink when the round ends bring what they have, and nothing after.
TEST_F(CourierRounds, LeaveWhatIsUnderWayAndBeginNothingBehindIt) {
  commit_two_of_each();
  script_->waits = [](const JournalEntry& event) { return event.sequence == 2; };
  faults_.writes_fail = true;
  start_script();
  ASSERT_TRUE(until([&] { return attempts_.size() >= 3 && script_->waiting.size() == 1; }));
  faults_.writes_fail = false;
  ASSERT_TRUE(until([&] { return waiting() == 2; })) << "all but that tenant's";
  script_->release();
  ASSERT_TRUE(until([&] { return waiting() == 0; }));
  EXPECT_EQ(script_->attempts.size(), 2u * tenants);
  expect_order();
}

}  // namespace
}  // namespace tenantscope
