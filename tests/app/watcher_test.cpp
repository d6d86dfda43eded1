#include "app/watcher.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <thread>

#include "app/watcher_fixture.hpp"
#include "base/clock.hpp"
#include "formats/exposition.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using documents::contoso;

TEST_F(WatcherTest, TakesAFirstAnswerAsTheBaseline) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({watch("a.example"), watch("b.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1) &&
              watching_->until_generation("b.example", 1));

  const Watch& a = watching_->tenant("a.example");
  EXPECT_EQ(a.state.known->region_scope, "USG");
  EXPECT_TRUE(a.status.probed);
  EXPECT_FALSE(a.status.failure);
  EXPECT_FALSE(watching_->tenant("b.example").state.found);
  EXPECT_TRUE(watching_->until([&] { return watching_->announced > 0; }));
  EXPECT_EQ(watching_->instruments.events(EventKind::baselined).Value(), 2);
  EXPECT_EQ(watching_->instruments.tenants().Value(), 2);

  ASSERT_TRUE(asked_again("a.example", 3) && asked_again("b.example", 3));
  const auto journal = watching_->journal();
  ASSERT_EQ(journal.size(), 2u);
  for (const JournalEntry& entry : journal)
    EXPECT_EQ(entry.kind, EventKind::baselined);
}

TEST_F(WatcherTest, ConfirmsAChangeOverFreshConnections) {
  ProbeSettings thrice = often;
  thrice.confirmations = 3;
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({watch("a.example", thrice)});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  ASSERT_EQ(authority_.connections(), 1);

  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  ASSERT_TRUE(
      watching_->until([&] { return watching_->tenant("a.example").state.pending.has_value(); }));
  EXPECT_EQ(watching_->tenant("a.example").state.known->region_scope, "USG");
  ASSERT_TRUE(watching_->until_generation("a.example", 2));
  EXPECT_EQ(watching_->tenant("a.example").state.known->region_scope, "USGov");
  EXPECT_FALSE(watching_->tenant("a.example").state.pending);
  EXPECT_EQ(authority_.connections(), 3);
  EXPECT_EQ(watching_->instruments.authorities().of("global").connections_opened.Value(), 3);
  ASSERT_TRUE(asked_again("a.example", 3));
  EXPECT_EQ(authority_.connections(), 3);

  const auto journal = watching_->journal();
  ASSERT_EQ(journal.size(), 2u);
  EXPECT_EQ(fields_of(journal[1]),
            (std::vector<std::string>{"region_scope", "sub_scope", "b2b_capability"}));
  EXPECT_EQ(data_of(journal[1]).at("confirmations"), 3);
  EXPECT_EQ(watching_->instruments.events(EventKind::changed).Value(), 1);
  EXPECT_EQ(watching_->instruments.changes(Field::region_scope).Value(), 1);
  EXPECT_EQ(watching_->instruments.changes(Field::presence).Value(), 0);
  EXPECT_EQ(open_sqlite_ledger(folder_.path())->outbox("audit").value().events, 2u);
}

TEST_F(WatcherTest, DropsASightingThatIsNotConfirmed) {
  ProbeSettings slowly = often;
  slowly.confirmations = 1000;
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({watch("a.example", slowly)});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  const auto& pending = watching_->tenant("a.example").state.pending;

  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  ASSERT_TRUE(watching_->until([&] { return pending && pending->sightings >= 2; }));
  authority_.show("a.example", broken());
  ASSERT_TRUE(
      watching_->until([&] { return watching_->tenant("a.example").status.failures >= 2; }));
  EXPECT_TRUE(pending);
  const int before = pending->sightings;
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  ASSERT_TRUE(watching_->until([&] { return pending && pending->sightings > before; }));
  authority_.show("a.example", found(documents::usg_document(contoso)));
  ASSERT_TRUE(watching_->until([&] { return !pending; }));
  EXPECT_EQ(watching_->journal().size(), 1u);
}

TEST_F(WatcherTest, CountsFailuresAndKeepsTheVerdict) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  const Watch& a = watching_->tenant("a.example");

  authority_.show("a.example", broken());
  ASSERT_TRUE(watching_->until([&] { return a.status.failures >= 3; }));
  EXPECT_EQ(a.status.failure, ErrorKind::http_status);
  EXPECT_EQ(a.status.failure_detail, "the authority answered with status 500");
  EXPECT_EQ(a.status.failures_in_a_row, a.status.failures);
  EXPECT_EQ(a.state.known->region_scope, "USG");
  EXPECT_EQ(watching_->instruments.authorities()
                .of("global")
                .failures.at(ErrorKind::http_status)
                ->Value(),
            double(a.status.failures));

  authority_.show("a.example", http_answer("403 Forbidden", "<title>Access Denied</title>",
                                           "Content-Type: text/html\r\n"));
  ASSERT_TRUE(watching_->until([&] {
    return a.status.failure_detail ==
           "the authority answered with status 403: text/html: Access Denied";
  }));

  authority_.show("a.example", found(documents::usg_document(contoso)));
  ASSERT_TRUE(watching_->until([&] { return !a.status.failure; }));
  EXPECT_TRUE(a.status.failure_detail.empty());
  EXPECT_EQ(a.status.failures_in_a_row, 0u);
  EXPECT_GE(a.status.failures, 3u);
  EXPECT_EQ(watching_->journal().size(), 1u);
}

