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

// What the last process of its name has under way is fenced.
TEST_F(PgMemberTest, HasATermOfItsOwnWhereItComesBackBeforeAnotherOneLooks) {
  PgMember before = member("north");
  ASSERT_EQ(before.beat(true).term, 1u);
  before.leave();
  const PgActive active = member("north").beat(true);
  EXPECT_TRUE(active.mine);
  EXPECT_EQ(active.term, 2u);
}

// As another one's configuration was read anew.
TEST_F(PgMemberTest, SaysSoOnceTheyAgreeOrDoNot) {
  PgMember north(storage_.settings, {.name = "north", .config = "a"}, 1h);
  PgMember south(storage_.settings, {.name = "south", .config = "a"}, 1h);
  ASSERT_TRUE(north.beat(true).mine);
  EXPECT_TRUE(south.beat(true).same_config);
  EXPECT_TRUE(north.beat(false, {.config = "b"}).same_config) << "as itself";
  EXPECT_FALSE(south.beat(true).same_config);
  north.beat(false);
  EXPECT_FALSE(south.beat(true).same_config) << "it stays so";
  EXPECT_TRUE(south.beat(true, {.config = "b"}).same_config);
}

TEST_F(PgMemberTest, SaysWhoIsThereAndWhatTheySay) {
  storage_.skip(40);
  PgMember north = member("north"), south = member("south");
  ASSERT_TRUE(north.beat(true, {.state = ReplicaState::joining}).mine);
  const Replicas seen = south.beat(true, {.state = ReplicaState::standby, .sequence = 37}).replicas;
  EXPECT_EQ(seen.head, 40u);
  ASSERT_EQ(seen.all.size(), 2u);
  const Replica &first = seen.all[0], &second = seen.all[1];
  EXPECT_EQ(first.name, "north");
  EXPECT_EQ(first.url, "http://north");
  EXPECT_EQ(first.state, ReplicaState::active) << "since its term began, before it says so";
  EXPECT_TRUE(first.active);
  EXPECT_TRUE(first.live);
  EXPECT_EQ(seen.behind(first), 0u) << "it has what there is";
  EXPECT_EQ(second.name, "south");
  EXPECT_EQ(second.state, ReplicaState::standby);
  EXPECT_FALSE(second.active);
  EXPECT_EQ(seen.behind(second), 3u);
  EXPECT_LE(second.since, seen.now);
  EXPECT_GT(second.lease_end, seen.now + 59min);
}

TEST_F(PgMemberTest, SaysSinceWhenAReplicaIsWhatItIs) {
  PgMember north = member("north");
  const auto since = [&](ReplicaState state) {
    return north.beat(true, {.state = state}).replicas.all.front().since;
  };
  (void)since(ReplicaState::active);
  storage_.ask("UPDATE {}.replicas SET since = 5");
  EXPECT_EQ(since(ReplicaState::active), WallTime(5ms));
  EXPECT_GT(since(ReplicaState::draining), WallTime(5ms));
}

TEST_F(PgMemberTest, ShowsWhoLeftWithoutAWordForADay) {
  ASSERT_TRUE(member("north").beat(true).mine);
  end_lease_of("north");
  const Replicas seen = member("south").beat(false).replicas;
  ASSERT_EQ(seen.all.size(), 2u);
  EXPECT_FALSE(seen.all.front().live);
  EXPECT_FALSE(seen.all.front().active);
  EXPECT_EQ(seen.all.front().state, ReplicaState::active) << "as it said last";
  EXPECT_FALSE(seen.active());
  storage_.ask(
      "UPDATE {}.replicas SET expires = expires - interval '25 hours' WHERE name = 'north'");
  const Replicas later = member("west").beat(false).replicas;
  ASSERT_EQ(later.all.size(), 2u);
  EXPECT_EQ(later.all.front().name, "south");
}

TEST_F(PgMemberTest, DoesNotKnowWhatALaterProgramSays) {
  PgMember north = member("north");
  north.beat(false);
  storage_.ask("UPDATE {}.replicas SET state = 'enlightened'");
  EXPECT_EQ(member("south").beat(false).replicas.all.front().state, std::nullopt);
}

TEST_F(PgMemberTest, LooksAtSoManyAndAlwaysAtTheActiveOne) {
  PgMember active = member("z");
  ASSERT_TRUE(active.beat(true).mine);
  storage_.ask(
      "INSERT INTO {}.replicas (name, incarnation, expires, url, version, config, reads, state, "
      "since, "
      "sequence) SELECT 'r' || n, 1, clock_timestamp() + interval '1 hour', '', '', '', "
      "1, 'standby', 0, 0 FROM generate_series(1, 200) n");
  const Replicas seen = active.beat(false).replicas;
  EXPECT_EQ(seen.all.size(), std::size_t(PgMember::most_replicas));
  ASSERT_TRUE(seen.active());
  EXPECT_EQ(seen.active()->name, "z");
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

// The server has what it had before it joined again.
TEST_F(PgMemberTest, JoinsAgainWhereTheServerWentBack) {
  member("north").beat(true);
  PgMember north = member("north");
  ASSERT_TRUE(north.beat(true).mine);
  storage_.ask("UPDATE {}.replicas SET incarnation = incarnation - 1");
  EXPECT_TRUE(north.beat(true).mine);
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
  EXPECT_EQ(mine.seen->take_broken(), (PgSeen::Broken{.ended = 1}));
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
