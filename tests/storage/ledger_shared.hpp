// What a Ledger promises that several replicas share, one of which writes: as a suite that each
// implementation instantiates with a Storage of its own:
//   struct Storage {
//     std::unique_ptr<Ledger> open(const std::string& replica);  // whose term begins
//     std::unique_ptr<Ledger> open_beside();  // one more in the term that there is
//     std::unique_ptr<Journal> open_journal();
//     Turn hold_turn();   // nobody else commits while it lives, and those who try wait
//     void remember();    // a moment,
//     void go_back();     // to which all of it goes back, as to a backup; connections end
//   };
//   struct Turn { void await_waiting(); void begin_term(); };
// await_waiting() returns when somebody waits for it; begin_term() ends the others' term.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/digest.hpp"
#include "domain/event.hpp"
#include "storage/ledger_fixture.hpp"

namespace tenantscope {

template <class Storage>
class LedgerShared : public testing::Test {
 protected:
  using Sequences = std::vector<std::uint64_t>;

  static Step baseline(int number, const std::vector<std::string>& sinks = {}) {
    return step_to(tenant(number), {}, document("USG"), minute(0), sinks);
  }
  static std::vector<Result<std::uint64_t>> commit(Ledger& ledger, const std::vector<Step>& steps) {
    return ledger.commit(steps, "test");
  }
  // Whether it fails as what another replica's term forbids does.
  template <class Given>
  static bool over(const Result<Given>& result) {
    return !result && result.error().kind == ErrorKind::io &&
           result.error().detail.find("another replica") != std::string::npos;
  }
  // As the daemon does every few seconds; the first call may find that the connection is lost.
  static void look_again(Ledger& ledger) {
    (void)ledger.in_place();
    EXPECT_TRUE(ledger.in_place());
  }
  // One writer's commits: its tenants in turn, each moved on by one.
  static void commit_many(Ledger& ledger, int first_tenant, int commits) {
    constexpr int tenants = 20;
    std::vector<TenantState> states(tenants);
    for (int at = 0; at < commits; ++at) {
      TenantState& state = states[std::size_t(at % tenants)];
      const Step step =
          step_to(tenant(first_tenant + at % tenants), state,
                  document(state.generation % 2 == 0 ? "USG" : "USGov"), minute(at), {"audit"});
      const auto result = ledger.commit(std::vector{step}, "test");
      ASSERT_TRUE(result[0]) << result[0].error().detail;
      state = *step.state;
    }
  }

