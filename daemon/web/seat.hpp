// A connection's place at the server: by it the server ends the connection, and the connection says
// since when it waits for its client. On the web thread.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/time.hpp"

namespace tenantscope {

// Who is at the other end of a connection.
struct Peer {
  std::string address;  // "192.0.2.1" or "2001:db8::1"; "" of a unix: socket
  // Who shares a limit: the IPv4 address, or the IPv6 /64; "" for this machine, which has no limit
  // of its own.
  std::string network;
  bool local = false;  // from this machine: over loopback or a unix: socket
  bool control = false;
};

// REQUIRES: outlives the context that the connection runs on.
class Seat {
 public:
  explicit Seat(Peer peer) : peer_(std::move(peer)) {}

  const Peer& peer() const { return peer_; }
  boost::asio::cancellation_slot slot() { return ending_.slot(); }
  void end() {
    ended_ = true;
    ending_.emit(boost::asio::cancellation_type::terminal);
  }
  bool ended() const { return ended_; }

  void await_client(SteadyTime now) { waiting_since_ = now; }
  void work() { waiting_since_.reset(); }

  // Nothing: the client waits for the server.
  std::optional<SteadyTime> waiting_since() const { return waiting_since_; }

  SteadyTime deadline = SteadyTime::max();

 private:
  Peer peer_;
  boost::asio::cancellation_signal ending_;
  std::optional<SteadyTime> waiting_since_ = std::chrono::steady_clock::now();
  bool ended_ = false;
};

}  // namespace tenantscope