TEST_F(WatcherTest, HeedsAThrottle) {
  start();
  authority_.show("a.example", http_answer("429 Too Many Requests", "Too Many Requests",
                                           "Retry-After: 3600\r\n"));
  configure({watch("a.example")});
  const Watch& a = watching_->tenant("a.example");
  ASSERT_TRUE(watching_->until([&] { return a.status.failures == 1; }));
  EXPECT_EQ(a.status.failure, ErrorKind::throttled);
  const AuthorityInstruments& counted = watching_->instruments.authorities().of("global");
  EXPECT_EQ(counted.throttled.Value(), 1);
  EXPECT_LT(counted.requests_per_second.Value(), 100'000);
  EXPECT_EQ(counted.up.Value(), 1);
}

TEST_F(WatcherTest, ShowsAnAuthorityThatIsGone) {
  start();
  authority_.show("a.example", "SSH-2.0-none\r\n\r\n");
  configure({watch("a.example")});
  const AuthorityInstruments& counted = watching_->instruments.authorities().of("global");
  ASSERT_TRUE(watching_->until([&] { return counted.up.Value() == 0; }));
  EXPECT_EQ(watching_->tenant("a.example").status.failure, ErrorKind::connect);
  authority_.show("a.example", not_found());
  ASSERT_TRUE(watching_->until([&] { return counted.up.Value() == 1; }));
  EXPECT_EQ(counted.not_found.Value(), 1);
}

TEST_F(WatcherTest, KeepsAChangePendingThatCannotBeCommitted) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  const Watch& a = watching_->tenant("a.example");
  EXPECT_EQ(watching_->instruments.storage_up().Value(), 1);

  watching_->faults.writes_fail = true;
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  ASSERT_TRUE(watching_->until([&] { return watching_->instruments.storage_up().Value() == 0; }));
  ASSERT_TRUE(asked_again("a.example", 3));
  EXPECT_TRUE(watching_->until([&] { return a.state.pending.has_value(); }));
  EXPECT_EQ(a.state.generation, 1u);
  EXPECT_EQ(a.state.known->region_scope, "USG");
  EXPECT_FALSE(a.status.failure);
  EXPECT_EQ(watching_->journal().size(), 1u);
  EXPECT_EQ(watching_->announced, 1);

  watching_->faults.writes_fail = false;
  ASSERT_TRUE(watching_->until_generation("a.example", 2));
  EXPECT_EQ(watching_->instruments.storage_up().Value(), 1);
  EXPECT_FALSE(a.state.pending);
  ASSERT_TRUE(asked_again("a.example", 3));
  const auto journal = watching_->journal();
  ASSERT_EQ(journal.size(), 2u);
  EXPECT_EQ(data_of(journal[1]).at("confirmations"), 2);
  EXPECT_EQ(watching_->instruments.events(EventKind::changed).Value(), 1);
}

TEST_F(WatcherTest, CommitsABaselineOnceItCan) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  watching_->faults.writes_fail = true;
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until([&] { return watching_->instruments.storage_up().Value() == 0; }));
  ASSERT_TRUE(asked_again("a.example", 3));
  EXPECT_EQ(watching_->tenant("a.example").state.generation, 0u);
  EXPECT_EQ(watching_->journal().size(), 0u);
  watching_->faults.writes_fail = false;
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  EXPECT_EQ(watching_->journal().size(), 1u);
}

