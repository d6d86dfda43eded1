#include "web/seats.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include "web/address.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

const Peer one{.address = "192.0.2.1", .network = "192.0.2.1"};
const Peer other{.address = "192.0.2.2", .network = "192.0.2.2"};
const Peer here{.address = "127.0.0.1", .network = "", .local = true};
const Peer owner{.address = "", .network = "", .local = true, .control = true};

class SeatsTest : public testing::Test {
 protected:
  // Waiting for its client the longer the earlier it was taken.
  std::shared_ptr<Seat> take(const Peer& peer) {
    const auto seat = seats_.take(peer);
    if (seat)
      seat->await_client(now_ += 1s);
    return seat;
  }

  Seats seats_{4, 2};
  SteadyTime now_{};
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
  early->work();
  early->await_client(now_ += 1s);
  EXPECT_TRUE(take(one));
  EXPECT_TRUE(late->ended());
  EXPECT_FALSE(early->ended());
}

TEST_F(SeatsTest, OfThoseBeingAnsweredAreNotFreed) {
  const auto first = take(one);
  const auto second = take(one);
  first->work();
  EXPECT_TRUE(take(one));
  EXPECT_TRUE(second->ended());
  EXPECT_FALSE(first->ended());

  const auto third = take(other);
  const auto fourth = take(other);
  third->work();
  fourth->work();
  EXPECT_FALSE(take(other));
  EXPECT_FALSE(third->ended());
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
  gone->work();
  gone->end();
  const auto working = take(one);
  working->work();
  EXPECT_FALSE(take(one));
  seats_.give_back(gone);
  EXPECT_TRUE(take(one));
  EXPECT_FALSE(working->ended());
}

TEST_F(SeatsTest, OfThisMachineAreLimitedInAllOnly) {
  std::vector<std::shared_ptr<Seat>> local;
  for (int i = 0; i < 4; ++i)
    local.push_back(take(here));
  for (const auto& seat : local)
    EXPECT_FALSE(seat->ended());
  EXPECT_TRUE(take(here));
  EXPECT_TRUE(local[0]->ended());
}

TEST_F(SeatsTest, AreAlwaysThereForTheOwner) {
  std::vector<std::shared_ptr<Seat>> all;
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

sockaddr_storage address_of(const std::string& text) {
  sockaddr_storage result{};
  if (text.find(':') == text.npos) {
    auto& four = reinterpret_cast<sockaddr_in&>(result);
    four.sin_family = AF_INET;
    ::inet_pton(AF_INET, text.c_str(), &four.sin_addr);
  } else {
    auto& six = reinterpret_cast<sockaddr_in6&>(result);
    six.sin6_family = AF_INET6;
    ::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr);
  }
  return result;
}

TEST(Peer, IsKnownByItsAddress) {
  const struct {
    std::string came_from;
    std::string address;
    bool local;
  } rows[]{
      {"192.0.2.1", "192.0.2.1", false},
      {"127.0.0.1", "127.0.0.1", true},
      {"127.1.2.3", "127.1.2.3", true},
      {"2001:db8::1", "2001:db8::1", false},
      {"::1", "::1", true},
      {"::ffff:192.0.2.1", "192.0.2.1", false},
      {"::ffff:127.0.0.1", "127.0.0.1", true},
      {"::127.0.0.1", "::127.0.0.1", false},
      {"fe80::1", "fe80::1", false},
  };
  for (const auto& row : rows) {
    const Peer peer = peer_at(address_of(row.came_from));
    EXPECT_EQ(peer.address, row.address) << row.came_from;
    EXPECT_EQ(peer.local, row.local) << row.came_from;
    EXPECT_EQ(peer.network.empty(), row.local) << row.came_from;
    EXPECT_FALSE(peer.control) << row.came_from;
  }
}

TEST(Peer, SharesALimitWithItsNetwork) {
  const auto network = [](const std::string& text) { return peer_at(address_of(text)).network; };
  EXPECT_EQ(network("192.0.2.1"), network("::ffff:192.0.2.1"));
  EXPECT_NE(network("192.0.2.1"), network("192.0.2.2"));
  EXPECT_EQ(network("2001:db8::1"), network("2001:db8::ffff:1:2:3"));
  EXPECT_NE(network("2001:db8::1"), network("2001:db8:0:1::1"));
}

}  // namespace
}  // namespace tenantscope
