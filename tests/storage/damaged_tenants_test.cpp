// What becomes of tenants' rows that aren't as they were written: no change, but a baseline anew,
// with an id that no event has had.
#include <gtest/gtest.h>

#include <set>

#include "storage/damageable.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope {
namespace {

class DamagedTenants : public Damageable {
 protected:
  // The tenant is seen anew, the others are as they were, and the ledger goes on from there.
  void expect_lost(int number, int tenants) {
    auto ledger = open();
    States states = states_of(*ledger);
    const TenantState lost = states[tenant(number)];
    EXPECT_FALSE(lost.seen());
    EXPECT_FALSE(lost.confirmed());
    for (int other = 1; other <= tenants; ++other)
      EXPECT_TRUE(other == number || states[tenant(other)].generation == 2) << other;

    const Advance advanced = probed(lost);
    ASSERT_TRUE(advanced.transition);
    EXPECT_TRUE(advanced.transition->baseline());
    EXPECT_TRUE(advanced.transition->damaged);
    Step step{.tenant = tenant(number), .state = advanced.state, .events = {}};
    step.events = make_events(tenant(number), *advanced.transition, {}, {});
    EXPECT_EQ(step.events.front().severity, Severity::warning);
    const auto committed = ledger->commit(std::vector{step}, "test");
    ASSERT_TRUE(committed[0]) << committed[0].error().detail;
    const JournalEntry told = ledger->read(*committed[0] - 1, 1).value().at(0);
    EXPECT_FALSE(ids_.contains(told.id)) << "an id twice";
    EXPECT_NE(told.event.find(R"("reason":"damaged")"), std::string::npos) << told.event;

    ledger.reset();
    const TenantState after = states_of(*open())[tenant(number)];
    EXPECT_EQ(after, advanced.state) << "the next start believes it";
  }

  void store(int tenants) {
    std::filesystem::remove(database());
    Damageable::store(tenants);
    ids_.clear();
    for (const JournalEntry& entry : all_of(*open_sqlite_journal(folder_.path())))
      ids_.insert(entry.id);
    damaged_.clear();
  }