TEST_F(WatcherTest, GoesOnProbingOthersWhileTheDiskIsSlow) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  watching_->faults.waits = true;
  configure({watch("a.example"), watch("b.example")});
  ASSERT_TRUE(watching_->until([&] { return watching_->tenant("b.example").status.probed; }));
  ASSERT_TRUE(asked_again("a.example", 3));
  EXPECT_EQ(watching_->tenant("b.example").state.generation, 0u);
  watching_->faults.release();
  EXPECT_TRUE(watching_->until_generation("b.example", 1));
}

TEST_F(WatcherTest, JudgesAnewUnderOtherRulesWithoutAnEvent) {
  authority_.show("a.example",
                  found(documents::tenant_document(documents::china_hosts, contoso, R"("AS")")));
  start();
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  configure({watch("a.example")}, RuleSet::seed_2022);
  EXPECT_EQ(watching_->table.rules, RuleSet::seed_2022);
  ASSERT_TRUE(asked_again("a.example", 4));
  EXPECT_EQ(watching_->journal().size(), 1u);
  EXPECT_EQ(watching_->tenant("a.example").state.generation, 1u);
}

TEST_F(WatcherTest, MakesAHandfulOfCommitsOfAFirstSweep) {
  constexpr int count = 300;
  std::vector<TenantSettings> tenants;
  tenants.reserve(count);
  for (int i = 0; i < count; ++i)
    tenants.push_back(watch(fmt::format("t{}.example", i), once));
  start();
  configure(tenants);
  ASSERT_TRUE(watching_->until(
      [&] { return watching_->instruments.events(EventKind::baselined).Value() == count; }));
  EXPECT_LE(watching_->faults.commits, 30);
  EXPECT_EQ(watching_->journal().size(), std::size_t(count));
  for (const Watch* watch : watching_->table.watched())
    EXPECT_EQ(watch->state.generation, 1u);
}

TEST_F(WatcherTest, AnnouncesOnceWhatItLearnsOfTogether) {
  start();
  watching_->faults.waits = true;
  configure({watch("a.example", once), watch("b.example", once), watch("c.example", once)});
  ASSERT_TRUE(watching_->until([&] {
    return std::ranges::all_of(watching_->table.watches,
                               [](const Watch& watch) { return watch.status.probed; });
  }));
  watching_->faults.release();
  boost::asio::io_context elsewhere;  // the watcher's own loop stands still
  ASSERT_TRUE(run_until(elsewhere, [&] { return watching_->journal().size() == 3; }));
  std::promise<void> told;
  watching_->ledger.post([&](Ledger&) { told.set_value(); });
  told.get_future().wait();
  EXPECT_EQ(watching_->announced, 0);

  ASSERT_TRUE(watching_->until([&] { return watching_->announced > 0; }));
  watching_->loop.poll();
  EXPECT_EQ(watching_->instruments.events(EventKind::baselined).Value(), 3);
  EXPECT_EQ(watching_->announced, 1);
}

TEST_F(WatcherTest, TellsThatATenantVanishedAndCameBack) {
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  start();
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  authority_.show("a.example", not_found());
  ASSERT_TRUE(watching_->until_generation("a.example", 2));
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  ASSERT_TRUE(watching_->until_generation("a.example", 3));
  const auto journal = watching_->journal();
  EXPECT_EQ(fields_of(journal.at(1)), (std::vector<std::string>{"b2b_capability", "presence"}));
  EXPECT_EQ(fields_of(journal.at(2)), (std::vector<std::string>{"b2b_capability", "presence"}));
}

// Many tenants under a new interval are no herd: each comes at its own place within it, unless it
// comes earlier anyway.
TEST_F(WatcherTest, GoesOnUnderANewIntervalWhereThatIsSoonerAndElseKeepsTheSchedule) {
  start();
  configure({watch("a.example", once), watch("b.example", once), watch("c.example", once)});
  for (const char* tenant : {"a.example", "b.example", "c.example"})
    ASSERT_TRUE(watching_->until_generation(tenant, 1));
  ProbeSettings seldom = once, often_enough = once;
  seldom.interval = 2h;
  often_enough.interval = 200ms;
  TenantSettings labelled = watch("a.example", once);
  labelled.labels = {{"team", "identity"}};
  configure({labelled, watch("b.example", seldom), watch("c.example", often_enough)});
  EXPECT_EQ(watching_->tenant("a.example").settings->labels.at("team"), "identity");
  ASSERT_TRUE(watching_->until([&] { return authority_.asked("c.example") == 3; }));
  ASSERT_TRUE(watching_->until([&] { return in_flight() == 0; }));
  EXPECT_EQ(authority_.asked("a.example"), 1);
  EXPECT_EQ(authority_.asked("b.example"), 1);
}

