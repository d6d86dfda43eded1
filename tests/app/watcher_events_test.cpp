// What the watcher tells whom: sinks by their match, expectations, drills.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "app/watching.hpp"
#include "base/digest.hpp"
#include "storage/ledger_samples.hpp"
#include "support/loopback_authority.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using documents::contoso;

class WatcherEvents : public ::testing::Test {
 protected:
  void configure(Expectation expect = {}, Severities severities = {}) {
    TenantSettings tenant{.key = {.asked = "global", .name = "a.example"},
                          .expect = std::move(expect),
                          .probe = {.interval = 20ms,
                                    .timeout = 50s,
                                    .confirmations = 2,
                                    .confirm_interval = 10ms,
                                    .stale_after = 1h},
                          .labels = {{"team", "identity"}}};
    Settings settings{.clouds = authority_.clouds(), .tenants = {tenant}};
    settings.events.severities = severities;
    const FileSinkSettings file{"events.jsonl"};
    settings.events.sinks = {
        {.name = "audit", .match = {}, .target = file},
        {.name = "pager", .match = {.severities = {Severity::critical}}, .target = file},
        {.name = "identity",
         .match = {.types = {EventKind::changed}, .labels = {{"team", "identity"}}},
         .target = file},
        {.name = "network", .match = {.labels = {{"team", "network"}}}, .target = file}};
    watching_.watcher.configure(
        plan_changeover(watching_.table, std::make_shared<const Settings>(std::move(settings))));
  }
  void show(const documents::Document& document) { authority_.show("a.example", found(document)); }
  std::vector<std::uint64_t> outbox(const std::string& sink) {
    auto job = [sink](Ledger& ledger) { return ledger.undelivered(sink, 0, 100); };
    return sequences_of(run(watching_.loop, watching_.ledger.run(std::move(job))));
  }
  ~WatcherEvents() override { watching_.watcher.stop(); }

  using Sequences = std::vector<std::uint64_t>;
  TemporaryFolder folder_;
  LoopbackAuthority authority_;
  Watching watching_{folder_.path()};
};

TEST_F(WatcherEvents, GoToTheSinksThatWantThem) {
  show(documents::gcc_high_document(contoso));
  configure();
  ASSERT_TRUE(watching_.until_generation("a.example", 1));
  show(documents::usg_document(contoso));
  ASSERT_TRUE(watching_.until_generation("a.example", 2));
  EXPECT_EQ(outbox("audit"), (Sequences{1, 2}));
  EXPECT_EQ(outbox("pager"), (Sequences{2}));
  EXPECT_EQ(outbox("identity"), (Sequences{2}));
  EXPECT_EQ(outbox("network"), Sequences{});
}

TEST_F(WatcherEvents, HaveTheDigestOfTheBodyThatConfirmedThem) {
  show(documents::gcc_high_document(contoso));
  configure();
  ASSERT_TRUE(watching_.until_generation("a.example", 1));
  show(documents::usg_document(contoso));
  ASSERT_TRUE(watching_.until_generation("a.example", 2));
  auto job = [](Ledger& ledger) { return ledger.undelivered("audit", 0, 100); };
  const auto entries = run(watching_.loop, watching_.ledger.run(std::move(job)));
  ASSERT_EQ(entries.value().size(), 2u);
  EXPECT_NE(entries->at(0).event.find(sha256_hex(documents::gcc_high_document(contoso).text())),
            std::string::npos)
      << entries->at(0).event;
  EXPECT_NE(entries->at(1).event.find(sha256_hex(documents::usg_document(contoso).text())),
            std::string::npos)
      << entries->at(1).event;
}

TEST_F(WatcherEvents, AreAsSevereAsTheConfigurationSays) {
  Severities severities;
  for (const Occasion occasion : occasions)
    severities.set(occasion, Severity::info);
  severities.set(Occasion::baseline, Severity::critical);
  show(documents::gcc_high_document(contoso));
  configure({}, severities);
  ASSERT_TRUE(watching_.until_generation("a.example", 1));
  show(documents::usg_document(contoso));
  ASSERT_TRUE(watching_.until_generation("a.example", 2));
  EXPECT_EQ(outbox("pager"), (Sequences{1}));
}

TEST_F(WatcherEvents, TellThatAnExpectationIsNotMetAndMetAgain) {
  show(documents::gcc_high_document(contoso));
  configure({.region_scope = {}, .b2b = B2b::supported});
  ASSERT_TRUE(watching_.until_generation("a.example", 1));
  show(documents::usg_document(contoso));
  ASSERT_TRUE(watching_.until_generation("a.example", 2));
  show(documents::gcc_high_document(contoso));
  ASSERT_TRUE(watching_.until_generation("a.example", 3));
  const auto journal = watching_.journal();
  ASSERT_EQ(journal.size(), 5u);
  EXPECT_EQ(journal[1].kind, EventKind::changed);
  EXPECT_EQ(journal[2].kind, EventKind::expectation_changed);
  EXPECT_EQ(boost::json::parse(journal[2].event).at("data").at("expectations").at(0).at("met"),
            false);
  EXPECT_EQ(boost::json::parse(journal[4].event).at("data").at("expectations").at(0).at("met"),
            true);
  EXPECT_EQ(outbox("audit"), (Sequences{1, 2, 3, 4, 5}));
  EXPECT_EQ(outbox("identity"), (Sequences{2, 4}));
  EXPECT_EQ(watching_.instruments.events(EventKind::expectation_changed).Value(), 2);
}

TEST_F(WatcherEvents, OfADrillGoWhereTheChangeWouldGoAndTouchNothing) {
  show(documents::gcc_high_document(contoso));
  configure();
  ASSERT_TRUE(watching_.until_generation("a.example", 1));
  const int announced = watching_.announced;
  const TenantKey key{.asked = "global", .name = "a.example"};
  const auto drilled = run(watching_.loop, watching_.watcher.drill(key, "USG"));
  EXPECT_EQ(drilled.value(), 2u);
  EXPECT_EQ(watching_.announced, announced + 1);
  EXPECT_EQ(outbox("pager"), (Sequences{2}));
  EXPECT_EQ(outbox("identity"), (Sequences{2}));
  EXPECT_EQ(outbox("network"), Sequences{});
  EXPECT_EQ(watching_.tenant("a.example").state.generation, 1u);
  EXPECT_FALSE(watching_.tenant("a.example").state.pending);
  EXPECT_EQ(watching_.instruments.events(EventKind::drill).Value(), 1);
  EXPECT_EQ(watching_.instruments.changes(Field::region_scope).Value(), 0);

  const auto unknown =
      run(watching_.loop, watching_.watcher.drill({.asked = "usgov", .name = "a.example"}, "USG"));
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().detail.find("a.example@usgov"), std::string::npos);

  show(documents::usg_document(contoso));
  ASSERT_TRUE(watching_.until_generation("a.example", 2)) << "the real change comes all the same";
  EXPECT_EQ(outbox("audit"), (Sequences{1, 2, 3}));
}

}  // namespace
}  // namespace tenantscope
