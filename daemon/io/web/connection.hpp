// A client's connection from its first byte to its last: reads requests, within limits, and writes the handler's answers.
// The .cpp is the only user of Beast. On the executor of its socket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include "io/web/server.hpp"

namespace tenantscope {

using ClientSocket = boost::asio::generic::stream_protocol::socket;

// Ends by itself, mostly with an exception: the client went away, or let a time limit pass.
// REQUIRES: handler, limits and log outlive it.
boost::asio::awaitable<void> converse(ClientSocket socket, const WebHandler& handler, const WebLimits& limits, const Log& log);

}  // namespace tenantscope