TEST_F(WatcherTest, A503IsTheFailureOfItsTenant) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  authority_.show("b.example", http_answer("503 Service Unavailable", ""));
  start();
  configure({watch("a.example", once), watch("b.example")});
  ASSERT_TRUE(asked_again("b.example", 25)) << "and that is as often as it is due";
  AuthorityInstruments& global = watching_->instruments.authorities().of("global");
  EXPECT_EQ(global.throttled.Value(), 0);
  EXPECT_EQ(global.requests_per_second.Value(), 100'000);
  EXPECT_EQ(watching_->tenant("b.example").status.failure, ErrorKind::http_status);
  EXPECT_GE(watching_->tenant("b.example").status.failures_in_a_row, 24u);
}

TEST_F(WatcherTest, A503ThatNamesATimeIsItsAuthoritys) {
  authority_.show("a.example", http_answer("503 Service Unavailable", "", "Retry-After: 3600\r\n"));
  start();
  configure({watch("a.example")});
  AuthorityInstruments& global = watching_->instruments.authorities().of("global");
  ASSERT_TRUE(watching_->until([&] { return global.throttled.Value() == 1; }));
  EXPECT_EQ(global.requests_per_second.Value(), Limiter::probing_rate);
  EXPECT_EQ(watching_->tenant("a.example").status.failure, ErrorKind::http_status);
}

TEST_F(WatcherTest, TheirAuthorityIsAskedLessWhereManyAreAnswered503) {
  std::vector<TenantSettings> tenants;
  tenants.reserve(30);
  for (int i = 0; i < 30; ++i) {
    tenants.push_back(watch(fmt::format("t{}.example", i), once));
    authority_.show(tenants.back().key.name, http_answer("503 Service Unavailable", ""));
  }
  start();
  configure(tenants);
  AuthorityInstruments& global = watching_->instruments.authorities().of("global");
  ASSERT_TRUE(watching_->until([&] { return global.throttled.Value() >= 11; }));
  EXPECT_EQ(global.requests_per_second.Value(), 50'000) << "halved once";
}

TEST_F(WatcherTest, KnowsWhatTheLedgerShallKeep) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  authority_.show("b.example", broken());
  start();
  configure({watch("a.example"), watch("b.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  ASSERT_TRUE(watching_->until([&] { return watching_->tenant("b.example").status.probed; }));
  const auto times = watching_->watcher.last_successes();
  ASSERT_EQ(times.size(), 1u);
  EXPECT_EQ(times[0].first.name, "a.example");
  EXPECT_EQ(times[0].second, watching_->tenant("a.example").state.last_success);

  configure({watch("b.example")});
  watching_->watcher.forget({{.asked = "global", .name = "a.example"}});
  EXPECT_EQ(watching_->tenant("a.example").state.generation, 0u);
  EXPECT_TRUE(watching_->watcher.last_successes().empty());
  watching_->watcher.forget({{.asked = "global", .name = "stranger.example"}});
  EXPECT_FALSE(watching_->table.number_of({.asked = "global", .name = "stranger.example"}));
}

TEST_F(WatcherTest, IsReadByOthersWhileItWorks) {
  authority_.show("a.example",
                  found(documents::tenant_document(documents::china_hosts, contoso, R"("AS")")));
  start();
  configure({watch("a.example")});
  std::atomic<bool> done = false;
  std::atomic<int> read = 0;
  std::thread reader([&] {
    while (!done) {
      Exposition exposition(ExpositionFormat::text);
      const std::lock_guard lock(watching_->table.mutex);
      for (const TenantFamily& family : tenant_families())
        for (const Watch* watch : watching_->table.watched())
          exposition.tenant(
              family,
              {.watch = *watch, .labels = {}, .rules = watching_->table.rules, .now = wall_now()});
      ++read;
    }
  });
  for (int i = 0; i < 10; ++i) {
    configure({watch("a.example"), watch(fmt::format("t{}.example", i))},
              i % 2 == 0 ? RuleSet::seed_2022 : RuleSet::docs_2025);
    EXPECT_TRUE(asked_again("a.example"));
  }
  EXPECT_TRUE(watching_->until([&] { return read > 10; }));
  done = true;
  reader.join();
}

}  // namespace
}  // namespace tenantscope
