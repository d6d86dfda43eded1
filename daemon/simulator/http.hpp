// HTTP/1.1 as the authority speaks it: a request as it is read, a reply and how its bytes are meant
// to reach the client. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace tenantscope::simulator {

struct Request {
  std::string method;
  std::string target;
  std::string body;
  std::size_t content_length = 0;
  bool keep_alive = true;
  bool first = false;  // of its connection
};

struct Reply {
  enum class Ending {
    whole,
    cut,    // the connection ends in the middle of the body
    hang,   // nothing is ever sent
    reset,  // the connection is reset before anything is sent
  };

  int status = 200;
  std::string content_type;
  std::string headers;  // further lines, each with its line end
  std::string body;
  Duration delay{};
  Ending ending = Ending::whole;
};

inline constexpr std::size_t head_limit = 16 * kib;
inline constexpr std::size_t body_limit = 64 * kib;

// Reads the request line and the headers, blank line included. Returns 0, or the status to refuse
// the request with.
int read_head(std::string_view head, Request& request);

// What goes over the wire; of a reply that is cut, all up to the middle of its body.
std::string to_bytes(const Reply& reply, bool keep_alive);

// "Mon, 23 Nov 2026 10:00:00 GMT"
std::string http_date(WallTime time);

}  // namespace tenantscope::simulator
