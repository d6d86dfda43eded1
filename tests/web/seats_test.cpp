#include "web/seats.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

const Peer one{.address = "192.0.2.1", .network = "192.0.2.1"};
const Peer other{.address = "192.0.2.2", .network = "192.0.2.2"};
const Peer here{.address = "127.0.0.1", .network = "", .local = true};
const Peer owner{.address = "", .network = "", .local = true, .control = true};

class SeatsTest : public testing::Test {
 protected:
  explicit SeatsTest(std::size_t in_all = 4, std::size_t per_network = 2)
      : seats_(in_all, per_network,
               [this](const Peer& peer) { evicted_.push_back(peer.address); }) {}

  // Waiting for its client the longer the earlier it was taken.
  std::shared_ptr<Seat> take(const Peer& peer) {
    auto seat = seats_.take(peer);
    if (seat)
      seat->await_client(now_ += 1s);
    return seat;
  }

  // As take(), and a handler works on a request.
  std::shared_ptr<Seat> work(const Peer& peer) {
    auto seat = take(peer);
    if (seat && !seat->begin_request(false))
      return nullptr;
    return seat;
  }
  // As take(), and a handler waits for something to tell; nullptr: it mayn't.
  std::shared_ptr<Seat> poll(const Peer& peer) {
    const auto seat = work(peer);
    return seat && begin_poll(seat) ? seat : nullptr;
  }
  bool begin_poll(const std::shared_ptr<Seat>& seat) {
    return seat->begin_poll(now_, [this, raw = seat.get()] { told_.push_back(raw); });
  }
  using Told = std::vector<const Seat*>;

  Told told_;  // who answer early, in that order
  std::vector<std::string> evicted_;
  Seats seats_;
  SteadyTime now_{};
};

class ManySeats : public SeatsTest {
 protected:
  ManySeats() : SeatsTest(16, 8) {}
};

TEST_F(SeatsTest, AreFreedForTheNewWhereItsNetworkHasAll) {
  const auto first = take(one);
  const auto second = take(one);
  const auto stranger = take(other);
  EXPECT_TRUE(take(one));
  EXPECT_TRUE(first->ended());
  EXPECT_FALSE(second->ended());
  EXPECT_FALSE(stranger->ended());
}

TEST_F(SeatsTest, AreFreedForTheNewWhereAllAreTaken) {
  const auto stranger = take(other);
  const auto first = take(one);
  const auto second = take(one);
  const auto local = take(here);
  EXPECT_TRUE(take({.address = "192.0.2.3", .network = "192.0.2.3"}));
  EXPECT_TRUE(stranger->ended());
  for (const auto& seat : {first, second, local})
    EXPECT_FALSE(seat->ended());
}

TEST_F(SeatsTest, AreKeptByWhoSentSomethingLast) {
  const auto early = take(one);
  const auto late = take(one);
  early->begin_request(false);
  early->await_client(now_ += 1s);
  EXPECT_TRUE(take(one));
  EXPECT_TRUE(late->ended());
  EXPECT_FALSE(early->ended());
}

TEST_F(SeatsTest, OfThoseBeingAnsweredAreNotFreed) {
  const auto first = take(one);
  const auto second = take(one);
  first->begin_request(false);
  EXPECT_TRUE(take(one));
  EXPECT_TRUE(second->ended());
  EXPECT_FALSE(first->ended());

  const auto third = take(other);
  const auto fourth = take(other);
  third->begin_request(false);
  fourth->begin_request(false);
  EXPECT_FALSE(take(other));
  EXPECT_FALSE(third->ended());
}

