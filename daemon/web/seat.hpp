// A connection's place at the server: what the server does for it and since when that waits; by it
// the server ends the connection. On the web thread.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/time.hpp"

namespace tenantscope {

class Seats;

// Who is at the other end of a connection.
struct Peer {
  std::string address;  // "192.0.2.1" or "2001:db8::1"; "" of a unix: socket
  // Who shares a limit: the IPv4 address, or the IPv6 /64; "" for this machine, which has no limit
  // of its own.
  std::string network;
  bool local = false;  // from this machine: over loopback or a unix: socket
  bool control = false;
  bool by_loopback = false;         // over a listener on a loopback address
  std::optional<unsigned> user_id;  // of the process at the other end of a unix: socket
};

// REQUIRES: outlives the context that the connection runs on; `seats` outlives it.
class Seat {
 public:
  enum class Task {
    await_client,  // for a request, or until the client takes an answer
    prompt,        // a handler answers at once: every seat is there for that
    work,          // a handler takes as long as it takes
    probe,         // a handler asks an authority
    poll,          // a handler waits for something to tell, and can do without
  };

  Seat(Peer peer, Seats& seats) : peer_(std::move(peer)), seats_(seats) {}

  const Peer& peer() const { return peer_; }
  boost::asio::cancellation_slot slot() { return ending_.slot(); }
  void end() {
    ended_ = true;
    ending_.emit(boost::asio::cancellation_type::terminal);
  }
  bool ended() const { return ended_; }
  // It was taken from a long poll, or the server stops: the connection ends once that is answered.
  bool yielded() const { return yielded_; }

  void await_client(SteadyTime now);
  void await_request(SteadyTime now);
  // A request was read, which a handler answers at once, or not. False: there is no room for it.
  bool begin_request(bool prompt);
  // For the handler, until its answer: it asks an authority now. False: too many do.
  bool begin_probe();
  // For the handler, until its answer: it waits from `now` on. `answer_early` ends that where
  // others need the room; it only arranges what follows. False: too many wait, none of them for
  // long.
  bool begin_poll(SteadyTime now, std::function<void()> answer_early);

  SteadyTime deadline = SteadyTime::max();

 private:
  friend class Seats;

  bool leaves() const;
  bool ends_soon() const;
  void dismiss_poll();

  Peer peer_;
  Seats& seats_;
  boost::asio::cancellation_signal ending_;
  Task task_ = Task::await_client;
  std::optional<SteadyTime> waiting_since_ = std::chrono::steady_clock::now();
  std::function<void()> answer_early_;
  bool answering_ = true;  // from its coming on, and from each request, until the answer is sent
  bool ended_ = false;
  bool yielded_ = false;
};

}  // namespace tenantscope
