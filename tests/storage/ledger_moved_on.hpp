// What every Ledger promises where it has moved on without its caller: numbers that are left out,
// times that are later, steps that don't follow any more. Instantiated like
// ledger_conformance.hpp's suite, with one more member:
//   struct Storage { …; void skip(std::uint64_t numbers); };
// skip() leaves that many numbers out, once there is an event, while a ledger is open.
#pragma once

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "storage/ledger_fixture.hpp"

namespace tenantscope {

template <class Storage>
class LedgerMovedOn : public LedgerFixture<Storage> {
 protected:
  using Sequences = std::vector<std::uint64_t>;
  Sequences journal() { return sequences_of(this->ledger->read(0, 1000)); }
  void hear(int number, WallTime time) {
    ASSERT_TRUE(this->ledger->save_last_success(std::vector{std::pair(tenant(number), time)}));
  }
  std::optional<WallTime> heard(int number) {
    return states_of(*this->ledger)[tenant(number)].last_success;
  }
};

TYPED_TEST_SUITE_P(LedgerMovedOn);

TYPED_TEST_P(LedgerMovedOn, SavesTheLaterTime) {
  this->flip({1, 2}, minute(0));
  this->hear(1, minute(7));
  this->hear(1, minute(5));
  this->hear(2, minute(5));
  this->hear(2, minute(7));
  EXPECT_EQ(this->heard(1), minute(7));
  EXPECT_EQ(this->heard(2), minute(7));
  this->reopen();
  EXPECT_EQ(this->heard(1), minute(7));
}

TYPED_TEST_P(LedgerMovedOn, SavesATimeWhereThereIsNone) {
  Step silent = step_to(tenant(1), {}, document("USG"), minute(0));
  silent.state->last_success.reset();
  ASSERT_TRUE(this->ledger->commit(std::vector{silent}, "test")[0]);
  this->hear(1, minute(-5));
  EXPECT_EQ(this->heard(1), minute(-5));
}

// Else a clock that was ahead once would hold what it saved for as long as it was ahead.
TYPED_TEST_P(LedgerMovedOn, TakesBackTheTimeOfAClockThatWasWrong) {
  constexpr int day = 24 * 60;
  this->flip({1, 2}, minute(0));
  this->hear(1, minute(day));
  this->hear(1, minute(1));
  this->hear(2, minute(day + 2));
  this->hear(2, minute(1));
  EXPECT_EQ(this->heard(1), minute(day));
  EXPECT_EQ(this->heard(2), minute(1));
}

TYPED_TEST_P(LedgerMovedOn, GoesOnBehindNumbersThatAreLeftOut) {
  this->flip({1, 2}, minute(0), {"audit"});
  const std::string before = sha256_hex(all_of(*this->ledger).back().event);
  this->storage.skip(1000);
  EXPECT_EQ(this->ledger->last().value(), 1002u);
  EXPECT_EQ(this->flip({1, 3}, minute(1), {"audit"}), (std::vector<std::uint64_t>{1003, 1004}));
  this->reopen();
  using Sequences = std::vector<std::uint64_t>;
  EXPECT_EQ(this->journal(), (Sequences{1, 2, 1003, 1004}));
  EXPECT_EQ(sequences_of(this->ledger->read(1, 2)), (Sequences{2, 1003}));
  EXPECT_EQ(sequences_of(this->ledger->read(500, 10)), (Sequences{1003, 1004}));
  EXPECT_EQ(sequences_of(this->ledger->newest({}, 1004, 2)), (Sequences{1003, 2}));
  EXPECT_EQ(sequences_of(this->ledger->newest(tenant(1), 5000, 9)), (Sequences{1003, 1}));
  EXPECT_EQ(sequences_of(this->ledger->undelivered("audit", 2, 10)), (Sequences{1003, 1004}));
  EXPECT_EQ(this->ledger->enqueue("soc", Sequences{2, 3, 1002, 1003}).value(), 2u);
  EXPECT_EQ(this->ledger->last().value(), 1004u);
  EXPECT_NE(all_of(*this->ledger)[2].event.find("\"previoushash\":\"" + before), std::string::npos)
      << "the chain goes on";
}

TYPED_TEST_P(LedgerMovedOn, CountsWhatItKeepsNotNumbers) {
  using Sequences = std::vector<std::uint64_t>;
  this->flip({1, 2, 3}, minute(0), {"audit"});
  this->storage.skip(1'000'000);
  this->flip({4, 5}, minute(0), {"audit"});
  const auto expire = [this](std::uint64_t most) {
    return this->ledger->expire(WallTime::min(), most, {}).value();
  };
  EXPECT_EQ(expire(5).events, 0u);
  EXPECT_EQ(expire(4).events, 1u);
  EXPECT_EQ(this->journal(), (Sequences{2, 3, 1'000'004, 1'000'005}));
  EXPECT_EQ(this->ledger->oldest().value(), 2u);
  const Expired expired = expire(2);
  EXPECT_EQ(expired.events, 2u);
  EXPECT_EQ(expired.undelivered,
            (std::vector<std::pair<std::string, std::uint64_t>>{{"audit", 2}}));
  EXPECT_EQ(this->ledger->oldest().value(), 1'000'004u);
  this->storage.skip(1'000'000);
  EXPECT_EQ(expire(2).events, 0u);
  EXPECT_EQ(this->journal(), (Sequences{1'000'004, 1'000'005}));
  EXPECT_EQ(this->ledger->last().value(), 2'000'005u);
}

TYPED_TEST_P(LedgerMovedOn, BeginsBehindNumbersThatAreLeftOutWhereNothingIsLeft) {
  this->flip({1, 2}, minute(0));
  ASSERT_EQ(this->ledger->expire(minute(1), 1000, {}).value().events, 2u);
  this->storage.skip(10);
  this->reopen();
  EXPECT_EQ(this->ledger->oldest().value(), 13u);
  EXPECT_EQ(this->ledger->last().value(), 12u);
  EXPECT_EQ(this->flip({3}, minute(2)), std::vector<std::uint64_t>{13});
  EXPECT_EQ(this->ledger->oldest().value(), 13u);
}

TYPED_TEST_P(LedgerMovedOn, HasTheStateThatRefusesAStep) {
  const Step first = step_to(tenant(1), {}, document("USG"), minute(0));
  ASSERT_TRUE(this->ledger->commit(std::vector{first}, "test")[0]);
  const Step theirs = step_to(tenant(1), *first.state, document("USGov"), minute(1));
  ASSERT_TRUE(this->ledger->commit(std::vector{theirs}, "another")[0]);

  const Step mine = step_to(tenant(1), *first.state, document("EU"), minute(2));
  const Step other = step_to(tenant(2), {}, document("USG"), minute(2));
  const auto results = this->ledger->commit(std::vector{mine, other}, "test");
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().kind, ErrorKind::conflict);
  EXPECT_TRUE(results[1]);
  for (int opened = 0; opened < 2; ++opened) {
    EXPECT_EQ(this->ledger->state(tenant(1)).value(), *theirs.state);
    EXPECT_EQ(this->ledger->state(tenant(2)).value(), *other.state);
    EXPECT_EQ(this->ledger->state(tenant(3)).value(), TenantState());
    this->reopen();
  }

