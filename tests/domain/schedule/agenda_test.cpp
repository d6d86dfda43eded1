#include "domain/schedule/agenda.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using Outcome = Agenda::Outcome;

constexpr SteadyTime start = SteadyTime(1h);

class AgendaTest : public ::testing::Test {
 protected:
  Agenda::Authority& authority(double ceiling = 1e9, std::size_t connections = 100) {
    return agenda_.add_authority(ceiling, connections, start);
  }
  void finish(Agenda::Authority& authority, std::size_t tenant, SteadyTime now,
              Outcome outcome = Outcome::answered, Duration retry_after = {}) {
    agenda_.came_back(authority, outcome, retry_after, now);
    agenda_.finished(tenant);
  }

  // One after the other, a moment each.
  void finish_all(Agenda::Authority& authority) {
    for (SteadyTime now = start; authority.in_flight() > 0;)
      finish(authority, begun_.back(), now += 1ms);
  }

  using Tenants = std::vector<std::size_t>;
  Tenants begun_;
  Agenda agenda_{[this](std::size_t tenant, SteadyTime) { begun_.push_back(tenant); }};
};

TEST_F(AgendaTest, NothingIsToBeDoneWhereNothingIsDue) {
  EXPECT_EQ(agenda_.next(start), SteadyTime::max());
  auto& a = authority(1e9, 1);
  EXPECT_EQ(agenda_.next(start), SteadyTime::max());
  agenda_.schedule(0, a, start + 1h, false);
  EXPECT_EQ(agenda_.next(start), start + 1h);
  agenda_.schedule(1, a, start, false);
  EXPECT_EQ(agenda_.next(start), start);
  agenda_.advance(start);
  EXPECT_EQ(begun_, Tenants{1});
  agenda_.schedule(2, a, start, false);
  EXPECT_EQ(agenda_.next(start), SteadyTime::max())
      << "no connection is free: an answer is what comes next";
}

TEST_F(AgendaTest, WhatIsDueWithinATickBeginsTogether) {
  auto& a = authority();
  agenda_.advance(start);
  for (std::size_t i = 0; i < 10; ++i)
    agenda_.schedule(i, a, start + std::chrono::milliseconds(i), false);
  EXPECT_EQ(agenda_.next(start), start + Agenda::tick);
  agenda_.advance(start + Agenda::tick);
  EXPECT_EQ(begun_.size(), 10u);
  agenda_.schedule(10, a, start + 1s, false);
  EXPECT_EQ(agenda_.next(start + 500ms), start + 1s) << "on time where there was a pause";
}

TEST_F(AgendaTest, TheLimiterIsAskedOnceATick) {
  auto& a = authority(1000, 1000);
  for (std::size_t i = 0; i < 1000; ++i)
    agenda_.schedule(i, a, start, false);
  agenda_.advance(start);
  const std::size_t first = begun_.size();
  EXPECT_EQ(agenda_.next(start), start + Agenda::tick) << "not at each token";
  finish(a, 0, start + 10ms);
  EXPECT_EQ(begun_.size(), first) << "nor at each answer";
  agenda_.advance(start + Agenda::tick + 1ms);
  EXPECT_EQ(begun_.size(), first + 81)
      << "what it permitted meanwhile, also where the timer is late";
}

TEST_F(AgendaTest, AnAnswerMakesRoomAtOnceWhereConnectionsAreShort) {
  auto& a = authority(1e9, 2);
  agenda_.advance(start);
  for (std::size_t i = 0; i < 4; ++i)
    agenda_.schedule(i, a, start, false);
  agenda_.advance(start + 1s);
  EXPECT_EQ(begun_, (Tenants{0, 1}));
  finish(a, 1, start + 1s);
  EXPECT_EQ(begun_, (Tenants{0, 1, 2}));
  agenda_.set_limits(a, 1e9, 1, start + 1s);
  finish(a, 0, start + 2s);
  EXPECT_EQ(begun_, (Tenants{0, 1, 2})) << "there is one connection less now";
  finish(a, 2, start + 2s);
  EXPECT_EQ(begun_, (Tenants{0, 1, 2, 3}));
}

TEST_F(AgendaTest, ConfirmationsDontWaitBehindABacklogAndDontStopIt) {
  auto& a = authority(1e9, 1);
  for (std::size_t i = 0; i < 6; ++i)
    agenda_.schedule(i, a, start - 1h, false);
  for (std::size_t i = 6; i < 9; ++i)
    agenda_.schedule(i, a, start, true);
  agenda_.advance(start);
  finish_all(a);
  EXPECT_EQ(begun_, (Tenants{6, 0, 7, 1, 8, 2, 3, 4, 5}));
}

TEST_F(AgendaTest, WhoWasDueFirstComesFirst) {
  auto& a = authority(1e9, 1);
  for (std::size_t i = 0; i < 5; ++i)
    agenda_.schedule(i, a, start - std::chrono::seconds(i), false);
  agenda_.advance(start);
  agenda_.schedule(9, a, start - 1h, false);  // comes last, has been due for longest
  finish_all(a);
  EXPECT_EQ(begun_, (Tenants{4, 9, 3, 2, 1, 0}));
}

TEST_F(AgendaTest, AnAuthorityInTroubleLeavesOthersAlone) {
  auto& a = authority();
  auto& b = authority();
  agenda_.schedule(0, a, start, false);
  agenda_.advance(start);
  finish(a, 0, start, Outcome::throttled, 1h);
  agenda_.schedule(0, a, start, false);
  agenda_.schedule(1, b, start + 1s, false);
  EXPECT_EQ(agenda_.next(start), start + 1s);
  agenda_.advance(start + 1s);
  EXPECT_EQ(begun_, (Tenants{0, 1}));
  EXPECT_EQ(agenda_.next(start + 1s), start + 1h);
}

TEST_F(AgendaTest, AVisitorIsHeldToTheSameLimiter) {
  auto& a = authority();
  agenda_.schedule(0, a, start, false);
  agenda_.advance(start);
  finish(a, 0, start, Outcome::throttled, 1h);
  Agenda::Visitor visitor{[] {}}, gone{[] { FAIL() << "it has left"; }};
  agenda_.visit(a, gone, start);
  agenda_.visit(a, visitor, start);
  EXPECT_FALSE(a.idle());
  agenda_.leave(a, gone);
  EXPECT_EQ(agenda_.next(start), start + 1h);
  agenda_.advance(start + 1h - 1ns);
  EXPECT_FALSE(visitor.admitted);
  agenda_.advance(start + 1h);
  EXPECT_TRUE(visitor.admitted);
  EXPECT_EQ(a.in_flight(), 1u);
}

// A hundred thousand that come at once cost no more than their places.
TEST_F(AgendaTest, AFirstSweepGoesInTheOrderOfTheConfiguration) {
  auto& a = authority(1e9, 1);
  for (std::size_t i = 0; i < 100'000; ++i)
    agenda_.schedule(i, a, start, false);
  agenda_.advance(start);
  finish_all(a);
  ASSERT_EQ(begun_.size(), 100'000u);
  EXPECT_TRUE(std::ranges::is_sorted(begun_));
}

TEST_F(AgendaTest, NothingBeginsOnceItIsStopped) {
  auto& a = authority();
  agenda_.schedule(0, a, start, false);
  agenda_.stop();
  agenda_.advance(start);
  EXPECT_EQ(begun_, Tenants{});
}

}  // namespace
}  // namespace tenantscope
