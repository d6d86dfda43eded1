// A server takes another one's place.
#include <gtest/gtest.h>

#include "storage/ledger_samples.hpp"
#include "storage/postgres/pg_seen.hpp"
#include "storage/postgres/postgres_storage.hpp"

namespace tenantscope {
namespace {

class PgFailover : public testing::Test {
 protected:
  PgFailover() {
    settings.hosts.push_back({.name = PostgresServer::host, .port = standby.port()});
    ledger = open_postgres_ledger(settings, begin_postgres_term(settings, "a"));
  }
  Result<std::uint64_t> commit(int number) {
    const Step step = step_to(tenant(number), {}, document("USG"), minute(0));
    return ledger->commit(std::vector{step}, "test")[0];
  }
  void await_standby() const {
    const std::string end = primary.ask("SELECT pg_current_wal_lsn()");
    while (standby.ask("SELECT pg_last_wal_replay_lsn() >= '" + end + "'") != "t")
      continue;
  }

  PostgresServer primary;
  PostgresServer standby{PostgresServer::StandbyOf{primary}};
  PgSettings settings = with_new_ledger(settings_at(primary.port()));
  std::unique_ptr<Ledger> ledger;
};

TEST_F(PgFailover, GoesOnWithWhatTookThePlaceAndNeverGoesBack) {
  ASSERT_EQ(commit(1).value(), 1u);
  const Guid before = ledger->id();
  await_standby();
  primary.kill();
  const auto away = commit(2);
  ASSERT_FALSE(away);
  EXPECT_NE(away.error().detail.find("can only be read"), std::string::npos) << away.error().detail;
  standby.ask("SELECT pg_promote()");
  EXPECT_EQ(commit(2).value(), 2u);
  EXPECT_EQ(ledger->id(), before) << "nothing was lost";

  primary.start();  // and would take commits
  EXPECT_EQ(primary.ask("SELECT pg_is_in_recovery()"), "f");
  standby.kill();
  const auto refused = commit(3);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("it is of timeline 1, and there was one of 2"),
            std::string::npos)
      << refused.error().detail;
  standby.start();
  EXPECT_EQ(commit(3).value(), 3u);
  EXPECT_FALSE(ledger->rewound().value());
}

// What was committed there alone is lost with it.
TEST_F(PgFailover, NoticesWhatWasNotReplicated) {
  ASSERT_EQ(commit(1).value(), 1u);
  await_standby();
  standby.ask("ALTER SYSTEM SET primary_conninfo = ''");
  standby.ask("SELECT pg_reload_conf()");
  while (standby.ask("SELECT count(*) FROM pg_stat_wal_receiver") != "0")
    continue;
  ASSERT_EQ(commit(2).value(), 2u);
  primary.kill();
  standby.ask("SELECT pg_promote()");
  const auto held = commit(3);
  ASSERT_FALSE(held);
  EXPECT_NE(held.error().detail.find("went back"), std::string::npos) << held.error().detail;
  const auto rewound = ledger->rewound().value();
  ASSERT_TRUE(rewound);
  EXPECT_EQ(rewound->last, 1u);
  const Step told{
      .tenant = {}, .state = {}, .events = {make_rewind_event(*rewound, minute(9), {})}};
  EXPECT_EQ(ledger->commit(std::vector{told}, "test")[0].value(), 1'000'003u);
  EXPECT_EQ(commit(2).value(), 1'000'004u) << "it is seen again";
}

// A server hangs, another one takes its place, and it goes on: it would take commits.
TEST_F(PgFailover, LeavesAServerThatOneOfItsConnectionsHasLeft) {
  settings.seen = std::make_shared<PgSeen>();
  settings.patience = std::chrono::seconds(2);
  ledger = open_postgres_ledger(settings, begin_postgres_term(settings, "a"));
  const auto looks = open_postgres_ledger(settings, 0);
  await_standby();
  primary.freeze(true);
  standby.ask("SELECT pg_promote()");
  while (!looks->in_place())
    continue;
  primary.freeze(false);
  EXPECT_EQ(commit(1).value(), 1u);
  const std::string head =
      fmt::format("SELECT head FROM {}.ledger", PgSession::in_quotes(settings.schema));
  EXPECT_EQ(primary.ask(head), "0");
  EXPECT_EQ(standby.ask(head), "1");
}

// It was one's place that is another's now, and waits for a standby that it has no more.
TEST_F(PgFailover, LeavesAServerThatNeverSaysThatItCommitted) {
  settings.patience = std::chrono::seconds(1);
  ledger = open_postgres_ledger(settings, begin_postgres_term(settings, "a"));
  await_standby();
  standby.ask("SELECT pg_promote()");
  primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
  primary.ask("SELECT pg_reload_conf()");
  while (primary.ask("SHOW synchronous_standby_names") != "*")
    continue;
  Result<std::uint64_t> committed = commit(1);
  for (int tries = 0; !committed && tries < 10; ++tries)
    committed = commit(1);
  EXPECT_EQ(committed.value(), 1u);
  EXPECT_EQ(
      standby.ask(fmt::format("SELECT head FROM {}.ledger", PgSession::in_quotes(settings.schema))),
      "1");
}

// A standby has read what was lost since, and writes nothing while it stands by.
TEST_F(PgFailover, NoticesWhatItHasReadBeforeItsTerm) {
  settings.seen = std::make_shared<PgSeen>();
  const auto stands_by = open_postgres_ledger(settings, 0);
  ASSERT_EQ(commit(1).value(), 1u);
  await_standby();
  standby.ask("ALTER SYSTEM SET primary_conninfo = ''");
  standby.ask("SELECT pg_reload_conf()");
  while (standby.ask("SELECT count(*) FROM pg_stat_wal_receiver") != "0")
    continue;
  ASSERT_EQ(commit(2).value(), 2u);
  const Guid before = ledger->id();
  ASSERT_TRUE(stands_by->in_place());
  ledger.reset();  // with all that it knew
  primary.kill();
  standby.ask("SELECT pg_promote()");
  while (!stands_by->in_place())
    continue;
  EXPECT_EQ(stands_by->id(), before);
  const auto next = open_postgres_ledger(settings, begin_postgres_term(settings, "b"));
  EXPECT_NE(next->id(), before);
  EXPECT_EQ(next->rewound().value().value().last, 1u);
  EXPECT_EQ(next->last().value(), 1'000'002u);
}

// A backup is restored while no daemon runs, and once more: each next one knows what those before
// have seen.
TEST(PgRestored, IsNoticedByTheNextProcess) {
  PostgresStorage storage;
  PgSeen::Memory memory;
  const auto begin_process = [&](const PgSeen::Memory& known) {
    storage.settings.seen = std::make_shared<PgSeen>();
    storage.settings.seen->remember(known);
    return storage.open();
  };
  const auto commit = [](Ledger& ledger, int number) {
    const Step step = step_to(tenant(number), {}, document("USG"), minute(number));
    return ledger.commit(std::vector{step}, "test")[0];
  };
  auto ledger = begin_process({});
  ASSERT_EQ(commit(*ledger, 1).value(), 1u);
  storage.remember();
  ASSERT_EQ(commit(*ledger, 2).value(), 2u);
  const Guid first = ledger->id();
  for (const std::uint64_t head : {1'000'002u, 2'000'003u}) {
    memory = storage.settings.seen->memory();
    ledger.reset();
    storage.go_back();
    EXPECT_FALSE(begin_process({})->rewound().value()) << "nobody knows";
    ledger = begin_process(memory);
    const auto rewound = ledger->rewound().value();
    ASSERT_TRUE(rewound) << head;
    EXPECT_EQ(rewound->last, 1u);
    EXPECT_EQ(rewound->previous_journal, first);
    EXPECT_EQ(ledger->last().value(), head);
    const Step told{
        .tenant = {}, .state = {}, .events = {make_rewind_event(*rewound, minute(9), {})}};
    ASSERT_EQ(ledger->commit(std::vector{told}, "test")[0].value(), head + 1);
  }
}

}  // namespace
}  // namespace tenantscope
