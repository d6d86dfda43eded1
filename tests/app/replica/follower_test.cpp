// What a standby knows of a ledger that another one writes to.
#include "app/replica/follower.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "formats/tenant_json.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/memory_ledger.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// Counts how it is asked, and can be away.
class WatchedLedger : public MemoryLedger {
 public:
  using MemoryLedger::MemoryLedger;

  Result<void> in_place() override {
    return away ? Result<void>(Error{ErrorKind::io, "away"}) : Result<void>();
  }
  Result<std::vector<StoredTenant>> load() override {
    ++loads;
    return MemoryLedger::load();
  }
  Result<TenantState> state(const TenantKey& tenant) override {
    ++states;
    return MemoryLedger::state(tenant);
  }

  bool away = false;
  int loads = 0;
  int states = 0;
};

class FollowerTest : public ::testing::Test {
 protected:
  static constexpr int configured = 400;

  static std::shared_ptr<const Settings> settings() {
    Settings settings;
    for (int i = 1; i <= configured; ++i)
      settings.tenants.push_back({.key = tenant(i)});
    settings.collaborations.push_back({.name = "joint"});
    return std::make_shared<const Settings>(std::move(settings));
  }

  void commit(int number, const std::string& scope) {
    const TenantState before = MemoryLedger(store_).state(tenant(number)).value();
    const Step step = step_to(tenant(number), before, document(scope), minute(number));
    ASSERT_TRUE(ledger_.commit(std::span(&step, 1), "test").front());
  }
  void follow() { ASSERT_TRUE(follower_.follow(ledger_)); }
  const Watch& watch(int number) const { return *follower_.table().find(tenant(number)); }
  std::string scope(int number) const {
    const auto known = watch(number).state.confirmed();
    return known ? known->region_scope.text() : "none";
  }

  std::shared_ptr<MemoryStore> store_ = std::make_shared<MemoryStore>();
  WatchedLedger ledger_{store_};
  Follower follower_{settings(), 1h};
};

TEST_F(FollowerTest, ShowsNothingBeforeItHasRead) {
  commit(1, "USG");
  EXPECT_FALSE(follower_.journal());
  EXPECT_TRUE(follower_.table().watched().empty());
  EXPECT_TRUE(follower_.table().collaborations.empty());
}

TEST_F(FollowerTest, ShowsTheTenantsOfItsConfigurationAsTheLedgerHasThem) {
  commit(1, "USG");
  commit(configured + 1, "USG");
  follow();
  EXPECT_EQ(follower_.journal(), store_->id);
  EXPECT_EQ(scope(1), "USG");
  EXPECT_FALSE(watch(2).state.seen());
  EXPECT_EQ(follower_.table().watched().size(), std::size_t(configured));
  EXPECT_FALSE(follower_.table().find(tenant(configured + 1)));
  EXPECT_EQ(follower_.table().collaborations.size(), 1u);
  EXPECT_EQ(follower_.table().last_event, 2u);
}

TEST_F(FollowerTest, FollowsTheJournalAndReadsWhatItNamesAlone) {
  commit(1, "USG");
  follow();
  follow();
  EXPECT_EQ(ledger_.states, 0);
  commit(1, "USGov");
  commit(2, "USG");
  const Step drill = drill_of(tenant(3), {}, minute(3));
  ASSERT_TRUE(ledger_.commit(std::span(&drill, 1), "test").front());
  follow();
  EXPECT_EQ(scope(1), "USGov");
  EXPECT_EQ(scope(2), "USG");
  EXPECT_EQ(follower_.table().last_event, 4u);
  EXPECT_EQ(ledger_.loads, 1);
  EXPECT_EQ(ledger_.states, 2) << "a drill moves nothing";
}

TEST_F(FollowerTest, ReadsAllWhereMuchIsNew) {
  follow();
  for (int i = 1; i <= configured; ++i)
    commit(i, "USG");
  follow();
  EXPECT_EQ(scope(configured), "USG");
  EXPECT_EQ(follower_.table().last_event, std::uint64_t(configured));
  EXPECT_EQ(ledger_.loads, 2);
  EXPECT_EQ(ledger_.states, 0);
}

TEST_F(FollowerTest, BeginsAnewWhereTheLedgerIsAnotherOne) {
  commit(1, "USG");
  follow();
  store_->id = random_guid();
  store_->model.states.clear();
  store_->model.last += 1'000'000;
  follow();
  EXPECT_EQ(follower_.journal(), store_->id);
  EXPECT_FALSE(watch(1).state.seen());
  EXPECT_EQ(follower_.table().last_event, 1'000'001u);
}

TEST_F(FollowerTest, BeginsAnewWhereTheLedgerWentBack) {
  commit(1, "USG");
  commit(1, "USGov");
  const MemoryStore before = *store_;
  commit(1, "");
  commit(2, "USG");
  follow();
  *store_ = before;
  follow();
  EXPECT_EQ(scope(1), "USGov");
  EXPECT_FALSE(watch(2).state.seen());
  EXPECT_EQ(follower_.table().last_event, 2u);
}

TEST_F(FollowerTest, SaysNothingOfWhatTheActiveOneAloneKnows) {
  commit(1, "USG");
  follow();
  EXPECT_FALSE(watch(1).state.last_success) << "it is stored now and then only";
  const boost::json::object shown = watch_json(watch(1), default_rules, wall_now());
  EXPECT_EQ(shown.at("region_scope"), "USG");
  for (const char* key : {"up", "failure", "pending", "stale", "last_success", "next_probe"})
    EXPECT_TRUE(shown.at(key).is_null()) << key;
}

TEST_F(FollowerTest, KeepsWhatItKnowsWhereTheLedgerDoesNotAnswer) {
  commit(1, "USG");
  follow();
  ledger_.away = true;
  EXPECT_FALSE(follower_.follow(ledger_));
  EXPECT_EQ(follower_.journal(), store_->id);
  EXPECT_EQ(scope(1), "USG");
}

TEST_F(FollowerTest, ShowsNothingThatIsOlderThanTheLease) {
  commit(1, "USG");
  Follower follower(settings(), Duration::zero());
  ASSERT_TRUE(follower.follow(ledger_));
  EXPECT_FALSE(follower.journal());
  EXPECT_TRUE(follower.table().watched().empty());
  EXPECT_TRUE(follower.table().collaborations.empty());
}

}  // namespace
}  // namespace tenantscope
