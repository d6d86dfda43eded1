// Tenants that leave and return, restarts and stops, in the middle of whatever is under way.
#include <gtest/gtest.h>

#include "app/watcher_fixture.hpp"
#include "base/clock.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using documents::contoso;
using documents::fabrikam;

using WatcherLifetime = WatcherTest;

TEST_F(WatcherLifetime, ComparesATenantThatReturnsWithWhatItWas) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({watch("a.example"), watch("b.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1) &&
              watching_->until_generation("b.example", 1));

  configure({watch("b.example")});
  EXPECT_EQ(watching_->table.watched().size(), 1u);
  EXPECT_EQ(watching_->watcher.watched_keys().size(), 1u);
  ASSERT_TRUE(asked_again("b.example", 2) && watching_->until([&] { return in_flight() == 0; }));
  const int before = authority_.asked("a.example");
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  ASSERT_TRUE(asked_again("b.example", 5));
  EXPECT_EQ(authority_.asked("a.example"), before);

  configure({watch("a.example"), watch("b.example")});
  EXPECT_FALSE(watching_->tenant("a.example").status.probed);
  ASSERT_TRUE(watching_->until_generation("a.example", 2));
  const auto journal = watching_->journal();
  EXPECT_EQ(journal.size(), 3u);
  EXPECT_EQ(journal.back().kind, EventKind::changed);
}

TEST_F(WatcherLifetime, DisregardsAProbeWhoseTenantHasLeft) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  authority_.hold();
  configure({watch("a.example"), watch("b.example", once)});
  ASSERT_TRUE(watching_->until(
      [&] { return authority_.asked("a.example") == 1 && authority_.asked("b.example") == 1; }));
  configure({watch("b.example", once)});
  authority_.release();
  ASSERT_TRUE(watching_->until([&] { return in_flight() == 0; }));
  ASSERT_TRUE(watching_->until_generation("b.example", 1));
  EXPECT_EQ(watching_->tenant("a.example").state.generation, 0u);
  EXPECT_FALSE(watching_->tenant("a.example").status.probed);
  EXPECT_EQ(watching_->journal().size(), 1u);
  EXPECT_EQ(authority_.asked("a.example"), 1);
}

TEST_F(WatcherLifetime, AsksAtOnceWhoLeavesAndReturnsDuringItsCommit) {
  start();
  watching_->faults.waits = true;
  configure({watch("a.example", once)});
  ASSERT_TRUE(watching_->until([&] { return watching_->faults.arrived == 1; }));
  configure({});
  configure({watch("a.example", once)});
  watching_->faults.release();
  ASSERT_TRUE(watching_->until([&] { return authority_.asked("a.example") == 2; }));
  EXPECT_TRUE(watching_->until([&] { return watching_->faults.trims == 2; }))
      << "nobody's first probe is awaited";
  EXPECT_EQ(watching_->journal().size(), 1u);
}

TEST_F(WatcherLifetime, TakesALastTenantsProbeBackAfterItsAuthorityHasGone) {
  start();
  authority_.hold();
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until([&] { return authority_.asked("a.example") == 1; }));
  configure({});
  authority_.release();
  EXPECT_TRUE(watching_->until([&] { return in_flight() == 0; }));
  EXPECT_EQ(watching_->journal().size(), 0u);
}

// The answer was asked for under another pin: it may be the wrong tenant's.
TEST_F(WatcherLifetime, DisregardsAnAnswerOlderThanItsPin) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  authority_.hold();
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until([&] { return authority_.asked("a.example") == 1; }));
  TenantSettings pinned = watch("a.example");
  pinned.tenant_id = parse_guid(fabrikam);
  configure({pinned});
  authority_.release();
  ASSERT_TRUE(
      watching_->until([&] { return watching_->tenant("a.example").status.failures >= 2; }));
  EXPECT_EQ(watching_->tenant("a.example").status.failure, ErrorKind::identity);
  EXPECT_FALSE(watching_->tenant("a.example").state.known);
}

TEST_F(WatcherLifetime, FindsAChangeOfItsDowntimeOnce) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({watch("a.example"), watch("gone.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1) &&
              watching_->until_generation("gone.example", 1));
  restart();
  EXPECT_TRUE(watching_->table.watched().empty());
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  configure({watch("a.example")});
  EXPECT_EQ(watching_->table.watched().size(), 1u);
  EXPECT_EQ(watching_->tenant("a.example").state.known->region_scope, "USG");
  EXPECT_FALSE(watching_->tenant("a.example").status.probed);
  ASSERT_TRUE(watching_->until_generation("a.example", 2));
  ASSERT_TRUE(asked_again("a.example", 2));
  restart();
  configure({watch("a.example")});
  ASSERT_TRUE(asked_again("a.example", 4));
  EXPECT_EQ(watching_->journal().size(), 3u);
  EXPECT_EQ(watching_->tenant("a.example").state.generation, 2u);
}

TEST_F(WatcherLifetime, BeginsAnewToConfirmAfterARestart) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  ProbeSettings slowly = often;
  slowly.confirmations = 1000;
  start();
  configure({watch("a.example", slowly)});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  ASSERT_TRUE(
      watching_->until([&] { return watching_->tenant("a.example").state.pending.has_value(); }));
  restart();
  configure({watch("a.example", slowly)});
  EXPECT_FALSE(watching_->tenant("a.example").state.pending);
}

// Wherever it is stopped: nothing is left, nothing comes back, and what was on its way to the
// ledger is in it.
TEST_F(WatcherLifetime, StopsWhileProbesHang) {
  start();
  authority_.hold();
  std::vector<TenantSettings> tenants;
  tenants.reserve(50);
  for (int i = 0; i < 50; ++i)
    tenants.push_back(watch(fmt::format("t{}.example", i)));
  configure(tenants);
  ASSERT_TRUE(watching_->until([&] { return in_flight() == 32; }));
  stop();
  start();
  EXPECT_EQ(watching_->journal().size(), 0u);
}

TEST_F(WatcherLifetime, StopsWhileItCommits) {
  start();
  watching_->faults.waits = true;
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until([&] { return watching_->faults.arrived == 1; }));
  watching_->watcher.stop();
  watching_->faults.release();
  ASSERT_TRUE(watching_->until([&] { return watching_->faults.commits == 1; }));
  watching_->loop.poll();
  EXPECT_EQ(watching_->announced, 0);
  restart();
  EXPECT_EQ(watching_->journal().size(), 1u);
}

TEST_F(WatcherLifetime, StopsWhileBaselinesWait) {
  start();
  authority_.show("slow.example", broken());
  std::vector<TenantSettings> tenants;
  tenants.reserve(50);
  for (int i = 0; i < 50; ++i)
    tenants.push_back(watch(fmt::format("t{}.example", i)));
  configure(tenants);
  ASSERT_TRUE(watching_->until([&] { return watching_->tenant("t0.example").status.probed; }));
  restart();
  EXPECT_EQ(watching_->journal().size(), watching_->table.watches.size());
}

TEST_F(WatcherLifetime, CountsNothingThatComesBackAfterTheStop) {
  start();
  authority_.hold();
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until([&] { return authority_.asked("a.example") == 1; }));
  watching_->watcher.stop();
  authority_.show("a.example", broken());
  authority_.release();
  watching_->loop.restart();
  watching_->loop.run();  // comes to an end: nothing is under way
  EXPECT_FALSE(watching_->tenant("a.example").status.probed);
  EXPECT_EQ(watching_->instruments.authorities()
                .of("global")
                .failures.at(ErrorKind::http_status)
                ->Value(),
            0);
}

}  // namespace
}  // namespace tenantscope
