// Changes that the ledger didn't take, once it answers again.
#include "app/watcher_fixture.hpp"
#include "base/clock.hpp"

namespace tenantscope {
namespace {

// Nobody is asked twice by the schedule while a test runs.
constexpr ProbeSettings rarely{
    .interval = 1h, .timeout = 50s, .confirmations = 2, .confirm_interval = 1h, .stale_after = 4h};

constexpr ProbeSettings seldom{
    .interval = 1h, .timeout = 50s, .confirmations = 1, .confirm_interval = 1h, .stale_after = 4h};

class WatcherRetry : public WatcherTest {
 protected:
  WatcherRetry() {
    for (const char* name : {"a.example", "b.example"})
      authority_.show(name, found(documents::gcc_high_document(documents::contoso)));
    start();
  }
  ~WatcherRetry() override { stop(); }

  // `a.example` may invite `b.example`.
  void configure_pair(std::vector<TenantSettings> tenants) {
    const auto member = [](const std::string& name) {
      return CollaborationMember{.key = {.asked = "global", .name = name}, .shown = name};
    };
    Settings settings{.clouds = authority_.clouds(), .tenants = std::move(tenants)};
    settings.collaborations = {
        {.name = "joint", .hosts = {member("a.example")}, .guests = {member("b.example")}}};
    watching_->watcher.configure(
        plan_changeover(watching_->table, std::make_shared<const Settings>(std::move(settings))));
  }
  // Its probe is over, and it waits for the next one.
  bool waits(const std::string& name) {
    return watching_->until([&] {
      return watching_->tenant(name).status.probed &&
             watching_->tenant(name).status.next_probe > wall_now() + 20min;
    });
  }
};

TEST_F(WatcherRetry, AsksAtOnceWhoseChangeTheLedgerDidNotTake) {
  configure({watch("a.example", rarely)});
  ASSERT_TRUE(watching_->until_generation("a.example", 1) && waits("a.example"));
  watching_->faults.writes_fail = true;
  configure({watch("a.example", rarely), watch("b.example", rarely)});
  ASSERT_TRUE(waits("b.example"));
  EXPECT_EQ(watching_->tenant("b.example").state.generation, 0u);
  const int asked_of_a = authority_.asked("a.example");

  watching_->faults.writes_fail = false;
  watching_->watcher.retry_uncommitted();
  ASSERT_TRUE(watching_->until_generation("b.example", 1));
  EXPECT_EQ(authority_.asked("b.example"), 2);
  EXPECT_EQ(authority_.asked("a.example"), asked_of_a) << "nothing of it is missing";

  ASSERT_TRUE(waits("b.example"));
  watching_->watcher.retry_uncommitted();
  configure({watch("a.example", rarely), watch("b.example", rarely), watch("c.example", rarely)});
  ASSERT_TRUE(waits("c.example"));
  EXPECT_EQ(authority_.asked("b.example"), 2) << "it is committed";
}

TEST_F(WatcherRetry, AsksAgainWhileTheLedgerFails) {
  watching_->faults.writes_fail = true;
  configure({watch("a.example", rarely)});
  for (int times = 1; times <= 3; ++times) {
    ASSERT_TRUE(waits("a.example"));
    EXPECT_EQ(authority_.asked("a.example"), times);
    watching_->watcher.retry_uncommitted();
  }
  watching_->faults.writes_fail = false;
  ASSERT_TRUE(waits("a.example"));
  watching_->watcher.retry_uncommitted();
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
}

TEST_F(WatcherRetry, LeavesAloneWhoHasLeft) {
  watching_->faults.writes_fail = true;
  configure({watch("a.example", rarely)});
  ASSERT_TRUE(waits("a.example"));
  configure({watch("b.example", rarely)});
  watching_->faults.writes_fail = false;
  watching_->watcher.retry_uncommitted();
  ASSERT_TRUE(watching_->until_generation("b.example", 1));
  EXPECT_EQ(authority_.asked("a.example"), 1);
}

// Two tenants that are a pair, of whom one's change was in doubt when the other one changed.
TEST_F(WatcherRetry, AsksAtOnceWhoseChangeWasHeldUntilAnotherOfItsPairIsKnown) {
  configure_pair({watch("a.example", rarely), watch("b.example", rarely)});
  ASSERT_TRUE(waits("a.example") && waits("b.example"));
  configure({});
  for (const char* name : {"a.example", "b.example"})
    authority_.show(name, found(documents::usg_document(documents::contoso)));

  watching_->faults.in_doubt = true;
  watching_->faults.reads_fail = true;
  configure_pair({watch("a.example", seldom)});
  ASSERT_TRUE(waits("a.example"));
  watching_->faults.in_doubt = false;
  configure_pair({watch("a.example", seldom), watch("b.example", seldom)});
  ASSERT_TRUE(waits("b.example"));
  EXPECT_EQ(watching_->tenant("b.example").state.generation, 1u);

  watching_->faults.reads_fail = false;
  ASSERT_TRUE(watching_->until_generation("b.example", 2));
  EXPECT_EQ(watching_->tenant("a.example").state.generation, 2u);
}

}  // namespace
}  // namespace tenantscope
