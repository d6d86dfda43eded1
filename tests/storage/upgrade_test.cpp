// A storage of each version that there was, as its daemon left it (fixtures/version_N.sql: what
// sqlite3's .dump says of it), is brought up to this one and read back.
#include <gtest/gtest.h>

#include <array>
#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "storage/damageable.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope {
namespace {

// What a query says, a row a line.
std::vector<std::string> ask(const std::filesystem::path& database, const std::string& query) {
  const sqlite::Connection connection(database, sqlite::Connection::Mode::read_only);
  sqlite::Statement statement(connection, query);
  std::vector<std::string> lines;
  for (sqlite::Rows rows = statement(); rows.next();)
    lines.push_back(rows.text(0));
  return lines;
}

class Upgrade : public Damageable, public testing::WithParamInterface<std::uint32_t> {
 protected:
  void SetUp() override {
    std::ifstream file(fmt::format("{}/version_{}.sql", FIXTURES, GetParam()));
    const std::string dump{std::istreambuf_iterator<char>(file), {}};
    ASSERT_NE(dump, "");
    sqlite::Connection connection(database(), sqlite::Connection::Mode::create);
    connection.execute("PRAGMA page_size = 4096");
    connection.execute(dump);
    connection.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                   sqlite::application_id, GetParam()));
    before_ = ask(database(), "SELECT event FROM journal ORDER BY sequence");
    tenants_ = ask(database(), states_);
    owed_ = ask(database(), "SELECT sink || sequence FROM outbox ORDER BY sink, sequence");
    if (GetParam() > 1)  // which brought them
      alerts_ = std::stoul(ask(database(), "SELECT count(*) FROM alerts").at(0));
    ASSERT_EQ(alerts_ > 0, GetParam() > 1);
    ASSERT_GE(before_.size(), 8u);
    ASSERT_GE(tenants_.size(), 4u);
    ASSERT_GE(owed_.size(), 2u);
  }

  void expect_as_it_was() {
    EXPECT_EQ(ask(database(), "SELECT event FROM journal ORDER BY sequence"), before_);
    EXPECT_EQ(ask(database(), states_), tenants_);
    EXPECT_EQ(ask(database(), "SELECT sink || sequence FROM outbox ORDER BY sink, sequence"),
              owed_);
  }

  static constexpr auto states_ =
      "SELECT json_array(asked, name, generation, found, cloud, tenant_id, region_scope, sub_scope,"
      " region_scope_changed, sub_scope_changed, b2b_capability_changed, identity_changed, "
      "presence_changed, last_success) FROM tenants ORDER BY asked, name";
  std::vector<std::string> before_, tenants_, owed_;
  std::size_t alerts_ = 0;
};

TEST_P(Upgrade, KeepsAll) {
  const std::string id = ask(database(), "SELECT value FROM meta WHERE key = 'ledger'").at(0);
  for (int round = 0; round < 2; ++round) {
    const auto ledger = open();
    EXPECT_EQ(to_string(ledger->id()), id);
    EXPECT_EQ(ledger->load().value().size(), tenants_.size());
    EXPECT_EQ(all_of(*ledger).size(), before_.size());
    EXPECT_EQ(ledger->last().value(), before_.size());
    std::size_t owed = 0;
    for (const char* sink : {"audit", "soc"})
      owed += ledger->undelivered(sink, 0, all).value().size();
    EXPECT_EQ(owed, owed_.size());
    EXPECT_EQ(ledger->alerts("am").value().size(), alerts_);
  }
  expect_as_it_was();
  EXPECT_TRUE(damaged_.empty());
  EXPECT_EQ(ask(database(), "SELECT count(*) FROM journal WHERE hash IS sha256(event)").at(0),
            std::to_string(before_.size()));
}

TEST_P(Upgrade, GoesOnWithTheChain) {
  const auto ledger = open();
  const StoredTenant first = ledger->load().value().at(0);
  const Finding other{.found = !first.state.found, .cloud = "global", .region_scope = "EU"};
  const Step step = step_to(first.key, first.state, other, minute(999), {"audit"});
  ASSERT_TRUE(ledger->commit(std::vector{step}, "test")[0]);
  const auto event = boost::json::parse(ledger->read(before_.size(), 1).value().at(0).event);
  EXPECT_EQ(event.at("previoushash").as_string(), sha256_hex(before_.back()));
}

