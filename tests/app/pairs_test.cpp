// Declared pairs: what they come to, and what a tenant's change does to them.
#include "app/pairs.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "app/watching.hpp"
#include "storage/ledger_samples.hpp"
#include "support/loopback_authority.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using documents::contoso;
using documents::fabrikam;

class PairsTest : public ::testing::Test {
 protected:
  ~PairsTest() override { watching_.watcher.stop(); }

  static CollaborationMember member(const std::string& name) {
    return {.key = {.asked = "global", .name = name}, .shown = name};
  }

  void configure(CrossCloud word = CrossCloud::unset, RuleSet rules = RuleSet::docs_2025) {
    Settings settings{.rules = rules, .clouds = authority_.clouds()};
    for (const char* name : {"a.example", "b.example"})
      settings.tenants.push_back({.key = {.asked = "global", .name = name},
                                  .probe = {.interval = 20ms,
                                            .timeout = 50s,
                                            .confirmations = 2,
                                            .confirm_interval = 10ms,
                                            .stale_after = 1h}});
    settings.collaborations = {
        {.name = "joint",
         .hosts = {member("a.example"), member("b.example")},
         .guests = {member("a.example"), member("b.example"), IdentityProvider::saml},
         .cross_cloud = word}};
    settings.events.sinks = {
        {.name = "audit", .match = {}, .target = FileSinkSettings{"events.jsonl"}}};
    watching_.watcher.configure(
        plan_changeover(watching_.table, std::make_shared<const Settings>(std::move(settings))));
  }
  std::vector<std::string> shown() {
    std::vector<std::string> pairs;
    for_each_pair(watching_.table, [&](const DeclaredPair& pair) {
      EXPECT_EQ(capability_of(watching_.table, pair),
                explain(watching_.table, pair).verdict.capability);
      pairs.push_back(pair.host.shown + " invites " + pair.guest_shown() + ": " +
                      std::string(to_string(capability_of(watching_.table, pair))));
    });
    return pairs;
  }
  // "HOST invites GUEST: FROM -> TO" of the events of pairs, in order.
  std::vector<std::string> told() {
    std::vector<std::string> changes;
    for (const JournalEntry& entry : watching_.journal()) {
      if (entry.kind != EventKind::collaboration_changed)
        continue;
      const boost::json::value data = boost::json::parse(entry.event).at("data");
      const auto text = [&](const char* key) { return std::string(data.at(key).as_string()); };
      changes.push_back(text("host") + " invites " + text("guest") + ": " + text("from") + " -> " +
                        text("to"));
    }
    return changes;
  }

  TemporaryFolder folder_;
  LoopbackAuthority authority_;
  Watching watching_{folder_.path()};
};

TEST_F(PairsTest, AreTheHostsWithTheGuestsAndNobodyWithItself) {
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  authority_.show("b.example", found(documents::gcc_high_document(fabrikam)));
  configure();
  EXPECT_EQ(shown(), (std::vector<std::string>{"a.example invites b.example: unknown",
                                               "a.example invites identity:saml: unknown",
                                               "b.example invites a.example: unknown",
                                               "b.example invites identity:saml: unknown"}));
  ASSERT_TRUE(watching_.until_generation("a.example", 1) &&
              watching_.until_generation("b.example", 1));
  EXPECT_EQ(shown(), (std::vector<std::string>{"a.example invites b.example: supported",
                                               "a.example invites identity:saml: not_supported",
                                               "b.example invites a.example: supported",
                                               "b.example invites identity:saml: not_supported"}));
  EXPECT_TRUE(told().empty()) << "baselines are no change";
}

TEST_F(PairsTest, AreToldWhenATenantChangesThem) {
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  authority_.show("b.example", found(documents::gcc_high_document(fabrikam)));
  configure();
  ASSERT_TRUE(watching_.until_generation("a.example", 1) &&
              watching_.until_generation("b.example", 1));
  authority_.show("a.example", found(documents::usg_document(contoso)));
  ASSERT_TRUE(watching_.until_generation("a.example", 2));
  EXPECT_EQ(told(),
            (std::vector<std::string>{"a.example invites b.example: supported -> not_supported",
                                      "b.example invites a.example: supported -> not_supported"}));
  const auto journal = watching_.journal();
  ASSERT_EQ(journal.size(), 5u);
  const boost::json::value event = boost::json::parse(journal[3].event);
  EXPECT_EQ(event.at("type"), "tenantscope.collaboration.changed.v1");
  EXPECT_EQ(event.at("subject"), "a.example");
  EXPECT_EQ(event.at("data").at("cause").as_string(), journal[2].id);
  EXPECT_EQ(event.at("data").at("collaboration"), "joint");
  EXPECT_EQ(event.at("data").at("severity"), "critical");
  EXPECT_EQ(event.at("data").at("verdict").at("rule"), "pair-host-usg");
  EXPECT_NE(journal[3].id, journal[4].id);
  EXPECT_EQ(watching_.instruments.events(EventKind::collaboration_changed).Value(), 2);
}

// Both change while the ledger is slow: whoever comes second is judged by what the first one is by
// then.
TEST_F(PairsTest, AreToldOnceWhenBothTenantsChangeAtATime) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  authority_.show("b.example", found(documents::usg_document(fabrikam)));
  configure();
  ASSERT_TRUE(watching_.until_generation("a.example", 1) &&
              watching_.until_generation("b.example", 1));
  const int arrived = watching_.faults.arrived;
  watching_.faults.waits = true;
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  ASSERT_TRUE(watching_.until([&] { return watching_.faults.arrived > arrived; }))
      << "its commit is under way";
  authority_.show("b.example", found(documents::gcc_high_document(fabrikam)));
  const int asked = authority_.asked("b.example");
  ASSERT_TRUE(watching_.until([&] { return authority_.asked("b.example") >= asked + 2; }));
  watching_.faults.release();
  ASSERT_TRUE(watching_.until_generation("a.example", 2) &&
              watching_.until_generation("b.example", 2));
  EXPECT_EQ(told().size(), 2u);
  EXPECT_EQ(shown()[0], "a.example invites b.example: supported");
}

TEST_F(PairsTest, AreJudgedAnewAtAReloadWithoutEvents) {
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  authority_.show("b.example", found(documents::gcc_document(fabrikam)));
  configure();
  ASSERT_TRUE(watching_.until_generation("a.example", 1) &&
              watching_.until_generation("b.example", 1));
  EXPECT_EQ(shown()[0], "a.example invites b.example: conditional");
  configure(CrossCloud::enabled);
  EXPECT_EQ(shown()[0], "a.example invites b.example: supported");
  configure(CrossCloud::enabled, RuleSet::seed_2022);
  EXPECT_EQ(shown()[0], "a.example invites b.example: not_supported");
  EXPECT_TRUE(told().empty());
}

}  // namespace
}  // namespace tenantscope