  std::set<std::string> ids_;  // that were given before the damage
};

TEST_F(DamagedTenants, AreSeenAnewWhateverColumnIsDamaged) {
  const std::vector<std::string> edits{
      "generation = 1",
      "generation = 4611686018427387906",
      "generation = -2",
      "generation = NULL",
      "generation = 'x'",
      "found = 0",
      "found = 2",
      "cloud = 'usgow'",
      "cloud = NULL",
      "tenant_id = 'aaaaaaaa-0000-4000-8000-00000000000b'",
      "tenant_id = NULL",
      "tenant_id = ''",
      "region_scope = 'USG'",
      "region_scope = 'USGow'",
      "sub_scope = 'x'",
      "region_scope_changed = 5",
      "sub_scope_changed = 5",
      "b2b_capability_changed = NULL",
      "identity_changed = 0",
      "presence_changed = 0",
      "stranger_cloud = 'usgov'",
      "stranger_tenant_id = 'aaaaaaaa-0000-4000-8000-00000000000b'",
      "b2b_before = 'supported'",
      "b2b_before = NULL",
      "b2b_before = x'00'",
      "checksum = checksum + 1",
      "checksum = 0",
  };
  for (const std::string& edit : edits) {
    SCOPED_TRACE(edit);
    store(3);
    // Columns that may not be NULL are damaged with their type gone from the schema's word.
    execute(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, "
        "'INTEGER NOT NULL', 'INTEGER') WHERE name = 'tenants'");
    execute("UPDATE tenants SET " + edit + " WHERE name = 'tenant-2.example'");
    expect_lost(2, 3);
    EXPECT_EQ(damaged_, std::vector<std::string>{"tenant tenant-2.example@global"});
  }
}

TEST_F(DamagedTenants, AreKnownByTheOtherCopyOfTheirKey) {
  for (const char* edit :
       {"name = 'tenant-3.exampme'", "name = 'a.example'", "asked = 'globam'", "name = x'00'"}) {
    SCOPED_TRACE(edit);
    store(4);
    ASSERT_TRUE(open()->expire(minute(1000), 1000,
                               std::vector{tenant(1), tenant(2), tenant(3), tenant(4)}));
    execute(std::string("UPDATE tenants SET ") + edit + " WHERE name = 'tenant-3.example'");
    expect_lost(3, 4);
  }
}

TEST_F(DamagedTenants, AreMissedWhereTheJournalKnowsThem) {
  store(3);
  execute("DELETE FROM tenants WHERE name = 'tenant-2.example'");
  expect_lost(2, 3);
  EXPECT_EQ(damaged_, std::vector<std::string>{"tenant tenant-2.example@global"});
}

// Nobody can say whose rows those were, but that they are gone.
TEST_F(DamagedTenants, AreMissedByTheirNumberWhereTheJournalForgotThem) {
  store(5);
  ASSERT_TRUE(open()->load());
  ASSERT_TRUE(
      open()->expire(minute(1000), 1000, std::vector{tenant(1), tenant(2), tenant(3), tenant(4)}));
  EXPECT_EQ(open()->load().value().size(), 4u);
  EXPECT_TRUE(damaged_.empty()) << "retention took one, and says so";
  execute("DELETE FROM tenants WHERE name IN ('tenant-2.example', 'tenant-3.example')");
  for (int round = 0; round < 2; ++round)
    EXPECT_EQ(open()->load().value().size(), 2u);
  EXPECT_EQ(damaged_, std::vector<std::string>{"2 tenants that are gone"});
}

TEST_F(DamagedTenants, ThatWereNeverSeenAreNotMissed) {
  {
    const auto ledger = open();
    ASSERT_TRUE(ledger->commit(std::vector{drill_of(tenant(1), {}, minute(1))}, "test")[0]);
  }
  EXPECT_TRUE(open()->load().value().empty());
  EXPECT_TRUE(damaged_.empty());
}

// What the last success was is no matter of a change: it isn't guarded.
TEST_F(DamagedTenants, WithAnotherLastSuccessAreBelieved) {
  store(2);
  execute("UPDATE tenants SET last_success = last_success + 4096 WHERE name = 'tenant-2.example'");
  EXPECT_EQ(states_of(*open())[tenant(2)].generation, 2u);
  EXPECT_TRUE(damaged_.empty());
}

TEST_F(DamagedTenants, StayLostUntilTheyAreSeen) {
  store(2);
  execute("UPDATE tenants SET found = 0 WHERE name = 'tenant-2.example'");
  const TenantState lost = states_of(*open())[tenant(2)];
  ASSERT_TRUE(open()->expire(minute(1000), 0, std::vector{tenant(1), tenant(2)}));
  EXPECT_EQ(states_of(*open())[tenant(2)], lost);
  EXPECT_EQ(damaged_.size(), 1u) << "its row is sound again, and says that it is lost";
}

TEST_F(DamagedTenants, ThatWereSoundWhenLoadedAreWrittenOver) {
  store(2);
  const auto ledger = open();
  const TenantState loaded = states_of(*ledger)[tenant(2)];
  execute("UPDATE tenants SET generation = 7 WHERE name = 'tenant-2.example'");
  const Step step = step_to(tenant(2), loaded, document("EU"), minute(7));
  ASSERT_TRUE(ledger->commit(std::vector{step}, "test")[0]);
  EXPECT_EQ(states_of(*ledger)[tenant(2)], *step.state);
}

TEST_F(DamagedTenants, ThatAreMostOfManyAreRefused) {
  store(20);
  execute("UPDATE tenants SET generation = generation + 1 WHERE name < 'tenant-3'");
  const std::string message = refusal();
  EXPECT_EQ(message.find(database().string() + ": damaged: "), 0u) << message;
  EXPECT_NE(message.find("of 20 tenants"), std::string::npos) << message;
}

}  // namespace
}  // namespace tenantscope