  Storage storage;
};

TYPED_TEST_SUITE_P(LedgerShared);

TYPED_TEST_P(LedgerShared, RefusesAllOfAReplicaWhoseTermIsOver) {
  const auto first = this->storage.open("a");
  ASSERT_TRUE(this->commit(*first, {this->baseline(1, {"audit"})})[0]);
  const auto second = this->storage.open("b");
  for (const auto& result : this->commit(*first, {this->baseline(2), this->baseline(3)}))
    EXPECT_TRUE(this->over(result));
  EXPECT_TRUE(this->over(first->save_last_success(std::vector{std::pair(tenant(1), minute(5))})));
  EXPECT_TRUE(this->over(first->enqueue("soc", std::vector<std::uint64_t>{1})));
  EXPECT_TRUE(this->over(first->expire(minute(100), 0, {})));
  EXPECT_TRUE(this->over(first->believe(minute(100))));
  EXPECT_EQ(first->last().value(), 1u) << "it reads on";
  EXPECT_EQ(this->commit(*second, {this->baseline(2)})[0].value(), 2u);
  EXPECT_EQ(states_of(*second).size(), 2u);
}

TYPED_TEST_P(LedgerShared, RefusesAllOfAReplicaWhoseTermEndedWhileItWaited) {
  const auto ledger = this->storage.open("a");
  auto turn = this->storage.hold_turn();
  std::vector<Result<std::uint64_t>> results;
  std::thread writer([&] { results = this->commit(*ledger, {this->baseline(1)}); });
  turn.await_waiting();
  turn.begin_term();
  writer.join();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(this->over(results[0]));
  EXPECT_EQ(ledger->last().value(), 0u);
}

TYPED_TEST_P(LedgerShared, AcknowledgesOnlyWhileActive) {
  using Sequences = std::vector<std::uint64_t>;
  const auto first = this->storage.open("a");
  ASSERT_TRUE(this->commit(*first, {this->baseline(1, {"audit", "am"})})[0]);
  const auto second = this->storage.open("b");
  EXPECT_TRUE(this->over(first->acknowledge("audit", Sequences{1})));
  EXPECT_TRUE(this->over(first->raise("am", Sequences{1}, minute(5))));
  EXPECT_TRUE(this->over(first->drop_alerts("am", minute(50))));
  EXPECT_EQ(second->outbox("audit").value().events, 1u);
  EXPECT_EQ(second->outbox("am").value().events, 1u);
  ASSERT_TRUE(second->acknowledge("audit", Sequences{1}));
  EXPECT_EQ(first->outbox("audit").value().events, 0u);
}

TYPED_TEST_P(LedgerShared, TwoWritersGiveOneOrder) {
  constexpr std::size_t commits = 1000;
  const auto first = this->storage.open("a"), second = this->storage.open_beside();
  const auto journal = this->storage.open_journal();
  std::thread one([&] { this->commit_many(*first, 0, int(commits)); });
  std::thread other([&] { this->commit_many(*second, 1000, int(commits)); });
  std::vector<JournalEntry> read;
  while (read.size() < 2 * commits && !this->HasFailure()) {
    const auto page = journal->read(read.size(), 100).value();
    for (const JournalEntry& entry : page) {
      ASSERT_EQ(entry.sequence, read.size() + 1) << "who pages meanwhile misses none";
      read.push_back(entry);
    }
  }
  one.join();
  other.join();
  EXPECT_EQ(first->last().value(), 2 * commits);
  std::map<TenantKey, std::uint64_t> generations;
  std::string previous;
  for (const JournalEntry& entry : read) {
    const auto event = boost::json::parse(entry.event).as_object();
    const auto* hash = event.if_contains("previoushash");
    ASSERT_EQ(hash ? std::string(hash->as_string()) : "", previous) << entry.sequence;
    previous = sha256_hex(entry.event);
    ASSERT_EQ(event.at("data").at("generation").to_number<std::uint64_t>(),
              ++generations[entry.tenant]);
  }
  EXPECT_EQ(second->outbox("audit").value().events, 2 * commits);
}

TYPED_TEST_P(LedgerShared, TellsWhatOthersCommitted) {
  const auto first = this->storage.open("a"), second = this->storage.open_beside();
  const Step step = this->baseline(1);
  ASSERT_TRUE(this->commit(*first, {step})[0]);
  EXPECT_EQ(second->state(tenant(1)).value(), *step.state);
  EXPECT_EQ(sequences_of(second->read(0, 10)), std::vector<std::uint64_t>{1});
  const auto again = this->commit(*second, {step, this->baseline(2)});
  ASSERT_FALSE(again[0]);
  EXPECT_EQ(again[0].error().kind, ErrorKind::conflict);
  EXPECT_EQ(again[1].value(), 2u);
}

TYPED_TEST_P(LedgerShared, SavesTheLaterTime) {
  const auto first = this->storage.open("a"), second = this->storage.open_beside();
  ASSERT_TRUE(this->commit(*first, {this->baseline(1)})[0]);
  ASSERT_TRUE(first->save_last_success(std::vector{std::pair(tenant(1), minute(9))}));
  ASSERT_TRUE(second->save_last_success(std::vector{std::pair(tenant(1), minute(7))}));
  EXPECT_EQ(first->state(tenant(1)).value().last_success, minute(9));
}

TYPED_TEST_P(LedgerShared, CountsWhatItKeepsNotNumbers) {
  const auto first = this->storage.open("a"), second = this->storage.open_beside();
  for (int number = 1; number <= 3; ++number)
    ASSERT_TRUE(this->commit(*first, {this->baseline(2 * number)})[0] &&
                this->commit(*second, {this->baseline(2 * number + 1)})[0]);
  EXPECT_EQ(second->expire(WallTime::min(), 4, {}).value().events, 2u);
  EXPECT_EQ(first->expire(WallTime::min(), 4, {}).value().events, 0u);
  EXPECT_EQ(sequences_of(first->read(0, 10)), (std::vector<std::uint64_t>{3, 4, 5, 6}));
}

TYPED_TEST_P(LedgerShared, NoticesThatTheLedgerWentBack) {
  const auto ledger = this->storage.open("a");
  const Step first = this->baseline(1), second = this->baseline(2);
  ASSERT_TRUE(this->commit(*ledger, {first})[0]);
  const Guid before = ledger->id();
  this->storage.remember();
  EXPECT_FALSE(ledger->rewound().value());
  ASSERT_TRUE(this->commit(*ledger, {second})[0]);
  this->storage.go_back();

  this->look_again(*ledger);
  const auto rewound = ledger->rewound().value();
  ASSERT_TRUE(rewound);
  EXPECT_EQ(rewound->previous_journal, before);
  EXPECT_EQ(rewound->last, 1u);
  EXPECT_EQ(rewound->journal, ledger->id());
  EXPECT_NE(ledger->id(), before) << "its ids would come again for other events";
  const auto held = this->commit(*ledger, {second});
  ASSERT_FALSE(held[0]);
  EXPECT_EQ(held[0].error().kind, ErrorKind::other) << held[0].error().detail;

  const Step told{
      .tenant = {}, .state = {}, .events = {make_rewind_event(*rewound, minute(9), {})}};
  const auto results = this->commit(*ledger, {second, told});
  ASSERT_TRUE(results[0] && results[1]);
  EXPECT_EQ(*results[0], *results[1] + 1) << "it is told first";
  EXPECT_FALSE(ledger->rewound().value());
}

TYPED_TEST_P(LedgerShared, NoticesOnceThatTheLedgerWentBack) {
  const auto first = this->storage.open("a"), second = this->storage.open_beside();
  ASSERT_TRUE(this->commit(*first, {this->baseline(1)})[0]);
  this->storage.remember();
  ASSERT_TRUE(this->commit(*first, {this->baseline(2)})[0]);
  this->look_again(*second);
  this->storage.go_back();
  this->look_again(*first);
  const auto rewound = first->rewound().value();
  ASSERT_TRUE(rewound);
  const Step told{
      .tenant = {}, .state = {}, .events = {make_rewind_event(*rewound, minute(9), {})}};
  ASSERT_TRUE(this->commit(*first, {told})[0]);
  this->look_again(*second);
  EXPECT_EQ(second->id(), first->id());
  EXPECT_FALSE(second->rewound().value()) << "it is told already";
  EXPECT_EQ(second->last().value(), 1'000'003u);
}

TYPED_TEST_P(LedgerShared, SkipsNumbersOfALostFuture) {
  const auto ledger = this->storage.open("a");
  ASSERT_TRUE(this->commit(*ledger, {this->baseline(1)})[0]);
  this->storage.remember();
  ASSERT_TRUE(this->commit(*ledger, {this->baseline(2), this->baseline(3)})[0]);
  this->storage.go_back();
  this->look_again(*ledger);
  EXPECT_EQ(ledger->last().value(), 1'000'003u);
  EXPECT_EQ(states_of(*ledger).size(), 1u);
}

// What went back to where it was, as a server that is away for a while, isn't taken for one.
TYPED_TEST_P(LedgerShared, IsTheSameAfterALostConnection) {
  const auto ledger = this->storage.open("a");
  ASSERT_TRUE(this->commit(*ledger, {this->baseline(1)})[0]);
  const Guid before = ledger->id();
  for (const std::uint64_t last : {1u, 2u}) {
    this->storage.remember();
    this->storage.go_back();
    this->look_again(*ledger);
    EXPECT_EQ(ledger->last().value(), last);
    EXPECT_FALSE(ledger->rewound().value());
    EXPECT_EQ(ledger->id(), before);
    ASSERT_TRUE(this->commit(*ledger, {this->baseline(int(last) + 1)})[0]);
    ASSERT_TRUE(ledger->expire(minute(1), 0, {})) << "what retention took isn't missed";
  }
}

REGISTER_TYPED_TEST_SUITE_P(LedgerShared, RefusesAllOfAReplicaWhoseTermIsOver,
                            RefusesAllOfAReplicaWhoseTermEndedWhileItWaited,
                            AcknowledgesOnlyWhileActive, TwoWritersGiveOneOrder,
                            TellsWhatOthersCommitted, SavesTheLaterTime,
                            CountsWhatItKeepsNotNumbers, NoticesThatTheLedgerWentBack,
                            NoticesOnceThatTheLedgerWentBack, SkipsNumbersOfALostFuture,
                            IsTheSameAfterALostConnection);

}  // namespace tenantscope
