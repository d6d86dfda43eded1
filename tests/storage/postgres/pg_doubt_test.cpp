// A commit whose connection is lost at whatever message: it is known in the end whether it was
// committed, and what it wrote is there once.
#include <gtest/gtest.h>

#include <thread>

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

// Another one's look at the ledger.
struct Other {
  explicit Other(const ProxiedStorage& storage) {
    PgSettings direct = storage.settings;
    direct.hosts.front().port = shared_server().port();
    ledger = open_postgres_ledger(direct, std::stoull(storage.ask("SELECT term FROM {}.ledger")));
  }
  std::unique_ptr<Ledger> ledger;
};

// Who is stopped while he sends a commit keeps nobody waiting: the turn is taken only when all of
// it but its end has come.
TEST_F(PgDoubt, HoldsNobodyUpWhoIsStoppedWhileHeSends) {
  constexpr int to_the_bind = 10;  // of the statement that does it, behind two others
  const std::string begun =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tenantscope' AND xact_start "
      "IS NOT NULL";
  storage.settings.patience = std::chrono::seconds(3);
  const auto stopped = storage.open();
  ASSERT_TRUE(stopped->commit(steps(0), "test")[0]);
  const Other other(storage);
  storage.proxy.arm(MessageProxy::Side::client, to_the_bind, MessageProxy::Act::still);
  std::vector<Result<std::uint64_t>> results;
  std::thread commit([&] { results = stopped->commit(steps(1), "test"); });
  while (storage.ask(begun) == "0")
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_TRUE(other.ledger->commit(steps(2), "test")[0]);
  EXPECT_EQ(storage.ask(begun), "1") << "he still is where he was";
  commit.join();
  for (const auto& result : results)
    EXPECT_FALSE(result);
  EXPECT_EQ(other.ledger->last().value(), 4u);
}

// He holds the turn: the server waits for the rest of what he sends, without an end. Whoever comes
// when his time is over ends that.
TEST_F(PgDoubt, HoldsNobodyUpWhoIsStoppedBehindWhatHeHasDone) {
  storage.settings.patience = std::chrono::seconds(1);
  const auto stopped = storage.open();
  ASSERT_TRUE(stopped->commit(steps(0), "test")[0]);
  storage.proxy.hold("WITH turn AS", MessageProxy::Part::whole);
  ASSERT_FALSE(stopped->commit(steps(1), "test")[0]);
  ASSERT_FALSE(storage.proxy.armed());
  EXPECT_EQ(stopped->commit(steps(2), "test")[0].value(), 3u);
  storage.proxy.release();
  EXPECT_EQ(stopped->commit(steps(1), "test")[0].value(), 5u) << "once";
}

// What was sent and given up comes to the server after all: it isn't committed then.
TEST_F(PgDoubt, CommitsNothingThatWasGivenUp) {
  storage.settings.patience = std::chrono::seconds(1);
  const auto ledger = storage.open();
  ASSERT_TRUE(ledger->commit(steps(0), "test")[0]);
  storage.proxy.arm(MessageProxy::Side::client, 0, MessageProxy::Act::keep);
  const auto results = ledger->commit(steps(1), "test");
  ASSERT_FALSE(results[0]) << "its time is over";
  EXPECT_EQ(results[0].error().kind, ErrorKind::io);
  storage.proxy.release();
  EXPECT_EQ(ledger->last().value(), 2u);
  EXPECT_EQ(ledger->commit(steps(1), "test")[0].value(), 3u);
}

// A commit that waits to be replicated can't be seen, and comes later all the same.
TEST(PgDoubtOfReplication, IsNoAnswerToWhatTheLedgerHas) {
  const PostgresServer server;
  PgSettings settings = with_new_ledger(settings_at(server.port()));
  settings.patience = std::chrono::milliseconds(500);
  const auto ledger = open_postgres_ledger(settings, begin_postgres_term(settings, "a"));
  const auto wait_for = [&server](const std::string& standbys) {
    server.ask("ALTER SYSTEM SET synchronous_standby_names = '" + standbys + "'");
    server.ask("SELECT pg_reload_conf()");
    while (server.ask("SHOW synchronous_standby_names") != standbys)
      continue;
  };
  wait_for("nobody");
  const Step step = step_to(tenant(1), {}, document("USG"), minute(1));
  ASSERT_FALSE(ledger->commit(std::vector{step}, "test")[0]);
  const Result<TenantState> early = ledger->state(tenant(1));
  ASSERT_FALSE(early) << "generation " << early->generation;
  EXPECT_EQ(early.error().kind, ErrorKind::io);
  wait_for("");
  Result<TenantState> late = ledger->state(tenant(1));
  while (!late)
    late = ledger->state(tenant(1));
  EXPECT_EQ(*late, *step.state);
}

// A server that hangs has what was sent and goes on with it later. The next attempt settles it.
TEST_F(PgDoubt, IsSettledByTheNextAttemptWhereTheServerHangs) {
  storage.settings.patience = std::chrono::milliseconds(500);
  const auto ledger = storage.open();
  ASSERT_TRUE(ledger->commit(steps(0), "test")[0]);
  shared_server().freeze(true);
  const auto hung = ledger->commit(steps(1), "test");
  shared_server().freeze(false);
  ASSERT_FALSE(hung[0]);
  EXPECT_EQ(hung[0].error().kind, ErrorKind::io);
  auto again = ledger->commit(steps(1), "test");
  while (!again[0] && again[0].error().kind == ErrorKind::io)
    again = ledger->commit(steps(1), "test");
  EXPECT_TRUE(again[0] || again[0].error().kind == ErrorKind::conflict);
  EXPECT_EQ(sequences_of(ledger->read(0, 10)), (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(ledger->state(tenant(2)).value(), *steps(1)[0].state);
}

}  // namespace
}  // namespace tenantscope