TEST_F(SeatsTest, OfLongPollsAreFreedForTheNew) {
  const auto first = work(here);
  const auto poll = this->poll(here);
  const auto second = work(here);
  const auto third = work(here);
  ASSERT_TRUE(poll && third);
  EXPECT_TRUE(take(one));
  EXPECT_EQ(told_, Told{poll.get()});
  EXPECT_TRUE(poll->yielded());
  EXPECT_FALSE(poll->ended()) << "it is answered first";
  EXPECT_EQ(evicted_, std::vector{here.address});
  EXPECT_TRUE(take(other)) << "the poll's seat is as good as free";
}

TEST_F(SeatsTest, OfAnsweredLongPollsGoFirst) {
  const auto busy = work(here);
  const auto idle = take(one);
  idle->await_client(SteadyTime{} + 1h);
  const auto poll = this->poll(here);
  const auto late = take(one);
  ASSERT_TRUE(poll && take(other));
  poll->await_client(now_ + 2h);  // its answer is on its way, or it doesn't take it
  EXPECT_FALSE(poll->ended());
  EXPECT_TRUE(take({.address = "192.0.2.3", .network = "192.0.2.3"}));
  EXPECT_TRUE(poll->ended());
  EXPECT_EQ(evicted_, (std::vector{here.address, one.address})) << "each of them once";
}

TEST_F(SeatsTest, GoByWhoHasWaitedLongestPollOrClient) {
  const auto idle = take(here);
  const auto poll = this->poll(here);
  const auto later = take(here);
  const auto last = take(here);
  EXPECT_TRUE(take(here));
  EXPECT_TRUE(idle->ended());
  EXPECT_TRUE(told_.empty());
  EXPECT_TRUE(take(here));
  EXPECT_EQ(told_, Told{poll.get()});
  EXPECT_FALSE(later->ended());
}

TEST_F(ManySeats, HoldLongPollsUpToHalfOfAll) {
  std::vector<std::shared_ptr<Seat>> polls;
  for (int i = 0; i < 8; ++i)
    ASSERT_TRUE(polls.emplace_back(poll(here))) << i;
  EXPECT_TRUE(poll(here));
  EXPECT_EQ(told_, Told{polls[0].get()});
  EXPECT_FALSE(polls[0]->yielded()) << "there are seats";
  EXPECT_TRUE(poll(other)) << "a network that has none yet";
  EXPECT_EQ(told_, (Told{polls[0].get(), polls[1].get()}));
  EXPECT_EQ(evicted_.size(), 2u);
}

TEST_F(ManySeats, HoldLongPollsUpToHalfOfANetworks) {
  const auto strangers = poll(other);
  std::vector<std::shared_ptr<Seat>> polls;
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(polls.emplace_back(poll(one))) << i;
  EXPECT_TRUE(poll(one));
  EXPECT_EQ(told_, Told{polls[0].get()});
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(poll(here));  // nobody else's limit
  EXPECT_EQ(told_, (Told{polls[0].get(), strangers.get()}));
}

TEST_F(ManySeats, AreNotTakenFromLongPollsThatHaveJustBegun) {
  std::vector<std::shared_ptr<Seat>> seats(9);
  for (auto& seat : seats)
    seat = work(here);
  for (std::size_t i = 0; i < 8; ++i)
    ASSERT_TRUE(begin_poll(seats[i]));
  EXPECT_FALSE(begin_poll(seats[8]));
  EXPECT_TRUE(told_.empty());
  now_ += Seats::least_poll;
  EXPECT_TRUE(begin_poll(seats[8]));
  EXPECT_EQ(told_, Told{seats[0].get()});
}

TEST_F(ManySeats, HoldProbesUpToAQuarterOfAllOrHalfOfANetworks) {
  std::vector<std::shared_ptr<Seat>> seats;
  const auto probe = [&](const Peer& peer) {
    return seats.emplace_back(work(peer))->begin_probe();
  };
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(probe(one)) << i;
  EXPECT_FALSE(probe(one));
  EXPECT_FALSE(probe(here));
  EXPECT_TRUE(probe(owner));
  EXPECT_TRUE(seats[0]->begin_probe()) << "its second";
  seats[0]->end();
  EXPECT_FALSE(probe(here)) << "the authority is still asked";
  seats[0]->await_client(now_);
  EXPECT_TRUE(probe(here));
  EXPECT_TRUE(evicted_.empty());
}

