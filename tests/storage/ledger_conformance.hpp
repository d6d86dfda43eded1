// What every Ledger promises, as a suite that each implementation instantiates with a Storage of
// its own:
//   struct Storage { std::unique_ptr<Ledger> open(); std::unique_ptr<Journal> open_journal(); };
// open() is called again after the ledger before has gone: what was committed must be there.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "formats/json.hpp"
#include "storage/ledger.hpp"
#include "storage/ledger_fixture.hpp"
#include "storage/ledger_model.hpp"
#include "storage/ledger_samples.hpp"

namespace tenantscope {

template <class Storage>
class LedgerConformance : public LedgerFixture<Storage> {};

TYPED_TEST_SUITE_P(LedgerConformance);

TYPED_TEST_P(LedgerConformance, IsEmptyAtFirst) {
  EXPECT_TRUE(this->ledger->load().value().empty());
  EXPECT_EQ(this->ledger->last().value(), 0u);
  EXPECT_EQ(this->ledger->oldest().value(), 1u);
  EXPECT_TRUE(all_of(*this->ledger).empty());
  EXPECT_TRUE(this->ledger->undelivered("audit", 0, 10).value().empty());
  EXPECT_EQ(this->ledger->outbox("audit").value().events, 0u);
  EXPECT_FALSE(this->ledger->outbox("audit").value().oldest);
  EXPECT_TRUE(this->ledger->commit({}, "test").empty());
}

TYPED_TEST_P(LedgerConformance, KeepsAnIdOfItsOwn) {
  const Guid id = this->ledger->id();
  EXPECT_NE(id, Guid{});
  this->reopen();
  EXPECT_EQ(this->ledger->id(), id);
  TypeParam another;
  EXPECT_NE(another.open()->id(), id);
}

TYPED_TEST_P(LedgerConformance, GivesStatesBackAsTheyWere) {
  TenantState vanished{.generation = 1, .found = false, .known = document("USGov", "DOD")};
  vanished.last_change = ChangeTimes::Times{minute(1), minute(2), minute(3), minute(4), minute(5)};
  vanished.b2b_before = B2b::supported;
  TenantState changed{.generation = 1, .found = true, .known = document("USG")};
  changed.last_change.set(Field::b2b_capability, minute(1));
  TenantState returned = changed;
  changed.b2b_before = B2b::not_supported;
  returned.b2b_before = B2b::unknown;
  TenantState sparse{.generation = 1, .found = true, .known = document("USG")};
  sparse.last_change.set(Field::identity, minute(-1'000'000'000));
  const Guid other = *parse_guid("aaaaaaaa-0000-4000-8000-00000000000c");
  TenantState pinned{.generation = 1, .found = true, .known = document("USG")};
  pinned.stranger = Finding{.found = true, .cloud = "china", .tenant_id = other};
  TenantState never_answered{.generation = 1, .found = true};
  never_answered.stranger = Finding{.found = true, .tenant_id = other};
  const std::vector<TenantState> table{
      {.generation = 1, .found = false, .last_success = minute(1)},
      {.generation = 1,
       .found = true,
       .known = document("USGov", "DODCON"),
       .last_success = minute(1)},
      {.generation = 1, .found = true, .known = Finding{.found = true}},
      {.generation = 1, .found = true, .known = document(std::string("U\0S'\"é\n", 8), " \t")},
      {.generation = 1, .found = true, .known = document(std::string(200'000, 'x'))},
      vanished,
      changed,
      returned,
      sparse,
      pinned,
      never_answered,
  };
  std::vector<Step> steps;
  States expected;
  for (int number = 0; const TenantState& state : table) {
    Step step{.tenant = tenant(number++), .state = state, .events = {}};
    step.events =
        make_events(step.tenant, {.current = document("USG"), .confirmed = minute(0)}, {}, {});
    expected.emplace(step.tenant, state);
    step.state->pending = Pending{document("USG"), 1, minute(0)};
    steps.push_back(step);
  }
  for (const auto& result : this->ledger->commit(steps, "test"))
    EXPECT_TRUE(result);
  this->reopen();
  EXPECT_EQ(states_of(*this->ledger), expected);
  for (const StoredTenant& stored : this->ledger->load().value())
    EXPECT_FALSE(stored.state.pending);
}

TYPED_TEST_P(LedgerConformance, WritesTheEventAsItIsSent) {
  const TenantKey key{.asked = "usgov", .name = "agency.example"};
  const Step first = step_to(key, {}, document("USG"), minute(0));
  const Step second = step_to(key, *first.state, document("USGov"), minute(5));
  ASSERT_TRUE(this->ledger->commit(std::vector{first}, "replica")[0]);
  ASSERT_TRUE(this->ledger->commit(std::vector{second}, "replica")[0]);
  const auto entries = all_of(*this->ledger);
  ASSERT_EQ(entries.size(), 2u);
  std::string previous;
  for (std::size_t at = 0; const Step& step : {first, second}) {
    const JournalEntry& entry = entries[at++];
    EXPECT_EQ(entry.sequence, at);
    const ChangeEvent& event = step.events.front();
    EXPECT_EQ(entry.id, to_string(event_id(this->ledger->id(), event, at)));
    EXPECT_EQ(entry.kind, event.kind);
    EXPECT_EQ(entry.tenant, key);
    EXPECT_EQ(entry.time, event.transition.confirmed);
    EXPECT_EQ(entry.event,
              cloud_event(event, event_id(this->ledger->id(), event, at), at, "replica", previous));
    previous = sha256_hex(entry.event);
  }
}

TYPED_TEST_P(LedgerConformance, ChainsEachEventToTheOneBefore) {
  std::string previous;
  const auto expect_chained = [&](std::uint64_t after) {
    for (const JournalEntry& entry : this->ledger->read(after, 1000).value()) {
      const auto event = boost::json::parse(entry.event).as_object();
      const auto* hash = event.if_contains("previoushash");
      EXPECT_EQ(hash ? std::string(hash->as_string()) : "", previous) << entry.sequence;
      previous = sha256_hex(entry.event);
    }
  };
  this->flip({1, 2, 3}, minute(0));
  this->flip({1}, minute(1));
  expect_chained(0);
  EXPECT_NE(previous, "");
  this->reopen();
  this->flip({2}, minute(2));
  expect_chained(4);
  // The journal is emptied each time; in the second round the ledger is opened anew after that.
  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(this->ledger->expire(minute(100), 1000, {}).value().events,
              5u - 4u * unsigned(round));
    if (round == 1)
      this->reopen();
    const std::uint64_t last = this->ledger->last().value();
    this->flip({4 + round}, minute(3));
    expect_chained(last);
  }
}

// Nothing was written: the chain goes on from what is there.
TYPED_TEST_P(LedgerConformance, ChainsOnAfterARefusedStep) {
  this->flip({1}, minute(0));
  const std::string before = sha256_hex(all_of(*this->ledger)[0].event);
  const Step refused = step_to(tenant(1), {}, document("USGov"), minute(1));
  const Step good = step_to(tenant(2), {}, document("USGov"), minute(1));
  const auto results = this->ledger->commit(std::vector{refused, good}, "test");
  EXPECT_FALSE(results[0]);
  ASSERT_TRUE(results[1]);
  EXPECT_NE(all_of(*this->ledger)[1].event.find("\"previoushash\":\"" + before), std::string::npos);
}

TYPED_TEST_P(LedgerConformance, RefusesAloneAStepThatDoesNotFollow) {
  this->flip({1}, minute(0));
  TenantState stale = *step_to(tenant(1), {}, document("USG"), minute(1)).state;
  const Step again = step_to(tenant(1), {}, document("USGov"), minute(1), {"audit"});
  const Step ahead = step_to(tenant(1), {.generation = 2, .found = true, .known = document("EU")},
                             document("USGov"), minute(1), {"audit"});
  const Step unknown = step_to(tenant(2), stale, document("USGov"), minute(1), {"audit"});
  Step zero = step_to(tenant(3), {}, document("USGov"), minute(1), {"audit"});
  zero.state->generation = 0;
  const Step good = step_to(tenant(4), {}, document("USG"), minute(1));
  const Step better = step_to(tenant(1), stale, document("USGov"), minute(1));

  const States before = states_of(*this->ledger);
  const std::vector steps{again, good, ahead, unknown, zero, better};
  const auto results = this->ledger->commit(steps, "test");
  ASSERT_EQ(results.size(), steps.size());
  for (const std::size_t refused : {0u, 2u, 3u, 4u}) {
    ASSERT_FALSE(results[refused]) << refused;
    EXPECT_EQ(results[refused].error().kind, ErrorKind::conflict);
    EXPECT_NE(results[refused].error().detail.find(to_string(steps[refused].tenant)),
              std::string::npos);
  }
  EXPECT_EQ(results[1].value(), 2u);
  EXPECT_EQ(results[5].value(), 3u);
  EXPECT_EQ(this->ledger->outbox("audit").value().events, 0u);
  EXPECT_EQ(states_of(*this->ledger),
            (States{{tenant(1), *better.state}, {tenant(4), *good.state}}));
}

TYPED_TEST_P(LedgerConformance, TakesTwoStepsOfOneTenantInOrder) {
  const Step first = step_to(tenant(1), {}, document("USG"), minute(0));
  const Step second = step_to(tenant(1), *first.state, document("USGov"), minute(1));
  const auto backwards = this->ledger->commit(std::vector{second, first}, "test");
  EXPECT_FALSE(backwards[0]);
  EXPECT_EQ(backwards[1].value(), 1u);
  const Step third = step_to(tenant(1), *second.state, document("USG"), minute(2));
  const auto forwards = this->ledger->commit(std::vector{second, third}, "test");
  EXPECT_EQ(forwards[0].value(), 2u);
  EXPECT_EQ(forwards[1].value(), 3u);
  EXPECT_EQ(states_of(*this->ledger), (States{{tenant(1), *third.state}}));
}

TYPED_TEST_P(LedgerConformance, TakesOneNameInTwoCloudsAsTwoTenants) {
  const Step here =
      step_to({.asked = "global", .name = "a.example"}, {}, document("USG"), minute(0));
  const Step there =
      step_to({.asked = "china", .name = "a.example"}, {}, document("AS"), minute(0));
  for (const auto& result : this->ledger->commit(std::vector{here, there}, "test"))
    EXPECT_TRUE(result);
  EXPECT_EQ(states_of(*this->ledger),
            (States{{here.tenant, *here.state}, {there.tenant, *there.state}}));
}

TYPED_TEST_P(LedgerConformance, IsReadInPages) {
  this->flip({1, 2, 3, 4, 5}, minute(0));
  using Sequences = std::vector<std::uint64_t>;
  EXPECT_EQ(sequences_of(this->ledger->read(0, 2)), (Sequences{1, 2}));
  EXPECT_EQ(sequences_of(this->ledger->read(2, 2)), (Sequences{3, 4}));
  EXPECT_EQ(sequences_of(this->ledger->read(4, 2)), (Sequences{5}));
  EXPECT_EQ(sequences_of(this->ledger->read(5, 2)), Sequences{});
  EXPECT_EQ(sequences_of(this->ledger->read(0, 0)), Sequences{});
  EXPECT_EQ(sequences_of(this->ledger->read(std::numeric_limits<std::uint64_t>::max(), 2)),
            Sequences{});
  EXPECT_EQ(this->ledger->oldest().value(), 1u);
  EXPECT_EQ(this->ledger->last().value(), 5u);
}

TYPED_TEST_P(LedgerConformance, IsReadFromItsEnd) {
  this->flip({1, 2}, minute(0));
  this->flip({1, 3}, minute(1));
  this->flip({1}, minute(2));
  using Sequences = std::vector<std::uint64_t>;
  constexpr std::uint64_t end = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(sequences_of(this->ledger->newest({}, end, 2)), (Sequences{5, 4}));
  EXPECT_EQ(sequences_of(this->ledger->newest({}, 4, 10)), (Sequences{3, 2, 1}));
  EXPECT_EQ(sequences_of(this->ledger->newest(tenant(1), end, 2)), (Sequences{5, 3}));
  EXPECT_EQ(sequences_of(this->ledger->newest(tenant(1), 3, 2)), Sequences{1});
  EXPECT_EQ(sequences_of(this->ledger->newest(tenant(9), end, 2)), Sequences{});
  EXPECT_EQ(sequences_of(this->ledger->newest({}, end, 0)), Sequences{});
  EXPECT_EQ(sequences_of(this->storage.open_journal()->newest(tenant(3), end, 2)), Sequences{4});
}

TYPED_TEST_P(LedgerConformance, KnowsTheNewestEventUpToATime) {
  EXPECT_EQ(this->ledger->newest_until(minute(100)).value(), 0u);
  this->flip({1}, minute(10));
  this->flip({2}, minute(30));
  this->flip({3}, minute(20));  // a commit takes them as they come
  const auto journal = this->storage.open_journal();
  for (Journal* const one : {static_cast<Journal*>(this->ledger.get()), journal.get()}) {
    EXPECT_EQ(one->newest_until(minute(9)).value(), 0u);
    EXPECT_EQ(one->newest_until(minute(10)).value(), 1u);
    EXPECT_EQ(one->newest_until(minute(19)).value(), 1u);
    EXPECT_EQ(one->newest_until(minute(20)).value(), 3u);
    EXPECT_EQ(one->newest_until(minute(100)).value(), 3u);
  }
}

TYPED_TEST_P(LedgerConformance, WritesAllEventsOfAStep) {
  Step step = step_to(tenant(1), {}, document("USG"), minute(0), {"audit"});
  ChangeEvent second = step.events.front();
  second.kind = EventKind::expectation_changed;
  second.sinks = {"audit", "soc"};
  step.events.push_back(second);
  const Step next = step_to(tenant(2), {}, document("USG"), minute(0));
  const auto results = this->ledger->commit(std::vector{step, next}, "test");
  EXPECT_EQ(results[0].value(), 1u);
  EXPECT_EQ(results[1].value(), 3u);
  const auto entries = all_of(*this->ledger);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[1].kind, EventKind::expectation_changed);
  EXPECT_NE(entries[0].id, entries[1].id);
  EXPECT_EQ(sequences_of(this->ledger->undelivered("audit", 0, 10)),
            (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(sequences_of(this->ledger->undelivered("soc", 0, 10)), (std::vector<std::uint64_t>{2}));
}

TYPED_TEST_P(LedgerConformance, WritesDrillsWithoutTouchingStates) {
  this->flip({1}, minute(0));
  const States before = states_of(*this->ledger);
  const Step drill = drill_of(tenant(1), before.at(tenant(1)), minute(1), {"audit"});
  const Step unknown = drill_of(tenant(2), {}, minute(1), {"audit"});
  for (const auto& result : this->ledger->commit(std::vector{drill, drill, unknown}, "test"))
    EXPECT_TRUE(result);
  EXPECT_EQ(states_of(*this->ledger), before);
  const auto entries = all_of(*this->ledger);
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_NE(entries[1].id, entries[2].id) << "each drill is an event of its own";
  EXPECT_EQ(sequences_of(this->ledger->undelivered("audit", 0, 10)),
            (std::vector<std::uint64_t>{2, 3, 4}));
}

TYPED_TEST_P(LedgerConformance, FindsAnEventByItsId) {
  this->flip({1, 2}, minute(0));
  const JournalEntry entry = all_of(*this->ledger)[1];
  EXPECT_EQ(this->ledger->find(entry.id).value()->sequence, 2u);
  EXPECT_EQ(this->storage.open_journal()->find(entry.id).value()->event, entry.event);
  EXPECT_FALSE(this->ledger->find("5be0cbb9-6f0a-5b0e-9d6b-000000000000").value());
}

TYPED_TEST_P(LedgerConformance, SavesWhenATenantWasHeardOf) {
  this->flip({1, 2}, minute(0));
  States expected = states_of(*this->ledger);
  expected[tenant(2)].last_success = minute(7);
  const std::vector<std::pair<TenantKey, WallTime>> times{{tenant(2), minute(7)},
                                                          {tenant(3), minute(8)}};
  ASSERT_TRUE(this->ledger->save_last_success(times));
  this->reopen();
  EXPECT_EQ(states_of(*this->ledger), expected);
  EXPECT_EQ(this->ledger->last().value(), 2u);
}

TYPED_TEST_P(LedgerConformance, IsReadBesideItself) {
  const auto journal = this->storage.open_journal();
  EXPECT_EQ(journal->last().value(), 0u);
  EXPECT_EQ(journal->oldest().value(), 1u);
  this->flip({1, 2, 3}, minute(0));
  EXPECT_EQ(journal->last().value(), 3u);
  EXPECT_EQ(sequences_of(journal->read(1, 10)), (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(journal->read(0, 1).value()[0].event, this->ledger->read(0, 1).value()[0].event);
  ASSERT_TRUE(this->ledger->expire(minute(1), 1000, {}));
  EXPECT_EQ(journal->oldest().value(), 4u);
  this->ledger.reset();
  EXPECT_EQ(journal->last().value(), 3u);
}

TYPED_TEST_P(LedgerConformance, DoesAsASimpleModelDoes) {
  const std::vector<Finding> findings{
      document("USG"), document("USGov"), document("USGov", "DOD"), {}};
  const std::vector<std::string> sinks{"audit", "soc"};
  std::mt19937 random(20261123);
  const auto below = [&](std::size_t bound) { return std::size_t(random() % bound); };
  LedgerModel model;

  for (int round = 0; round < 400; ++round) {
    SCOPED_TRACE(round);
    const std::size_t action = below(22);
    if (action < 12) {
      std::vector<Step> steps;
      States ahead = model.states;
      for (std::size_t count = 1 + below(8); count > 0; --count) {
        const TenantKey key = tenant(int(below(12)));
        TenantState from = ahead[key];
        if (below(8) == 0)
          from.generation += 1 + below(2);
        const Finding& finding = findings[below(findings.size())];
        if (from.confirmed() && equivalent(*from.confirmed(), finding))
          continue;
        std::vector<std::string> to;
        std::ranges::copy_if(sinks, std::back_inserter(to),
                             [&](const auto&) { return below(2) == 0; });
        steps.push_back(step_to(key, from, finding, minute(round + int(below(3)) - 1), to));
        const std::optional<TenantState> moved = steps.back().state;
        if (below(6) == 0)
          steps.push_back(drill_of(key, from, minute(round), to));
        if (from.generation == ahead[key].generation)
          ahead[key] = *moved;
      }
      const auto expected = model.commit(this->ledger->id(), steps);
      const auto results = this->ledger->commit(steps, "test");
      ASSERT_EQ(results.size(), expected.size());
      for (std::size_t at = 0; at < results.size(); ++at) {
        ASSERT_EQ(results[at] ? *results[at] : 0, expected[at].value_or(0)) << at;
      }
    } else if (action < 14) {
      const TenantKey key = tenant(int(below(12)));
      const WallTime time = minute(round - int(below(10)));
      ASSERT_TRUE(this->ledger->save_last_success(std::vector{std::pair(key, time)}));
      model.save_last_success(key, time);
    } else if (action < 17) {
      const std::string& sink = sinks[below(sinks.size())];
      std::vector<std::uint64_t> delivered =
          sequences_of(this->ledger->undelivered(sink, 0, 1 + below(6)));
      ASSERT_TRUE(this->ledger->acknowledge(sink, delivered));
      for (const std::uint64_t sequence : delivered)
        ASSERT_EQ(model.outboxes[sink].erase(sequence), 1u);
    } else if (action == 17) {
      const std::string& sink = sinks[below(sinks.size())];
      const std::vector<std::uint64_t> delivered =
          sequences_of(this->ledger->undelivered(sink, 0, 1 + below(6)));
      ASSERT_TRUE(this->ledger->raise(sink, delivered, minute(round + 5)));
      for (const std::uint64_t sequence : delivered) {
        ASSERT_EQ(model.outboxes[sink].erase(sequence), 1u);
        model.raised[sink][sequence] = minute(round + 5);
      }
      if (below(2) == 0) {
        ASSERT_TRUE(this->ledger->drop_alerts(sink, minute(round)));
        std::erase_if(model.raised[sink],
                      [&](const auto& alert) { return alert.second < minute(round); });
      }
    } else if (action == 18) {
      const std::string& sink = sinks[below(sinks.size())];
      std::vector<std::uint64_t> again;
      again.reserve(4);
      std::uint64_t added = 0;
      for (int count = 0; count < 4; ++count)
        again.push_back(1 + below(model.last + 2));
      for (const std::uint64_t sequence : again)
        if (std::ranges::any_of(model.journal,
                                [&](const auto& entry) { return entry.sequence == sequence; }))
          added += model.outboxes[sink].insert(sequence).second;
      ASSERT_EQ(this->ledger->enqueue(sink, again).value(), added);
    } else if (action == 19) {
      const std::vector watched{tenant(1), tenant(2)};
      const WallTime before = minute(round - 5);
      const std::uint64_t most = 5 + below(100);
      const Expired expected = model.expire(before, most, watched);
      Expired expired = this->ledger->expire(before, most, watched).value();
      std::ranges::sort(expired.undelivered);
      ASSERT_EQ(expired.events, expected.events);
      ASSERT_EQ(expired.tenants, expected.tenants);
      ASSERT_EQ(expired.undelivered, expected.undelivered);
    } else {
      this->reopen();
    }

    ASSERT_EQ(states_of(*this->ledger), model.states);
    ASSERT_EQ(this->ledger->last().value(), model.last);
    ASSERT_EQ(this->ledger->oldest().value(),
              model.journal.empty() ? model.last + 1 : model.journal.front().sequence);
    const auto entries = all_of(*this->ledger);
    ASSERT_EQ(entries.size(), model.journal.size());
    for (std::size_t at = 0; at < entries.size(); ++at) {
      ASSERT_EQ(entries[at].sequence, model.journal[at].sequence);
      ASSERT_EQ(entries[at].event, model.journal[at].event);
      ASSERT_EQ(entries[at].tenant, model.journal[at].tenant);
      ASSERT_EQ(entries[at].id, model.journal[at].id);
    }
    const auto back = this->ledger->newest({}, model.last + 1, model.journal.size() + 1).value();
    ASSERT_TRUE(std::ranges::equal(back.rbegin(), back.rend(), entries.begin(), entries.end(), {},
                                   &JournalEntry::sequence, &JournalEntry::sequence));
    for (const std::string& sink : sinks) {
      const auto& box = model.outboxes[sink];
      ASSERT_EQ(sequences_of(this->ledger->undelivered(sink, 0, 1000)),
                std::vector<std::uint64_t>(box.begin(), box.end()));
      ASSERT_EQ(this->ledger->outbox(sink).value().events, box.size());
      std::map<std::uint64_t, WallTime> alerts;
      for (const Alert& alert : this->ledger->alerts(sink).value())
        alerts.emplace(alert.event.sequence, alert.until);
      ASSERT_EQ(alerts, model.raised[sink]);
    }
  }
}

REGISTER_TYPED_TEST_SUITE_P(LedgerConformance, IsEmptyAtFirst, KeepsAnIdOfItsOwn,
                            GivesStatesBackAsTheyWere, WritesTheEventAsItIsSent,
                            ChainsEachEventToTheOneBefore, ChainsOnAfterARefusedStep,
                            RefusesAloneAStepThatDoesNotFollow, TakesTwoStepsOfOneTenantInOrder,
                            TakesOneNameInTwoCloudsAsTwoTenants, IsReadInPages, IsReadFromItsEnd,
                            KnowsTheNewestEventUpToATime, WritesAllEventsOfAStep,
                            WritesDrillsWithoutTouchingStates, FindsAnEventByItsId,
                            SavesWhenATenantWasHeardOf, IsReadBesideItself, DoesAsASimpleModelDoes);

}  // namespace tenantscope
