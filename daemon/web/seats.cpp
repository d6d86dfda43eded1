#include "web/seats.hpp"

#include <algorithm>

namespace tenantscope {
namespace {

// One that was ended while a handler works for it stays until that is done.
bool is_leaving(const Seat& seat) { return seat.ended() && seat.waiting_since(); }

// Everybody is of the network "".
bool counts(const Seat& seat, const std::string& network) {
  return !is_leaving(seat) && !seat.peer().control &&
         (network.empty() || seat.peer().network == network);
}

}  // namespace

std::shared_ptr<Seat> Seats::take(Peer peer) {
  if (!peer.control) {
    if (!peer.network.empty() && taken(peer.network) >= per_network_ && !free_one(peer.network))
      return nullptr;
    if (taken({}) >= in_all_ && !free_one({}))
      return nullptr;
  }
  return seats_.emplace_back(std::make_shared<Seat>(std::move(peer)));
}

void Seats::end_all() {
  for (const auto& seat : seats_)
    seat->end();
}

bool Seats::free_one(const std::string& network) {
  Seat* longest = nullptr;
  for (const auto& seat : seats_) {
    if (!counts(*seat, network) || !seat->waiting_since())
      continue;
    if (!longest || seat->waiting_since() < longest->waiting_since())
      longest = seat.get();
  }
  if (longest)
    longest->end();
  return longest != nullptr;
}

std::size_t Seats::taken(const std::string& network) const {
  return std::size_t(
      std::ranges::count_if(seats_, [&](const auto& seat) { return counts(*seat, network); }));
}

}  // namespace tenantscope
