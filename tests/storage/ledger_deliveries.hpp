// What every Ledger promises of outboxes, alerts and retention; instantiated like
// ledger_conformance.hpp's suite.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "storage/ledger_fixture.hpp"

namespace tenantscope {

template <class Storage>
class LedgerDeliveries : public LedgerFixture<Storage> {};

TYPED_TEST_SUITE_P(LedgerDeliveries);

TYPED_TEST_P(LedgerDeliveries, KeepsAnOutboxForEachSink) {
  using Sequences = std::vector<std::uint64_t>;
  this->flip({1}, minute(0), {"audit"});
  this->flip({2}, minute(1), {"audit", "soc"});
  this->flip({3}, minute(2), {});
  this->flip({4}, minute(3), {"soc", "audit"});
  EXPECT_EQ(sequences_of(this->ledger->undelivered("audit", 0, 10)), (Sequences{1, 2, 4}));
  EXPECT_EQ(sequences_of(this->ledger->undelivered("audit", 0, 2)), (Sequences{1, 2}));
  EXPECT_EQ(sequences_of(this->ledger->undelivered("audit", 1, 10)), (Sequences{2, 4}));
  EXPECT_EQ(sequences_of(this->ledger->undelivered("soc", 0, 10)), (Sequences{2, 4}));
  EXPECT_EQ(sequences_of(this->ledger->undelivered("nobody", 0, 10)), Sequences{});
  EXPECT_EQ(this->ledger->undelivered("soc", 0, 1).value()[0].event,
            this->ledger->read(1, 1).value()[0].event);

  ASSERT_TRUE(this->ledger->acknowledge("audit", Sequences{2, 1, 99}));
  ASSERT_TRUE(this->ledger->acknowledge("audit", Sequences{2}));
  this->reopen();
  EXPECT_EQ(sequences_of(this->ledger->undelivered("audit", 0, 10)), (Sequences{4}));
  EXPECT_EQ(sequences_of(this->ledger->undelivered("soc", 0, 10)), (Sequences{2, 4}));
  EXPECT_EQ(this->ledger->outbox("audit").value().events, 1u);
  EXPECT_EQ(this->ledger->outbox("audit").value().oldest, minute(3));
  EXPECT_EQ(this->ledger->outbox("soc").value().events, 2u);
  EXPECT_EQ(this->ledger->outbox("soc").value().oldest, minute(1));
  EXPECT_EQ(all_of(*this->ledger).size(), 4u);
}

TYPED_TEST_P(LedgerDeliveries, EnqueuesWhatIsInTheJournal) {
  using Sequences = std::vector<std::uint64_t>;
  this->flip({1, 2, 3}, minute(0), {"audit"});
  ASSERT_TRUE(this->ledger->acknowledge("audit", Sequences{1, 2}));
  EXPECT_EQ(this->ledger->enqueue("audit", Sequences{2, 3, 77}).value(), 1u);
  EXPECT_EQ(this->ledger->enqueue("soc", Sequences{1}).value(), 1u);
  this->reopen();
  EXPECT_EQ(sequences_of(this->ledger->undelivered("audit", 0, 10)), (Sequences{2, 3}));
  EXPECT_EQ(sequences_of(this->ledger->undelivered("soc", 0, 10)), (Sequences{1}));
}

TYPED_TEST_P(LedgerDeliveries, KeepsAlertsUntilTheyAreDropped) {
  using Sequences = std::vector<std::uint64_t>;
  const auto alerts_of = [this](const std::string& sink) {
    std::map<std::uint64_t, WallTime> alerts;
    for (const Alert& alert : this->ledger->alerts(sink).value())
      alerts.emplace(alert.event.sequence, alert.until);
    return alerts;
  };
  this->flip({1, 2, 3}, minute(0), {"am", "audit"});
  ASSERT_TRUE(this->ledger->raise("am", Sequences{1, 2}, minute(60)));
  ASSERT_TRUE(this->ledger->raise("am", Sequences{2, 99}, minute(70)));
  this->reopen();
  EXPECT_EQ(alerts_of("am"), (std::map<std::uint64_t, WallTime>{{1, minute(60)}, {2, minute(70)}}));
  EXPECT_EQ(this->ledger->alerts("am").value()[1].event.event, all_of(*this->ledger)[1].event);
  EXPECT_TRUE(alerts_of("audit").empty());
  EXPECT_EQ(sequences_of(this->ledger->undelivered("am", 0, 10)), (Sequences{3}));
  EXPECT_EQ(this->ledger->outbox("audit").value().events, 3u);

  ASSERT_TRUE(this->ledger->drop_alerts("audit", minute(100)));
  ASSERT_TRUE(this->ledger->drop_alerts("am", minute(70)));
  EXPECT_EQ(alerts_of("am"), (std::map<std::uint64_t, WallTime>{{2, minute(70)}}));
  ASSERT_TRUE(this->ledger->expire(minute(1), 1000, {}));
  EXPECT_TRUE(alerts_of("am").empty()) << "no alert without its event";
}

TYPED_TEST_P(LedgerDeliveries, ExpiresWhatIsOldAndNotWatched) {
  this->flip({1, 2, 3}, minute(0), {"audit", "soc"});
  this->flip({4}, minute(10), {"audit"});
  ASSERT_TRUE(this->ledger->acknowledge("audit", std::vector<std::uint64_t>{1}));
  ASSERT_TRUE(this->ledger->save_last_success(std::vector{std::pair(tenant(2), minute(10))}));
  const std::vector watched{tenant(3), tenant(77)};

  const Expired nothing = this->ledger->expire(minute(0), 1000, watched).value();
  EXPECT_EQ(nothing.events, 0u);
  EXPECT_TRUE(nothing.tenants.empty());
  EXPECT_TRUE(nothing.undelivered.empty());

  Expired expired = this->ledger->expire(minute(10), 1000, watched).value();
  EXPECT_EQ(expired.events, 3u);
  EXPECT_EQ(expired.tenants, std::vector{tenant(1)});
  std::ranges::sort(expired.undelivered);
  EXPECT_EQ(expired.undelivered,
            (std::vector<std::pair<std::string, std::uint64_t>>{{"audit", 2}, {"soc", 3}}));

  this->reopen();
  const States states = states_of(*this->ledger);
  EXPECT_FALSE(states.contains(tenant(1)));
  EXPECT_TRUE(states.contains(tenant(2))) << "heard of since";
  EXPECT_TRUE(states.contains(tenant(3))) << "watched";
  EXPECT_TRUE(states.contains(tenant(4)));
  EXPECT_EQ(sequences_of(this->ledger->read(0, 10)), (std::vector<std::uint64_t>{4}));
  EXPECT_EQ(this->ledger->oldest().value(), 4u);
  EXPECT_EQ(sequences_of(this->ledger->undelivered("audit", 0, 10)),
            (std::vector<std::uint64_t>{4}));
  EXPECT_EQ(this->ledger->outbox("soc").value().events, 0u);
}

TYPED_TEST_P(LedgerDeliveries, KeepsATenantThatItsEventsStillSpeakOf) {
  this->flip({1}, minute(10));
  ASSERT_TRUE(this->ledger->save_last_success(std::vector{std::pair(tenant(1), minute(0))}));
  EXPECT_EQ(this->ledger->expire(minute(5), 1000, {}).value().tenants.size(), 0u);
  EXPECT_TRUE(states_of(*this->ledger).contains(tenant(1)));
}

TYPED_TEST_P(LedgerDeliveries, KeepsTheNewestEventsWhereTheyAreTooMany) {
  this->flip({1, 2, 3, 4, 5}, minute(0), {"audit"});
  ASSERT_TRUE(this->ledger->acknowledge("audit", std::vector<std::uint64_t>{1, 2}));
  const Expired expired = this->ledger->expire(minute(0), 2, {}).value();
  EXPECT_EQ(expired.events, 3u);
  EXPECT_EQ(expired.undelivered,
            (std::vector<std::pair<std::string, std::uint64_t>>{{"audit", 1}}));
  EXPECT_EQ(sequences_of(this->ledger->read(0, 10)), (std::vector<std::uint64_t>{4, 5}));
  EXPECT_EQ(sequences_of(this->ledger->undelivered("audit", 0, 10)),
            (std::vector<std::uint64_t>{4, 5}));
  EXPECT_EQ(this->ledger->expire(minute(0), 2, {}).value().events, 0u);
}

// Clocks are set: what is older by its time alone waits for those before it.
TYPED_TEST_P(LedgerDeliveries, TakesTheOldestOnly) {
  using Sequences = std::vector<std::uint64_t>;
  const auto left = [&](WallTime before) {
    EXPECT_TRUE(this->ledger->expire(before, 1000, {}));
    return sequences_of(this->ledger->read(0, 1000));
  };
  for (const int at : {5, 1, 6, 7})
    this->flip({at}, minute(at));
  EXPECT_EQ(left(minute(4)), (Sequences{1, 2, 3, 4}));
  EXPECT_EQ(left(minute(6)), (Sequences{3, 4}));
  // A clock that was a day ahead for a while holds nothing back.
  this->flip({8}, minute(1440));
  this->flip({9}, minute(8));
  this->flip({10}, minute(9));
  EXPECT_EQ(left(minute(9)), (Sequences{5, 6, 7})) << "nobody knows what the time is";
  ASSERT_TRUE(this->ledger->believe(minute(10)));
  EXPECT_EQ(left(minute(9)), (Sequences{7}));
}

TYPED_TEST_P(LedgerDeliveries, NeverGivesASequenceTwice) {
  this->flip({1, 2}, minute(0));
  EXPECT_EQ(this->ledger->expire(minute(1), 1000, {}).value().tenants.size(), 2u);
  EXPECT_TRUE(all_of(*this->ledger).empty());
  EXPECT_EQ(this->ledger->oldest().value(), 3u);
  EXPECT_EQ(this->ledger->last().value(), 2u);
  this->reopen();
  EXPECT_EQ(this->ledger->oldest().value(), 3u);
  EXPECT_EQ(this->ledger->last().value(), 2u);
  EXPECT_EQ(this->flip({1, 3}, minute(2)), (std::vector<std::uint64_t>{3, 4}));
}

TYPED_TEST_P(LedgerDeliveries, ExpiresByNumberAloneWhereNoTimeIsOld) {
  this->flip({1, 2, 3}, minute(0), {"audit"});
  const Expired expired = this->ledger->expire(WallTime::min(), 2, {}).value();
  EXPECT_EQ(expired.events, 1u);
  EXPECT_TRUE(expired.tenants.empty());
}

TYPED_TEST_P(LedgerDeliveries, BelievesTheNewestTimeUntilItIsToldOne) {
  EXPECT_EQ(this->ledger->believed_time().value(), std::nullopt);
  this->flip({1}, minute(5));
  this->flip({2}, minute(3));
  EXPECT_EQ(this->ledger->believed_time().value(), minute(5));
  const std::vector<std::pair<TenantKey, WallTime>> heard{{tenant(2), minute(7)}};
  ASSERT_TRUE(this->ledger->save_last_success(heard));
  EXPECT_EQ(this->ledger->believed_time().value(), minute(7)) << "of whatever kind";

  ASSERT_TRUE(this->ledger->believe(minute(6)));
  ASSERT_TRUE(this->ledger->believe(minute(4)));
  this->flip({3}, minute(9));
  this->reopen();
  EXPECT_EQ(this->ledger->believed_time().value(), minute(4));
}

// A clock that was set back for a while makes no wrong clock's of what the right one has written.
TYPED_TEST_P(LedgerDeliveries, KeepsWhatWasBelievedWhereTheClockIsSetBack) {
  this->flip({1}, minute(100));
  this->flip({2}, minute(10));
  ASSERT_TRUE(this->ledger->believe(minute(101)));
  ASSERT_TRUE(this->ledger->believe(minute(30)));
  this->reopen();
  EXPECT_EQ(this->ledger->expire(minute(20), 1000, {}).value().events, 0u);
}

REGISTER_TYPED_TEST_SUITE_P(LedgerDeliveries, KeepsAnOutboxForEachSink, EnqueuesWhatIsInTheJournal,
                            KeepsAlertsUntilTheyAreDropped, ExpiresWhatIsOldAndNotWatched,
                            KeepsATenantThatItsEventsStillSpeakOf,
                            KeepsTheNewestEventsWhereTheyAreTooMany, TakesTheOldestOnly,
                            NeverGivesASequenceTwice, ExpiresByNumberAloneWhereNoTimeIsOld,
                            BelievesTheNewestTimeUntilItIsToldOne,
                            KeepsWhatWasBelievedWhereTheClockIsSetBack);

}  // namespace tenantscope
