// What is told together, and how a courier brings it.
#include "app/courier/family.hpp"

#include <gtest/gtest.h>

#include <set>

#include "app/courier/couriers.hpp"

namespace tenantscope {
namespace {

JournalEntry entry(std::uint64_t sequence, EventKind kind, int number, std::string cause = "") {
  return {.sequence = sequence,
          .id = "id-" + std::to_string(sequence),
          .kind = kind,
          .tenant = tenant(number),
          .event = cause.empty() ? "{}" : R"({"data":{"cause":")" + cause + R"("}})"};
}

TEST(Family, IsOfTheEventThatCausedAPairs) {
  EXPECT_EQ(family_of(entry(1, EventKind::changed, 1)), "id-1");
  EXPECT_EQ(family_of(entry(2, EventKind::collaboration_changed, 1, "id-1")), "id-1");
  EXPECT_EQ(family_of(entry(3, EventKind::expectation_changed, 1, "id-1")), "id-3");
  EXPECT_EQ(family_of(entry(4, EventKind::collaboration_changed, 1)), "id-4");
}

TEST(Family, MayGoOnBehindTheLastEvent) {
  const auto pair = [](std::uint64_t sequence, int number) {
    return entry(sequence, EventKind::collaboration_changed, number, "x");
  };
  EXPECT_EQ(whole_families({}), 0u);
  EXPECT_EQ(whole_families({entry(1, EventKind::changed, 1)}), 0u);
  EXPECT_EQ(whole_families({entry(1, EventKind::changed, 1), entry(2, EventKind::changed, 2)}), 1u);
  EXPECT_EQ(whole_families({entry(1, EventKind::changed, 1), entry(2, EventKind::changed, 2),
                            entry(3, EventKind::expectation_changed, 2), pair(4, 2), pair(5, 2)}),
            1u);
  EXPECT_EQ(whole_families({entry(1, EventKind::changed, 1), pair(2, 1), pair(3, 1)}), 0u);
  EXPECT_EQ(whole_families({pair(1, 1), pair(2, 2), pair(3, 2)}), 1u);
}

// A sink that takes families: what it was brought, by event's id.
struct Posts {
  std::vector<std::vector<std::string>> taken;
  std::vector<std::vector<std::string>> refused;
  int refusals = 0;  // of the next deliveries
  Refusal::Advice advice = Refusal::Advice::soon;
};

class FamilySink : public Sink {
 public:
  explicit FamilySink(Posts& posts) : posts_(posts) {}
  bool takes_batches() const override { return false; }
  bool takes_families() const override { return true; }
  boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry> events) override {
    std::vector<std::string> ids;
    ids.reserve(events.size());
    for (const JournalEntry& event : events)
      ids.push_back(event.id);
    if (posts_.refusals > 0) {
      --posts_.refusals;
      posts_.refused.push_back(std::move(ids));
      co_return Refusal{.error = {ErrorKind::http_status, "as told"}, .advice = posts_.advice};
    }
    posts_.taken.push_back(std::move(ids));
    co_return Delivery();
  }

 private:
  Posts& posts_;
};

class CourierOfFamilies : public CourierInFastTime {
 protected:
  // A tenant's change, with what it does to `pairs` pairs.
  void commit_family(int number, int pairs, bool with_own = true) {
    auto job = [=](Ledger& ledger) {
      const States states = states_of(ledger);
      const auto known = states.find(tenant(number));
      const TenantState state = known == states.end() ? TenantState() : known->second;
      Step step =
          step_to(tenant(number), state, document(state.generation % 2 == 0 ? "USG" : "USGov"),
                  minute(0), {"soc"});
      const ChangeEvent own = step.events.front();
      for (int pair = 0; pair < pairs; ++pair) {
        PairChange change{.collaboration = "c",
                          .host = own.tenant.name,
                          .guest = "guest" + std::to_string(pair),
                          .from = PairCapability::supported,
                          .verdict = {},
                          .cause = cause_id(ledger.id(), own)};
        ChangeEvent event = make_pair_event(own.tenant, own.transition, std::move(change), {});
        event.sinks = {"soc"};
        step.events.push_back(std::move(event));
      }
      if (!with_own)
        step.events.front().sinks = {};
      return ledger.commit(std::vector{step}, "tenantscope").front().has_value();
    };
    EXPECT_TRUE(run(loop_, ledger_.run(std::move(job))));
    if (courier_)
      courier_->wake();
  }
  void expect_sizes(const std::vector<std::size_t>& wanted) {
    ASSERT_TRUE(until([&] { return waiting() == 0; })) << waiting() << " are left";
    std::vector<std::size_t> sizes;
    for (const auto& post : posts_.taken)
      sizes.push_back(post.size());
    EXPECT_EQ(sizes, wanted);
  }
  void start_families() { start(std::make_unique<FamilySink>(posts_)); }

  Posts posts_;
};

TEST_F(CourierOfFamilies, BringsATenantsEventAndThoseOfItsPairsAsOne) {
  commit_family(1, 30);
  start_families();
  expect_sizes({31});
}

TEST_F(CourierOfFamilies, BringsEachFamilyAlone) {
  commit_family(1, 2);
  commit_family(1, 3);
  commit_family(1, 0);
  start_families();
  expect_sizes({3, 4, 1});
}

// The courier looks at a hundred events at once.
TEST_F(CourierOfFamilies, TearsNoneApartWhereverItsEventsStand) {
  for (int number = 0; number < 95; ++number)
    commit_family(1000 + number, 0);
  commit_family(1, 30);
  commit_family(1, 250);
  start_families();
  ASSERT_TRUE(until([&] { return waiting() == 0; }));
  std::multiset<std::size_t> sizes;
  for (const auto& post : posts_.taken)
    sizes.insert(post.size());
  EXPECT_EQ(sizes.count(31), 1u);
  EXPECT_EQ(sizes.count(251), 1u);
  EXPECT_EQ(sizes.count(1), 95u);
  EXPECT_EQ(sizes.size(), 97u);
}

TEST_F(CourierOfFamilies, BringsPairsTogetherWhereTheSinkWantsNoOther) {
  commit_family(1, 5, false);
  start_families();
  expect_sizes({5});
}

TEST_F(CourierOfFamilies, BringsTheSameAgainUntilItIsTaken) {
  commit_family(1, 4);
  commit_family(1, 2);
  for (const Refusal::Advice advice : {Refusal::Advice::soon, Refusal::Advice::later}) {
    posts_ = {.refusals = 3, .advice = advice};
    if (!courier_)
      start_families();
    else
      commit_family(1, 4), commit_family(1, 2);
    expect_sizes({5, 3});
    ASSERT_EQ(posts_.refused.size(), 3u);
    for (const auto& post : posts_.refused)
      EXPECT_EQ(post, posts_.taken.front()) << "neither halved nor overtaken";
  }
}

}  // namespace
}  // namespace tenantscope
