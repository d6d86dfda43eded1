// Moves that are killed, or whose connection is lost, at every point: the source is usable until
// the target can be completed, and both never are.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/postgres/moved_ledgers.hpp"
#include "support/message_proxy.hpp"

namespace tenantscope {
namespace {

constexpr int killed = 9, failed = 3;

class LedgerMoveKilled : public MovedLedgers {
 protected:
  // A process of its own moves it, and dies at that step. Whether it came to that.
  static bool move_killed(const LedgerPlace& from, const LedgerPlace& to, int at) {
    const pid_t child = ::fork();
    if (child == 0) {
      int steps = 0;
      try {
        move_ledger(from, to, [&] {
          if (++steps == at)
            ::_exit(killed);
        });
      } catch (...) {
        ::_exit(failed);
      }
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_NE(WEXITSTATUS(status), failed);
    return WEXITSTATUS(status) == killed;
  }

  // A target whose connections go through it.
  static PgSettings behind(const MessageProxy& proxy) {
    PgSettings target = PostgresStorage().settings;
    target.hosts.front().port = proxy.port();
    return target;
  }
  static void try_to_move(
      const std::filesystem::path& from, PgSettings to, const CopyStep& after_step = [] {}) {
    to.patience = std::chrono::seconds(3);  // a new connection's first message is no message
    try {
      move_ledger(LedgerPlace(from), LedgerPlace(to), after_step);
    } catch (const FatalError& error) {
      EXPECT_EQ(error.exit_code, exit_failure) << error.what();
    }
  }

  template <class From, class To>
  static void expect_completed(const From& from, const To& to) {
    const std::string source = refusal_of(from), target = refusal_of(to);
    EXPECT_FALSE(source.empty() && target.empty()) << "two of one ledger";
    if (target.empty())
      return;  // it was done
    const LedgerSum sum = move_ledger(LedgerPlace(from), LedgerPlace(to));
    EXPECT_EQ(sum.events, 6u);
    EXPECT_NE(refusal_of(from), "");
    EXPECT_EQ(refusal_of(to), "");
  }
};

TEST_F(LedgerMoveKilled, OnItsWayToPostgresIsCompleted) {
  bool came_to_it = true;
  for (int at = 1; came_to_it; ++at) {
    SCOPED_TRACE(at);
    ASSERT_LT(at, 100);
    const TemporaryFolder folder;
    const PostgresStorage target;
    store_changes(*open_sqlite_ledger(folder.path()), 1, 3, 2);
    came_to_it = move_killed(folder.path(), target.settings, at);
    expect_completed(folder.path(), target.settings);
    EXPECT_EQ(target.ask("SELECT count(*) FROM {}.outbox"), "12");
  }
}

TEST_F(LedgerMoveKilled, OnItsWayToSqliteIsCompleted) {
  bool came_to_it = true;
  for (int at = 1; came_to_it; ++at) {
    SCOPED_TRACE(at);
    ASSERT_LT(at, 100);
    const TemporaryFolder folder;
    PostgresStorage source;
    store_changes(*source.open(), 1, 3, 2);
    came_to_it = move_killed(source.settings, folder.path() / "new", at);
    expect_completed(source.settings, folder.path() / "new");
    EXPECT_EQ(all_of(*open_sqlite_ledger(folder.path() / "new")).size(), 6u);
  }
}

// What it sends after each step never comes to the server, or the server's answers never come back,
// some of what it has done already.
TEST_F(LedgerMoveKilled, ByALostConnectionIsCompleted) {
  MessageProxy proxy(shared_server().port());
  int cut = 0;
  for (const auto side : {MessageProxy::Side::client, MessageProxy::Side::server})
    for (int at = 1;; ++at) {
      SCOPED_TRACE(at);
      ASSERT_LT(at, 100);
      const TemporaryFolder folder;
      const PgSettings target = behind(proxy);
      store_changes(*open_sqlite_ledger(folder.path()), 1, 3, 2);
      int steps = 0;
      try_to_move(folder.path(), target, [&] {
        if (++steps == at)
          proxy.arm(side, side == MessageProxy::Side::client ? 0 : at % 4);
      });
      proxy.disarm();
      if (steps < at)
        break;
      ++cut;
      expect_completed(folder.path(), target);
    }
  EXPECT_GT(cut, 10);
}

}  // namespace
}  // namespace tenantscope
