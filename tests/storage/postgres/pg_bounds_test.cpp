// How much a transaction takes, what a schema that isn't one is answered, and what a commit means
// where it isn't replicated.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "storage/ledger_samples.hpp"
#include "storage/postgres/postgres_storage.hpp"

namespace tenantscope {
namespace {

std::string transactions_of(const PostgresStorage& storage) {
  return storage.ask("SELECT count(DISTINCT xmin::text) FROM {}.journal");
}

TEST(PgBounds, ManyStepsAreSeveralTransactions) {
  PostgresStorage storage;
  const auto ledger = storage.open();
  std::vector<Step> steps;
  steps.reserve(450);
  for (int number = 0; number < 450; ++number)
    steps.push_back(step_to(tenant(number), {}, document("USG"), minute(0), {"audit"}));
  steps[300].state->generation = 5;
  const auto results = ledger->commit(steps, "test");
  for (std::size_t at = 0; at < results.size(); ++at)
    EXPECT_EQ(results[at].has_value(), at != 300) << at;
  EXPECT_EQ(results[300].error().kind, ErrorKind::conflict);
  EXPECT_EQ(*results.back(), 449u);
  EXPECT_EQ(transactions_of(storage), "3");
}

TEST(PgBounds, LargeEventsAreSeveralTransactions) {
  PostgresStorage storage;
  const auto ledger = storage.open();
  std::vector<Step> steps;
  steps.reserve(450);
  for (int number = 0; number < 6; ++number)
    steps.push_back(
        step_to(tenant(number), {}, document(std::string(40'000, 'x')), minute(0), {"audit"}));
  for (const auto& result : ledger->commit(steps, "test"))
    EXPECT_TRUE(result);
  EXPECT_EQ(transactions_of(storage), "2") << "a scope stands in an event more than once";
}

TEST(PgBounds, RetentionTakesTenThousandRowsATransaction) {
  PostgresStorage storage;
  const auto ledger = storage.open();
  storage.ask(
      "INSERT INTO {0}.journal SELECT n, gen_random_uuid(), 'changed', 'global', 'a', 0, '', '', 0 "
      "FROM generate_series(1, 25000) AS n; "
      "INSERT INTO {0}.outbox SELECT 'audit', n, 0 FROM generate_series(1, 25000, 5) AS n; "
      "UPDATE {0}.ledger SET head = 25000");
  const std::string before = storage.ask("SELECT txid_current()");
  const Expired expired = ledger->expire(minute(0), 1000, {}).value();
  EXPECT_EQ(expired.events, 25000u);
  EXPECT_EQ(expired.undelivered,
            (std::vector<std::pair<std::string, std::uint64_t>>{{"audit", 5000}}));
  EXPECT_GE(std::stoull(storage.ask("SELECT txid_current()")) - std::stoull(before), 4u);
  EXPECT_EQ(ledger->oldest().value(), 25001u);
}

int refusal(const std::function<void()>& work, const std::string& why) {
  try {
    work();
  } catch (const FatalError& error) {
    EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
    return error.exit_code;
  }
  return 0;
}

TEST(PgBounds, ASchemaThatCannotBeUsedIsRefused) {
  PostgresStorage storage;
  const auto refused = [&](const std::string& why) {
    EXPECT_EQ(refusal([&] { begin_postgres_term(storage.settings, "a"); }, why), exit_unusable);
    EXPECT_EQ(refusal([&] { open_postgres_ledger(storage.settings, 1); }, why), exit_unusable);
  };
  storage.ask("UPDATE {}.ledger SET version = 2, min_reader = 2");
  refused("needs programs that know version 2 of its tables, and this one knows 1");
  storage.ask("UPDATE {}.ledger SET version = 0, min_reader = 0");
  refused("storage init --upgrade");
  storage.ask("DELETE FROM {}.ledger");
  refused("the ledger's own row is gone");
  storage.ask("DROP TABLE {}.ledger");
  refused("make one with `tenantscope storage init`");
  EXPECT_EQ(refusal([&] { open_postgres_journal(storage.settings); }, "make one with"),
            exit_unusable);
}

TEST(PgBounds, ANewerSchemaThatCanBeReadIsUsed) {
  PostgresStorage storage;
  storage.ask("UPDATE {}.ledger SET version = 2");
  EXPECT_TRUE(storage.open()->load());
}

TEST(PgBounds, AServerThatIsAwayMayComeBack) {
  PgSettings settings = settings_at(free_loopback_port());
  EXPECT_EQ(refusal([&] { open_postgres_journal(settings); }, "127.0.0.1:"), exit_failure);
}

TEST(PgBounds, TheRuntimeRoleNeedsNoUpdateOfTheJournal) {
  PostgresStorage storage;
  storage.ask(
      "CREATE ROLE runtime LOGIN; GRANT USAGE ON SCHEMA {0} TO runtime; "
      "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {0} TO runtime; "
      "REVOKE UPDATE ON {0}.journal FROM runtime");
  storage.settings.user = "runtime";
  const auto ledger = storage.open();
  const Step step = step_to(tenant(1), {}, document("USG"), minute(0), {"audit"});
  ASSERT_TRUE(ledger->commit(std::vector{step}, "test")[0]);
  ASSERT_TRUE(ledger->raise("audit", std::vector<std::uint64_t>{1}, minute(9)));
  EXPECT_EQ(ledger->expire(minute(9), 0, {}).value().events, 1u);
}

// PostgreSQL says that it is done, and that it may not be replicated.
TEST(PgBounds, ACommitThatIsCancelledWhileItIsReplicatedIsInDoubt) {
  const PostgresServer server;
  const PgSettings settings = with_new_ledger(settings_at(server.port()));
  const auto ledger = open_postgres_ledger(settings, begin_postgres_term(settings, "a"));
  const auto replicated_to = [&](const std::string& names) {
    server.ask(fmt::format("ALTER SYSTEM SET synchronous_standby_names = '{}'", names));
    server.ask("SELECT pg_reload_conf()");
    while (server.ask("SHOW synchronous_standby_names") != names)
      continue;
  };
  const std::string waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
  std::atomic<bool> answered = false;
  const auto await = [&](const std::string& counted) {
    while (!answered && server.ask("SELECT count(*) " + counted) == "0")
      continue;
  };
  replicated_to("nobody");
  std::vector<Result<std::uint64_t>> results;
  std::thread commit([&] {
    const Step step = step_to(tenant(1), {}, document("USG"), minute(0));
    results = ledger->commit(std::vector{step}, "test");
    answered = true;
  });
  await(waiting);
  server.ask("SELECT pg_cancel_backend(pid) " + waiting);
  await("FROM " + PgSession::in_quotes(settings.schema) + ".journal");
  await(waiting);
  EXPECT_FALSE(answered) << "it waits for what it looks with";
  replicated_to("");
  commit.join();
  EXPECT_EQ(results.at(0).value(), 1u);
}

}  // namespace
}  // namespace tenantscope
