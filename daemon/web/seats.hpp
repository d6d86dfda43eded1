// The seats that connections have. When all that a client may have are taken, one is freed for it,
// so that slow clients, however many, keep nobody out: a new connection whose request comes at once
// is answered before its turn to go comes. On the web thread.
#pragma once

#include <list>
#include <memory>

#include "web/seat.hpp"

namespace tenantscope {

class Seats {
 public:
  Seats(std::size_t in_all, std::size_t per_network) : in_all_(in_all), per_network_(per_network) {}

  // nullptr: all that could be freed for this peer are being answered.
  std::shared_ptr<Seat> take(Peer peer);
  void give_back(const std::shared_ptr<Seat>& seat) { seats_.remove(seat); }
  bool empty() const { return seats_.empty(); }

  // Ends the connection whose client has kept the server waiting longest. False: the server waits
  // for none.
  bool free_one() { return free_one({}); }
  void end_all();

 private:
  bool free_one(const std::string& network);
  std::size_t taken(const std::string& network) const;

  std::size_t in_all_;
  std::size_t per_network_;
  std::list<std::shared_ptr<Seat>> seats_;
};

}  // namespace tenantscope