TEST_F(ManySeats, AreKeptForWhatIsAnsweredAtOnce) {
  std::vector<std::shared_ptr<Seat>> working;
  for (int i = 0; i < 14; ++i)
    ASSERT_TRUE(working.emplace_back(work(here))) << i;
  const auto last = take(here);
  EXPECT_FALSE(last->begin_request(false));
  EXPECT_TRUE(last->begin_request(true));
  last->await_client(now_);
  EXPECT_FALSE(last->begin_request(false));
  EXPECT_TRUE(take(owner)->begin_request(false));
  working[3]->await_client(now_);
  EXPECT_TRUE(last->begin_request(false));
  EXPECT_TRUE(evicted_.empty());
}

TEST_F(ManySeats, OfANetworkAreKeptForWhatIsAnsweredAtOnceToo) {
  std::vector<std::shared_ptr<Seat>> working;
  for (int i = 0; i < 7; ++i)
    ASSERT_TRUE(working.emplace_back(work(one))) << i;
  const auto last = take(one);
  EXPECT_FALSE(last->begin_request(false));
  EXPECT_TRUE(last->begin_request(true));
  EXPECT_TRUE(work(other));
}

TEST_F(ManySeats, OfLongPollsGiveWayToOtherRequests) {
  const auto poll = this->poll(here);
  std::vector<std::shared_ptr<Seat>> working;
  for (int i = 0; i < 14; ++i)
    ASSERT_TRUE(working.emplace_back(work(here))) << i;
  EXPECT_EQ(told_, Told{poll.get()});
  EXPECT_FALSE(work(here));
}

TEST_F(SeatsTest, OfTheOwnersLongPollsAreHis) {
  const auto owners = poll(owner);
  ASSERT_TRUE(owners && poll(owner) && poll(owner));
  for (int i = 0; i < 9; ++i)
    EXPECT_TRUE(take(here));
  EXPECT_TRUE(told_.empty());
}

TEST_F(SeatsTest, OfThoseThatLeaveAreFree) {
  const auto first = take(one);
  first->end();
  const auto second = take(one);
  const auto third = take(one);
  for (const auto& seat : {second, third})
    EXPECT_FALSE(seat->ended());
  EXPECT_TRUE(take(one));
  EXPECT_TRUE(second->ended());
  EXPECT_FALSE(third->ended());
}

TEST_F(SeatsTest, OfThoseThatAHandlerStillWorksForAreNot) {
  const auto gone = take(one);
  gone->begin_request(false);
  gone->end();
  const auto working = take(one);
  working->begin_request(false);
  EXPECT_FALSE(take(one));
  seats_.give_back(gone);
  EXPECT_TRUE(take(one));
  EXPECT_FALSE(working->ended());
}

TEST_F(SeatsTest, OfThisMachineAreLimitedInAllOnly) {
  std::vector<std::shared_ptr<Seat>> local;
  local.reserve(4);
  for (int i = 0; i < 4; ++i)
    local.push_back(take(here));
  for (const auto& seat : local)
    EXPECT_FALSE(seat->ended());
  EXPECT_TRUE(take(here));
  EXPECT_TRUE(local[0]->ended());
}

TEST_F(SeatsTest, AreAlwaysThereForTheOwner) {
  std::vector<std::shared_ptr<Seat>> all;
  all.reserve(4);
  for (int i = 0; i < 4; ++i)
    all.push_back(take(here));
  const auto command = take(owner);
  ASSERT_TRUE(command);
  for (const auto& seat : all)
    EXPECT_FALSE(seat->ended());
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(take(here));
  EXPECT_FALSE(command->ended());
}

}  // namespace
}  // namespace tenantscope
