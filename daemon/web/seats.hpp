// The seats that connections have, and who makes room when they are all taken. A new connection
// gets the seat that has waited longest: of a client that keeps the server waiting, or of a
// long poll, which is answered early. So neither slow nor patient clients, however many, keep
// anybody out. Requests that may take long have seven eighths of the seats, long polls half and
// probes a quarter, of all and of what a network may have; the rest is for what is answered at
// once, as scrapes are. The control socket's are neither counted nor refused. On the web thread.
#pragma once

#include <functional>
#include <list>
#include <memory>

#include "web/seat.hpp"

namespace tenantscope {

class Seats {
 public:
  using Evicted = std::function<void(const Peer&)>;

  // For so long at least a long poll may wait before it is ended for another one: where there are
  // more of them than may wait, they don't chase each other.
  static constexpr std::chrono::seconds least_poll{1};

  Seats(std::size_t in_all, std::size_t per_network, Evicted evicted = {});

  // nullptr: all that could be freed for this peer are being answered.
  std::shared_ptr<Seat> take(Peer peer);
  void give_back(const std::shared_ptr<Seat>& seat) { seats_.remove(seat); }
  bool empty() const { return seats_.empty(); }

  // Ends the connection whose client has kept the server waiting longest, for its descriptor.
  // False: the server waits for none.
  bool free_descriptor();
  // Ends those that have had their answers; the others end once those are sent.
  void wind_up();
  void end_all();

 private:
  friend class Seat;
  using Task = Seat::Task;
  struct Share {
    std::size_t in_all;
    std::size_t per_network;
  };
  using Counted = std::function<bool(const Seat&)>;
  using MakeRoom = std::function<bool(const std::string& network)>;  // false: can't

  bool begin_request(Seat& seat);
  bool begin_probe(Seat& seat);
  bool begin_poll(Seat& seat, SteadyTime now);

  bool fits(const Peer& peer, const Share& most, const Counted& counted, const MakeRoom& make_room);
  Seat* longest(const std::string& network, const Counted& which) const;
  bool evict(Seat* seat);
  bool evict_poll(const std::string& network, SteadyTime waiting_until);

  Share all_;
  Share work_;
  Share polls_;
  Share probes_;
  Evicted evicted_;
  std::list<std::shared_ptr<Seat>> seats_;
};

}  // namespace tenantscope
