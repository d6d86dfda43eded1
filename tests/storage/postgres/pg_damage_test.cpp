// Rows that aren't as they were written, and what is believed of them.
#include <gtest/gtest.h>

#include <map>

#include "storage/ledger_samples.hpp"
#include "storage/postgres/postgres_storage.hpp"

namespace tenantscope {
namespace {

class PgDamage : public testing::Test {
 protected:
  using Sequences = std::vector<std::uint64_t>;

  std::unique_ptr<Ledger> open() {
    return open_postgres_ledger(
        storage.settings, begin_postgres_term(storage.settings, "test"),
        {.damaged = [this](const std::string& row) { damaged.push_back(row); },
         .dropped = [this](const std::string& sink,
                           std::uint64_t events) { dropped[sink] += events; }});
  }
  static Step seen(int number, const TenantState& state) {
    Step step = step_to(tenant(number), state, document("USG"), minute(number), {"audit"});
    step.state->stranger = Finding{.found = true, .cloud = "china"};
    step.state->b2b_before = B2b::supported;
    return step;
  }
  // A baseline of each of these tenants.
  void store(int tenants) {
    const auto ledger = open();
    for (int number = 1; number <= tenants; ++number)
      ASSERT_TRUE(ledger->commit(std::vector{seen(number, {})}, "test")[0]);
  }
  void change(const std::string& table, const std::string& what, const std::string& which) const {
    storage.ask(fmt::format("UPDATE {{}}.{} SET {} WHERE {}", table, what, which));
  }

  PostgresStorage storage;
  std::vector<std::string> damaged;
  std::map<std::string, std::uint64_t> dropped;
};

TEST_F(PgDamage, OfATenantLeavesNothingConfirmed) {
  store(3);
  for (const char* what :
       {"generation = generation + 1", "generation = -5", "found = NOT found", "cloud = 'x'",
        "tenant_id = NULL", "region_scope = 'x'", "sub_scope = 'x'", "region_scope_changed = 1",
        "presence_changed = 1", "stranger_cloud = 'x'", "stranger_tenant_id = gen_random_uuid()",
        "b2b_before = NULL", "checksum = 1"}) {
    SCOPED_TRACE(what);
    damaged.clear();
    change("tenants", what, "name = 'tenant-2.example'");
    const auto ledger = open();
    const States states = states_of(*ledger);
    ASSERT_EQ(states.size(), 3u);
    EXPECT_TRUE(states.at(tenant(2)).lost());
    EXPECT_EQ(states.at(tenant(2)).generation, ledger->last().value()) << "none was ever above";
    EXPECT_EQ(damaged, std::vector<std::string>{"tenant tenant-2.example@global"});
    EXPECT_EQ(states_of(*ledger), states) << "it is mended";
    EXPECT_EQ(damaged.size(), 1u);
    ASSERT_TRUE(ledger->commit(std::vector{seen(2, states.at(tenant(2)))}, "test")[0]);
  }
}

TEST_F(PgDamage, OfATenantSinceItWasLoadedIsWrittenOver) {
  store(1);
  const auto ledger = open();
  const TenantState known = states_of(*ledger).at(tenant(1));
  change("tenants", "generation = 77", "true");
  EXPECT_TRUE(ledger->state(tenant(1)).value().lost());
  const Step step = step_to(tenant(1), known, document("USGov"), minute(9));
  ASSERT_TRUE(ledger->commit(std::vector{step}, "test")[0]);
  EXPECT_EQ(ledger->state(tenant(1)).value(), *step.state);
}

TEST_F(PgDamage, ThatTookATenantIsMissedWhereTheJournalKnowsIt) {
  store(2);
  storage.ask("DELETE FROM {}.tenants WHERE name = 'tenant-1.example'");
  const auto ledger = open();
  EXPECT_TRUE(states_of(*ledger).at(tenant(1)).lost());
  EXPECT_EQ(storage.ask("SELECT count(*) FROM {}.tenants"), "2");
}

TEST_F(PgDamage, OfMostTenantsIsRefused) {
  store(12);
  change("tenants", "found = NOT found", "name <> 'tenant-1.example'");
  const auto loaded = open()->load();
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().detail.find("11 of 12 tenants"), std::string::npos);
}

TEST_F(PgDamage, OfAnEventIsPassedOverEverywhere) {
  for (const char* what :
       {"event = replace(event, 'USG', 'USA')", "time = time + 1", "id = gen_random_uuid()",
        "kind = 'drill'", "asked = 'china'", "name = 'x'", "hash = ''", "checksum = 1"}) {
    SCOPED_TRACE(what);
    storage = PostgresStorage();
    damaged.clear();
    dropped.clear();
    store(3);
    change("journal", what, "sequence = 2");
    const auto ledger = open();
    EXPECT_EQ(sequences_of(ledger->read(0, 2)), (Sequences{1, 3}));
    EXPECT_EQ(sequences_of(ledger->newest({}, 9, 2)), (Sequences{3, 1}));
    EXPECT_EQ(damaged, (std::vector<std::string>{"event 2", "event 2"}));
    EXPECT_EQ(sequences_of(ledger->undelivered("audit", 0, 2)), (Sequences{1, 3}));
    EXPECT_EQ(dropped["audit"], 1u);
    EXPECT_EQ(ledger->outbox("audit").value().events, 2u);
  }
}

TEST_F(PgDamage, OfAnOutboxOrAnAlertIsDropped) {
  store(3);
  const auto ledger = open();
  ASSERT_TRUE(ledger->raise("audit", Sequences{1, 2}, minute(60)));
  change("alerts", "until = until + 1", "sequence = 1");
  ASSERT_EQ(ledger->alerts("audit").value().size(), 1u);
  EXPECT_EQ(ledger->alerts("audit").value()[0].event.sequence, 2u);
  change("outbox", "sequence = 1", "sequence = 3");
  EXPECT_EQ(sequences_of(ledger->undelivered("audit", 0, 9)), Sequences{});
  EXPECT_EQ(dropped["audit"], 1u);
}

}  // namespace
}  // namespace tenantscope
