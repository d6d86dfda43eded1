// A commit whose connection is lost at whatever message: it is known in the end whether it was
// committed, and what it wrote is there once.
#include <gtest/gtest.h>

#include "storage/ledger_samples.hpp"
#include "storage/postgres/postgres_storage.hpp"
#include "support/message_proxy.hpp"

namespace tenantscope {
namespace {

struct ProxiedStorage : PostgresStorage {
  ProxiedStorage() { settings.hosts.front().port = proxy.port(); }

  MessageProxy proxy{shared_server().port()};
};

class PgDoubt : public testing::TestWithParam<MessageProxy::Side> {
 protected:
  std::vector<Step> steps(int number) const {
    return {step_to(tenant(2 * number), {}, document("USG"), minute(number), {"audit"}),
            step_to(tenant(2 * number + 1), {}, document("USGov"), minute(number), {"audit"})};
  }

  ProxiedStorage storage;
};

TEST_P(PgDoubt, LearnsWhetherItWasCommitted) {
  const auto ledger = storage.open();
  ASSERT_TRUE(ledger->commit(steps(0), "test")[0]);
  int cut = 0;
  for (bool sprung = true; sprung; ++cut) {
    SCOPED_TRACE(cut);
    storage.proxy.arm(GetParam(), cut);
    const auto results = ledger->commit(steps(cut + 1), "test");
    sprung = storage.proxy.disarm();
    ASSERT_TRUE(results[0]) << results[0].error().detail;
    ASSERT_EQ(*results[0], std::uint64_t(2 * cut + 3));
    ASSERT_EQ(results[1].value(), *results[0] + 1);
    ASSERT_EQ(sequences_of(ledger->read(0, 1000)).size(), *results[1]) << "once";
    ASSERT_EQ(ledger->outbox("audit").value().events, *results[1]);
  }
  EXPECT_GT(cut, 12) << "messages";
  EXPECT_EQ(states_of(*ledger).size(), std::size_t(2 * cut + 2));
}

INSTANTIATE_TEST_SUITE_P(Each, PgDoubt,
                         testing::Values(MessageProxy::Side::client, MessageProxy::Side::server),
                         [](const auto& side) {
                           return side.param == MessageProxy::Side::client ? "sent" : "answered";
                         });

// Who is stopped while he sends a commit keeps nobody waiting: the turn is taken only when all of
// it but its end has come.
TEST_F(PgDoubt, HoldsNobodyUpWhoIsStoppedWhileHeSends) {
  storage.settings.patience = std::chrono::seconds(3);
  const auto stopped = storage.open();
  ASSERT_TRUE(stopped->commit(steps(0), "test")[0]);
  PgSettings direct = storage.settings;
  direct.hosts.front().port = shared_server().port();
  const auto other =
      open_postgres_ledger(direct, std::stoull(storage.ask("SELECT term FROM {}.ledger")));
  constexpr int parse_and_bind = 10;  // of the statement that does it, behind two others
  storage.proxy.arm(MessageProxy::Side::client, parse_and_bind, MessageProxy::Act::still);
  std::vector<Result<std::uint64_t>> results;
  std::thread commit([&] { results = stopped->commit(steps(1), "test"); });
  while (storage.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tenantscope' "
                     "AND xact_start IS NOT NULL") == "0")
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_TRUE(other->commit(steps(2), "test")[0]);
  EXPECT_EQ(storage.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                        "'tenantscope' AND xact_start IS NOT NULL"),
            "1")
      << "the other one still is where he was";
  commit.join();
  for (const auto& result : results)
    EXPECT_FALSE(result && *result <= 4);
}

}  // namespace
}  // namespace tenantscope
