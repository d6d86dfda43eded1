#include "app/redeliver.hpp"

#include <gtest/gtest.h>

#include "app/courier/couriers.hpp"
#include "support/watch_settings.hpp"

namespace tenantscope {
namespace {

using Sequences = std::vector<std::uint64_t>;

class RedeliverTest : public CourierInFastTime {
 protected:
  RedeliverTest() {
    for (const int number : {1, 2}) {
      Watch watch{.settings = shared(
                      {.key = tenant(number), .labels = {{"number", std::to_string(number)}}})};
      table_.add(watch);
    }
    auto job = [](Ledger& ledger) {
      TenantState one, two;
      const auto move = [&](const TenantKey& key, TenantState& state, const char* scope,
                            int minutes) {
        const Step step = step_to(key, state, document(scope), minute(minutes));
        state = *step.state;
        return bool(ledger.commit(std::vector{step}, "tenantscope").front());
      };
      return move(tenant(1), one, "USG", 0) && move(tenant(2), two, "USGov", 1) &&
             move(tenant(1), one, "USGov", 2) && move(tenant(2), two, "USG", 3);
    };
    EXPECT_TRUE(ask(std::move(job)));
  }
  std::uint64_t again(Redelivery asked, Match match = {}) {
    SinkSettings sink{.name = "soc", .match = std::move(match), .target = FileSinkSettings{}};
    return run(loop_, redeliver(ledger_, table_, sink, asked)).value();
  }
  Sequences outbox() {
    return sequences_of(ask([](Ledger& ledger) { return ledger.undelivered("soc", 0, 100); }));
  }

  Table table_;
};

TEST_F(RedeliverTest, TakesAllSinceATime) {
  EXPECT_EQ(again({.sink = "soc", .id = "", .since = minute(2)}), 2u);
  EXPECT_EQ(outbox(), (Sequences{3, 4}));
  EXPECT_EQ(again({.sink = "soc", .id = "", .since = minute(1)}), 1u)
      << "two are on their way already";
  EXPECT_EQ(again({.sink = "soc", .id = "", .since = minute(9)}), 0u);
  EXPECT_EQ(outbox(), (Sequences{2, 3, 4}));
}

TEST_F(RedeliverTest, KeepsToTheSinksMatch) {
  EXPECT_EQ(
      again({.sink = "soc", .id = "", .since = minute(0)}, {.severities = {Severity::critical}}),
      1u);
  EXPECT_EQ(outbox(), (Sequences{4}));
  EXPECT_EQ(again({.sink = "soc", .id = "", .since = minute(0)}, {.labels = {{"number", "1"}}}),
            2u);
  EXPECT_EQ(outbox(), (Sequences{1, 3, 4}));
}

TEST_F(RedeliverTest, TakesOneByItsIdWhateverTheMatch) {
  EXPECT_EQ(again({.sink = "soc", .id = journal().at(1).id, .since = {}},
                  {.severities = {Severity::critical}}),
            1u);
  EXPECT_EQ(outbox(), (Sequences{2}));
  SinkSettings sink{.name = "soc", .match = {}, .target = FileSinkSettings{}};
  const auto unknown =
      run(loop_, redeliver(ledger_, table_, sink, {.sink = "soc", .id = "5be0cbb9", .since = {}}));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::other);
}

TEST_F(RedeliverTest, SaysThatTheLedgerIsBroken) {
  faults_.writes_fail = true;
  SinkSettings sink{.name = "soc", .match = {}, .target = FileSinkSettings{}};
  const auto failed =
      run(loop_, redeliver(ledger_, table_, sink, {.sink = "soc", .id = "", .since = minute(0)}));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::io);
}

}  // namespace
}  // namespace tenantscope