// Beside a daemon of the older version, which has it open: nothing is written.
TEST_P(Upgrade, IsNotMadeByReading) {
  EXPECT_EQ(all_of(*open_sqlite_journal(folder_.path(), observer())).size(), before_.size());
  EXPECT_EQ(read_sqlite_states(folder_.path()).size(), tenants_.size());
  EXPECT_EQ(ask(database(), "PRAGMA user_version").at(0), std::to_string(GetParam()));
  EXPECT_TRUE(damaged_.empty());
}

INSTANTIATE_TEST_SUITE_P(FromVersion, Upgrade, testing::Values(1u, 2u, 3u, 4u));

class UpgradeToPins : public Upgrade {};

// Who answers instead of a pinned tenant wasn't known before, nor what B2B was before its change.
TEST_P(UpgradeToPins, KnowsNoStrangersAndNoFormerCapability) {
  for (const StoredTenant& stored : open()->load().value()) {
    EXPECT_TRUE(stored.state.seen());
    EXPECT_FALSE(stored.state.stranger);
    EXPECT_FALSE(stored.state.b2b_before);
  }
}

INSTANTIATE_TEST_SUITE_P(FromVersion, UpgradeToPins, testing::Values(1u, 2u, 3u));

class UpgradeWithChecksums : public Upgrade {};

// What was damaged before isn't believed for being written anew.
TEST_P(UpgradeWithChecksums, BelievesNoRowThatWasDamagedBefore) {
  execute("UPDATE tenants SET region_scope = 'USGow' WHERE name = 'tenant-2.example'");
  EXPECT_EQ(read_sqlite_states(folder_.path()).size(), tenants_.size() - 1);
  for (const StoredTenant& stored : open()->load().value())
    EXPECT_EQ(stored.state.seen(), stored.key.name != "tenant-2.example") << stored.key.name;
  EXPECT_EQ(damaged_, std::vector<std::string>{"tenant tenant-2.example@global"});
}

INSTANTIATE_TEST_SUITE_P(FromVersion, UpgradeWithChecksums, testing::Values(3u, 4u));

class UpgradeFromPins : public Upgrade {};

TEST_P(UpgradeFromPins, KeepsWhoAnswersInsteadOfThePinnedTenant) {
  std::map<std::string, std::string> strangers;
  for (const StoredTenant& stored : open()->load().value())
    if (stored.state.stranger)
      strangers[stored.key.name] = identity(*stored.state.stranger);
  EXPECT_EQ(strangers, (std::map<std::string, std::string>{
                           {"pinned.example", "global/00000000-0000-0000-0000-00000000000c"}}));
}

TEST_P(UpgradeFromPins, KeepsWhatB2bWasBeforeItsLastChange) {
  std::map<std::string, B2b> before;
  for (const StoredTenant& stored : open()->load().value())
    if (stored.state.b2b_before)
      before[stored.key.name] = *stored.state.b2b_before;
  EXPECT_EQ(before, (std::map<std::string, B2b>{{"tenant-1.example", B2b::supported},
                                                {"tenant-2.example", B2b::not_supported},
                                                {"tenant-3.example", B2b::not_supported}}));
}

INSTANTIATE_TEST_SUITE_P(FromVersion, UpgradeFromPins, testing::Values(4u));

class UpgradeToChecksums : public Upgrade {};

// Whatever was damaged before there were any, as far as the event itself tells.
TEST_P(UpgradeToChecksums, BelievesNoEventThatContradictsItsRow) {
  execute(
      "UPDATE journal SET name = 'x.example' WHERE sequence = 2; "
      "UPDATE journal SET kind = 'chanfed' WHERE sequence = 3; "
      "UPDATE journal SET event = substr(event, 1, 900) WHERE sequence = 4; "
      "UPDATE journal SET sequence = 1000 WHERE sequence = 5");
  const auto ledger = open();
  const auto left = sequences_of(ledger->read(0, all));
  EXPECT_EQ(left.size(), before_.size() - 4);
  EXPECT_EQ(left.at(1), 6u);
}

INSTANTIATE_TEST_SUITE_P(FromVersion, UpgradeToChecksums, testing::Values(1u, 2u));

}  // namespace
}  // namespace tenantscope