  const TenantState taken = this->ledger->state(tenant(1)).value();
  const Step after = step_to(tenant(1), taken, document("EU"), minute(3));
  EXPECT_TRUE(this->ledger->commit(std::vector{after}, "test")[0]) << "it can go on from there";
}

// A commit whose answer was lost: it is tried again, and isn't there twice.
TYPED_TEST_P(LedgerMovedOn, RefusesAStepThatIsThereAlready) {
  const Step step = step_to(tenant(1), {}, document("USG"), minute(0), {"audit"});
  ASSERT_TRUE(this->ledger->commit(std::vector{step}, "test")[0]);
  const auto again = this->ledger->commit(std::vector{step}, "test");
  ASSERT_FALSE(again[0]);
  EXPECT_EQ(again[0].error().kind, ErrorKind::conflict);
  EXPECT_EQ(this->journal(), std::vector<std::uint64_t>{1});
  EXPECT_EQ(this->ledger->outbox("audit").value().events, 1u);
}

// A tenant that retention took has no state any more: what was known of it isn't what follows.
TYPED_TEST_P(LedgerMovedOn, BeginsAnewWithATenantThatRetentionTook) {
  const Step step = step_to(tenant(1), {}, document("USG"), minute(0));
  ASSERT_TRUE(this->ledger->commit(std::vector{step}, "test")[0]);
  ASSERT_EQ(this->ledger->expire(minute(1), 1000, {}).value().tenants.size(), 1u);
  const Step next = step_to(tenant(1), *step.state, document("USGov"), minute(1));
  const auto refused = this->ledger->commit(std::vector{next}, "test");
  ASSERT_FALSE(refused[0]);
  EXPECT_EQ(refused[0].error().kind, ErrorKind::conflict) << refused[0].error().detail;
  EXPECT_EQ(this->ledger->state(tenant(1)).value().generation, 0u);
}

REGISTER_TYPED_TEST_SUITE_P(LedgerMovedOn, SavesTheLaterTime, SavesATimeWhereThereIsNone,
                            TakesBackTheTimeOfAClockThatWasWrong, GoesOnBehindNumbersThatAreLeftOut,
                            CountsWhatItKeepsNotNumbers,
                            BeginsBehindNumbersThatAreLeftOutWhereNothingIsLeft,
                            HasTheStateThatRefusesAStep, RefusesAStepThatIsThereAlready,
                            BeginsAnewWithATenantThatRetentionTook);

}  // namespace tenantscope
