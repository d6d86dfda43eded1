// For how long what the ledger has said of its replicas counts.
#include "app/replica/fleet.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

class FleetTest : public ::testing::Test {
 protected:
  void hear(Fleet::Clock ago) {
    Replicas replicas;
    for (const ReplicaState state :
         {ReplicaState::active, ReplicaState::standby, ReplicaState::standby}) {
      Replica one;
      one.state = state;
      one.live = true;
      replicas.all.push_back(one);
    }
    Replica gone = replicas.all.back();
    gone.live = false;
    replicas.all.push_back(gone);
    fleet_.hear(std::move(replicas), boot_now() - ago);
  }

  Fleet fleet_{"north", 1h};
};

TEST_F(FleetTest, KnowsNothingBeforeTheLedgerAnswers) {
  EXPECT_FALSE(fleet_.knows());
  EXPECT_FALSE(fleet_.replicas());
  EXPECT_FALSE(fleet_.sight().beat_age);
  EXPECT_FALSE(fleet_.sight().replicas);
  EXPECT_EQ(fleet_.state(), ReplicaState::joining);
}

TEST_F(FleetTest, CountsThoseThatHaveALease) {
  hear(10s);
  ASSERT_TRUE(fleet_.replicas());
  EXPECT_EQ(fleet_.replicas()->all.size(), 4u);
  const ReplicaSight sight = fleet_.sight();
  EXPECT_GE(*sight.beat_age, 10s);
  EXPECT_LT(*sight.beat_age, 1h);
  const std::map<ReplicaState, std::size_t> expected{{ReplicaState::active, 1},
                                                     {ReplicaState::standby, 2}};
  EXPECT_EQ(*sight.replicas, expected);
}

TEST_F(FleetTest, KnowsNothingAfterItsLease) {
  hear(1h);
  EXPECT_FALSE(fleet_.knows());
  EXPECT_FALSE(fleet_.replicas());
  EXPECT_FALSE(fleet_.sight().replicas);
  EXPECT_GE(*fleet_.sight().beat_age, 1h) << "which goes on to grow";
}

TEST_F(FleetTest, CountsItselfWhereItIsOutdated) {
  hear(0s);
  fleet_.become(ReplicaState::outdated);
  EXPECT_EQ(fleet_.state(), ReplicaState::outdated);
  EXPECT_EQ(fleet_.sight().replicas->at(ReplicaState::outdated), 1u);
}

TEST_F(FleetTest, IsSuspendedWhereItIsActiveAndItsLeaseIsOver) {
  hear(0s);
  fleet_.become(ReplicaState::active);
  EXPECT_EQ(fleet_.state(), ReplicaState::active);
  hear(2h);
  EXPECT_EQ(fleet_.state(), ReplicaState::suspended);
  fleet_.become(ReplicaState::draining);
  EXPECT_EQ(fleet_.state(), ReplicaState::draining);
  fleet_.become(ReplicaState::standby);
  EXPECT_EQ(fleet_.state(), ReplicaState::standby) << "which shows what it knows, or nothing";
}

}  // namespace
}  // namespace tenantscope
