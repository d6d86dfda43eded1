#include "web/seats.hpp"

#include <algorithm>

namespace tenantscope {
namespace {

// Everybody is of the network "".
bool is_of(const Seat& seat, const std::string& network) {
  return !seat.peer().control && (network.empty() || seat.peer().network == network);
}

}  // namespace

void Seat::await_client(SteadyTime now) {
  task_ = Task::await_client;
  answer_early_ = nullptr;
  waiting_since_ = yielded_ ? SteadyTime::min() : now;
}

void Seat::await_request(SteadyTime now) {
  answering_ = false;
  await_client(now);
}

bool Seat::begin_request(bool prompt) {
  answering_ = true;
  if (!prompt && !seats_.begin_request(*this))
    return false;
  task_ = prompt ? Task::prompt : Task::work;
  waiting_since_.reset();
  return true;
}

bool Seat::begin_probe() {
  if (task_ != Task::probe && !seats_.begin_probe(*this))
    return false;
  task_ = Task::probe;
  return true;
}

bool Seat::begin_poll(SteadyTime now, std::function<void()> answer_early) {
  if (!seats_.begin_poll(*this, now))
    return false;
  task_ = Task::poll;
  waiting_since_ = now;
  answer_early_ = std::move(answer_early);
  return true;
}

// One that was ended while a handler works for it stays until that is done.
bool Seat::leaves() const {
  return task_ == Task::await_client ? ended_ : yielded_ && task_ == Task::prompt;
}

// Whatever its handler waits for is none that takes long.
bool Seat::ends_soon() const { return answering_ && task_ != Task::probe && task_ != Task::poll; }

void Seat::dismiss_poll() {
  task_ = Task::prompt;
  waiting_since_.reset();
  std::exchange(answer_early_, nullptr)();
}

Seats::Seats(std::size_t in_all, std::size_t per_network, Evicted evicted)
    : all_{in_all, per_network},
      work_{in_all - in_all / 8, per_network - per_network / 8},
      polls_{std::max(in_all / 2, std::size_t(1)), std::max(per_network / 2, std::size_t(1))},
      probes_{std::max(in_all / 4, std::size_t(1)), polls_.per_network},
      evicted_(std::move(evicted)) {}

std::shared_ptr<Seat> Seats::take(Peer peer) {
  const auto taken = [](const Seat& seat) { return !seat.leaves(); };
  const auto waits = [](const Seat& seat) { return !seat.leaves() && seat.waiting_since_; };
  const auto free_one = [&](const std::string& network) { return evict(longest(network, waits)); };
  if (!fits(peer, all_, taken, free_one))
    return nullptr;
  return seats_.emplace_back(std::make_shared<Seat>(std::move(peer), *this));
}

bool Seats::begin_request(Seat& seat) {
  const auto works = [](const Seat& other) {
    return other.task_ == Task::work || other.task_ == Task::probe || other.task_ == Task::poll;
  };
  const auto end_poll = [&](const std::string& network) {
    return evict_poll(network, SteadyTime::max());
  };
  return fits(seat.peer(), work_, works, end_poll);
}

bool Seats::begin_probe(Seat& seat) {
  const auto probes = [](const Seat& other) { return other.task_ == Task::probe; };
  const auto none_ends = [](const std::string&) { return false; };
  return fits(seat.peer(), probes_, probes, none_ends);
}

bool Seats::begin_poll(Seat& seat, SteadyTime now) {
  const auto polls = [](const Seat& other) { return other.task_ == Task::poll; };
  const auto end_poll = [&](const std::string& network) {
    return evict_poll(network, now - least_poll);
  };
  return fits(seat.peer(), polls_, polls, end_poll);
}

bool Seats::fits(const Peer& peer, const Share& most, const Counted& counted,
                 const MakeRoom& make_room) {
  const auto fits_in = [&](const std::string& network, std::size_t limit) {
    if (seats_.size() < limit)
      return true;
    auto count = std::size_t(std::ranges::count_if(
        seats_, [&](const auto& seat) { return is_of(*seat, network) && counted(*seat); }));
    while (count >= limit && make_room(network))
      --count;
    return count < limit;
  };
  return peer.control || ((peer.network.empty() || fits_in(peer.network, most.per_network)) &&
                          fits_in({}, most.in_all));
}

Seat* Seats::longest(const std::string& network, const Counted& which) const {
  Seat* longest = nullptr;
  for (const auto& seat : seats_)
    if (is_of(*seat, network) && which(*seat) &&
        (!longest || seat->waiting_since_ < longest->waiting_since_))
      longest = seat.get();
  return longest;
}

bool Seats::free_descriptor() {
  return evict(longest(
      {}, [](const Seat& seat) { return !seat.leaves() && seat.task_ == Task::await_client; }));
}

// Gives up its seat, if there is one.
bool Seats::evict(Seat* seat) {
  if (!seat)
    return false;
  if (!seat->yielded_ && evicted_)
    evicted_(seat->peer());
  if (seat->task_ != Task::poll) {
    seat->end();
    return true;
  }
  seat->yielded_ = true;
  seat->dismiss_poll();
  return true;
}

// The longest of those that wait since then or before; it keeps its seat.
bool Seats::evict_poll(const std::string& network, SteadyTime waiting_until) {
  Seat* poll = longest(network, [](const Seat& seat) { return seat.task_ == Task::poll; });
  if (!poll || poll->waiting_since_ > waiting_until)
    return false;
  if (evicted_)
    evicted_(poll->peer());
  poll->dismiss_poll();
  return true;
}

void Seats::wind_up() {
  for (const auto& seat : seats_)
    if (seat->ends_soon())
      seat->yielded_ = true;
    else
      seat->end();
}

void Seats::end_all() {
  for (const auto& seat : seats_)
    seat->end();
}

}  // namespace tenantscope
