// Whose turn it is to write, on a real server: its clock says when a lease is over.
#include "storage/postgres/pg_member.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "storage/postgres/pg_seen.hpp"
#include "storage/postgres/pg_snapshot.hpp"
#include "storage/postgres/postgres_storage.hpp"
#include "support/message_proxy.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

class PgMemberTest : public ::testing::Test {
 protected:
  PgMember member(const std::string& name, Duration lease = 1h) const {
    return PgMember(storage_.settings, {.name = name, .url = "http://" + name}, lease);
  }
  // As if time had passed.
  void end_lease_of(const std::string& name) const {
    storage_.ask("UPDATE {}.replicas SET expires = clock_timestamp() WHERE name = '" + name + "'");
  }

  PostgresStorage storage_;
};

TEST_F(PgMemberTest, OneIsActive) {
  PgMember north = member("north"), south = member("south");
  EXPECT_FALSE(north.beat(false).mine) << "it doesn't want to";
  PgActive active = north.beat(true);
  EXPECT_TRUE(active.mine);
  EXPECT_EQ(active.term, 1u);
  active = south.beat(true);
  EXPECT_FALSE(active.mine);
  EXPECT_EQ(active.name, "north");
  EXPECT_EQ(active.url, "http://north");
  EXPECT_EQ(active.term, 1u);
  EXPECT_TRUE(north.beat(true).mine);
}

TEST_F(PgMemberTest, SaysWhetherTheyAgreeAndWhetherTheServerWaitsForAnother) {
  PgMember north(storage_.settings, {.name = "north", .config = "a"}, 1h);
  PgMember south(storage_.settings, {.name = "south", .config = "b"}, 1h);
  EXPECT_TRUE(north.beat(true).same_config);
  EXPECT_FALSE(south.beat(true).same_config);
  EXPECT_FALSE(north.beat(true).synchronous);
}

TEST_F(PgMemberTest, AnotherTakesOverOnceTheLeaseIsOver) {
  PgMember north = member("north"), south = member("south");
  ASSERT_TRUE(north.beat(true).mine);
  end_lease_of("north");
  const PgActive taken = south.beat(true);
  EXPECT_TRUE(taken.mine);
  EXPECT_EQ(taken.term, 2u);
  const PgActive seen = north.beat(true);
  EXPECT_FALSE(seen.mine);
  EXPECT_EQ(seen.name, "south");
}

// Whoever takes over begins a term: without that, nobody else has written.
TEST_F(PgMemberTest, GoesOnInItsTermWhereNobodyTookOver) {
  PgMember north = member("north");
  ASSERT_EQ(north.beat(true).term, 1u);
  end_lease_of("north");
  const PgActive again = north.beat(false);
  EXPECT_TRUE(again.mine);
  EXPECT_EQ(again.term, 1u);
}

TEST_F(PgMemberTest, BeginsAnotherTermInItsNextLife) {
  ASSERT_EQ(member("north").beat(true).term, 1u);
  PgMember north = member("north");
  EXPECT_FALSE(north.beat(false).mine) << "what it was before is over";
  EXPECT_EQ(north.beat(true).term, 2u);
}

TEST_F(PgMemberTest, LeavesItsPlaceAtOnce) {
  PgMember north = member("north"), south = member("south");
  ASSERT_TRUE(north.beat(true).mine);
  ASSERT_FALSE(south.beat(true).mine);
  north.leave();
  EXPECT_TRUE(south.beat(true).mine);
}

TEST_F(PgMemberTest, OfTwoOfOneNameTheOlderOneEnds) {
  PgMember older = member("north"), newer = member("north");
  ASSERT_TRUE(older.beat(true).mine);
  ASSERT_TRUE(newer.beat(true).mine) << "the older one's membership is over";
  try {
    older.beat(true);
    FAIL();
  } catch (const PgFailure& failure) {
    EXPECT_EQ(failure.state, pg_renamed) << failure.what();
  }
  EXPECT_TRUE(newer.beat(true).mine);
}

// Two that look at once wait for the row one after the other; the second one sees that it is taken.
TEST_F(PgMemberTest, OfTwoThatComeAtOnceOneBeginsATerm) {
  constexpr int members = 8;
  std::vector<std::thread> threads;
  threads.reserve(members);
  std::atomic<int> active = 0;
  std::atomic<std::uint64_t> terms = 0;
  for (int i = 0; i < members; ++i)
    threads.emplace_back([this, i, &active, &terms] {
      PgMember one = member("replica-" + std::to_string(i));
      const PgActive seen = one.beat(true);
      active += seen.mine;
      terms += seen.term;
    });
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(active, 1);
  EXPECT_EQ(storage_.ask("SELECT term FROM {}.ledger"), "1");
}

// Who wrote stands still, with all of his commit sent but its end: the server would wait for it.
TEST_F(PgMemberTest, TakesTheTurnFromWhoStandsStill) {
  PgMember north = member("north", 2s);
  ASSERT_TRUE(north.beat(true).mine);
  MessageProxy proxy(shared_server().port());
  PgSettings settings = storage_.settings;
  settings.hosts.front().port = proxy.port();
  settings.patience = 1s;
  PgSession still(settings);
  proxy.hold("UPDATE", MessageProxy::Part::whole);
  std::thread writes([&] {
    std::vector<PgStatement> statements;
    statements.emplace_back("UPDATE " + still.schema() + ".ledger SET head = 77");
    EXPECT_THROW((void)still.write(std::move(statements), still.deadline()), PgFailure);
  });
  PgSettings mine = storage_.settings;
  mine.seen = std::make_shared<PgSeen>();
  PgMember south(mine, {.name = "south"}, 2s);
  while (!south.beat(true).mine)
    std::this_thread::sleep_for(10ms);
  EXPECT_EQ(mine.seen->broken(), (PgSeen::Broken{.ended = 1}));
  writes.join();
  EXPECT_EQ(storage_.ask("SELECT head FROM {}.ledger"), "0");
}

// A copy of all is read at leisure, and nobody waits for it.
TEST_F(PgMemberTest, LeavesThoseWhoOnlyRead) {
  PgMember north = member("north", 1s);
  ASSERT_TRUE(north.beat(true).mine);
  PgSnapshot reads(storage_.settings);
  PgMember south = member("south", 1s);
  while (!south.beat(true).mine)
    std::this_thread::sleep_for(10ms);
  EXPECT_EQ(reads.session()
                .ask(PgStatement("SELECT head FROM " + reads.session().schema() + ".ledger"))
                .row(0)
                .number(0),
            0u);
}

}  // namespace
}  // namespace tenantscope
