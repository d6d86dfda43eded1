// Pins, from the authority's answers to the journal: confirmed, stored, told once.
#include <gtest/gtest.h>

#include "app/watcher_fixture.hpp"

namespace tenantscope {
namespace {

using documents::contoso;
using documents::fabrikam;

class WatcherPin : public WatcherTest {
 protected:
  static TenantSettings pinned_to(std::string_view tenant, int confirmations = 2) {
    TenantSettings settings = watch("a.example");
    settings.tenant_id = parse_guid(tenant);
    settings.probe.confirmations = confirmations;
    return settings;
  }
  void answers(std::string_view tenant) {
    authority_.show("a.example", found(documents::usg_document(tenant)));
  }
  const TenantState& state() { return watching_->tenant("a.example").state; }
  // Of the event of an expectation: "SEVERITY EXPECTED ACTUAL MET".
  static std::string told(const JournalEntry& entry) {
    const boost::json::object data = data_of(entry);
    const auto& change = data.at("expectations").at(0);
    EXPECT_EQ(entry.kind, EventKind::expectation_changed);
    EXPECT_EQ(change.at("expectation"), "tenant_id");
    return std::string(data.at("severity").as_string()) + " " +
           std::string(change.at("expected").as_string()) + " " +
           std::string(change.at("actual").as_string()) +
           (change.at("met").as_bool() ? " met" : " not met");
  }
  static std::string usgov(std::string_view tenant) { return "usgov/" + std::string(tenant); }
};

TEST_F(WatcherPin, IsLostMetAgainAndToldOnceOverRestarts) {
  answers(contoso);
  start();
  configure({pinned_to(contoso)});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  answers(fabrikam);
  ASSERT_TRUE(watching_->until_generation("a.example", 2));
  EXPECT_EQ(to_string(state().known->tenant_id), contoso) << "the verdict's";
  restart();
  configure({pinned_to(contoso)});
  ASSERT_TRUE(state().stranger) << "stored";
  ASSERT_TRUE(asked_again("a.example", 4));
  EXPECT_EQ(state().generation, 2u);
  EXPECT_FALSE(state().awaits_confirmation());
  answers(contoso);
  ASSERT_TRUE(watching_->until_generation("a.example", 3));
  EXPECT_FALSE(state().stranger);

  const auto journal = watching_->journal();
  ASSERT_EQ(journal.size(), 3u);
  EXPECT_EQ(told(journal[1]), "critical " + usgov(contoso) + " " + usgov(fabrikam) + " not met");
  EXPECT_EQ(told(journal[2]), "info " + usgov(contoso) + " " + usgov(contoso) + " met");
  const boost::json::object lost = data_of(journal[1]);
  EXPECT_TRUE(lost.at("changes").as_array().empty());
  EXPECT_EQ(lost.at("generation"), 2);
  EXPECT_EQ(lost.at("previous"), lost.at("current"));
  EXPECT_EQ(lost.at("current").at("tenant_id").as_string(), contoso);
  EXPECT_EQ(lost.at("verdict").at("state"), "not_supported");
  EXPECT_EQ(lost.at("confirmations"), 2);
  EXPECT_NE(lost.at("evidence").at("sha256"), "");
}

TEST_F(WatcherPin, ThatIsNeverMetIsTold) {
  answers(fabrikam);
  start();
  configure({pinned_to(contoso, 3)});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  restart();
  configure({pinned_to(contoso, 3)});
  answers(contoso);
  ASSERT_TRUE(watching_->until_generation("a.example", 3));

  const auto journal = watching_->journal();
  ASSERT_EQ(journal.size(), 3u);
  EXPECT_EQ(told(journal[0]),
            "warning unknown/" + std::string(contoso) + " " + usgov(fabrikam) + " not met");
  const boost::json::object first = data_of(journal[0]);
  EXPECT_TRUE(first.at("previous").is_null());
  EXPECT_TRUE(first.at("current").at("found").is_null());
  EXPECT_EQ(first.at("verdict").at("state"), "unknown");
  EXPECT_EQ(first.at("confirmations"), 3);
  EXPECT_EQ(journal[1].kind, EventKind::baselined);
  EXPECT_FALSE(data_of(journal[1]).contains("reason"));
  EXPECT_EQ(told(journal[2]), "info " + usgov(contoso) + " " + usgov(contoso) + " met");
}

TEST_F(WatcherPin, ThatIsPutInLaterTellsWhatItFinds) {
  answers(contoso);
  start();
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  configure({pinned_to(fabrikam)});
  ASSERT_TRUE(watching_->until_generation("a.example", 2));
  configure({pinned_to(contoso)});
  ASSERT_TRUE(watching_->until_generation("a.example", 3));
  const auto journal = watching_->journal();
  ASSERT_EQ(journal.size(), 3u);
  EXPECT_EQ(told(journal[1]), "warning " + usgov(fabrikam) + " " + usgov(contoso) + " not met");
  EXPECT_EQ(told(journal[2]), "info " + usgov(contoso) + " " + usgov(contoso) + " met");
}

TEST_F(WatcherPin, WaitsForACommitThatFails) {
  answers(contoso);
  start();
  configure({pinned_to(contoso)});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  watching_->faults.writes_fail = true;
  answers(fabrikam);
  ASSERT_TRUE(watching_->until([&] { return state().awaits_confirmation(); }));
  ASSERT_TRUE(asked_again("a.example", 4));
  EXPECT_FALSE(state().stranger);
  EXPECT_TRUE(state().awaits_confirmation());
  watching_->faults.writes_fail = false;
  ASSERT_TRUE(watching_->until_generation("a.example", 2));
  ASSERT_TRUE(asked_again("a.example", 2));
  EXPECT_EQ(watching_->journal().size(), 2u);
}

// A drill plays what it plays, and leaves a pin that isn't met as it is.
TEST_F(WatcherPin, IsNoMatterOfADrill) {
  answers(contoso);
  start();
  configure({pinned_to(contoso)});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  answers(fabrikam);
  ASSERT_TRUE(watching_->until_generation("a.example", 2));
  const TenantKey key{.asked = "global", .name = "a.example"};
  ASSERT_TRUE(run(watching_->loop, watching_->watcher.drill(key, "USGov")));
  const boost::json::object drill = data_of(watching_->journal().back());
  EXPECT_EQ(drill.at("current").at("tenant_id").as_string(), contoso);
  EXPECT_FALSE(drill.contains("expectations"));
  EXPECT_TRUE(state().stranger);
  EXPECT_EQ(state().generation, 2u);
}

}  // namespace
}  // namespace tenantscope
