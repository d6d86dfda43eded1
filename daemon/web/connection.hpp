// A client's connection from its first byte to its last: the handshake, where it is TLS, then reads
// requests, within limits, and writes the handler's answers. The .cpp is the user of Beast. On the
// executor of its socket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "web/refusals.hpp"
#include "web/seat.hpp"
#include "web/server.hpp"
#include "web/stream.hpp"

namespace tenantscope {

// Ends by itself, mostly with an exception: the client went away, or its seat was ended.
// `tls`: nullptr for a plain one. REQUIRES: what is referred to outlives it.
boost::asio::awaitable<void> converse(ClientSocket socket, std::shared_ptr<SSL_CTX> tls,
                                      std::shared_ptr<Seat> seat, const WebHandler& handler,
                                      const WebLimits& limits, const WebCounts& counts,
                                      Refusals& refusals, const Log& log);

}  // namespace tenantscope
