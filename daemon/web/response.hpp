// An answer, and how it looks on the wire. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/request.hpp"

namespace tenantscope {

// Why the server sends a client away that it might answer at another time.
enum class RefusalReason {
  full,        // too many connections, or too many requests of a kind at once
  evicted,     // a connection was ended, or a long poll answered early, to make room
  rate_limit,  // of the web configuration
  host,        // a name that the server isn't known by
};
inline constexpr std::array refusal_reasons{RefusalReason::full, RefusalReason::evicted,
                                            RefusalReason::rate_limit, RefusalReason::host};
std::string_view to_string(RefusalReason reason);

struct WebPiece {
  std::string_view text;  // empty: that was all
  // Where it belongs in what is asked for again and changes little, for whoever codes it; 0:
  // nowhere.
  std::uint64_t place = 0;
};

// A body that is made while the client takes it, so that a slow one holds a piece at a time. On the
// server's thread.
class WebBody {
 public:
  virtual ~WebBody() = default;
  // Valid until the next call. What it throws ends the connection, and is logged.
  virtual WebPiece next() = 0;
};

struct WebResponse {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;  // of a HEAD too: its length is told, it isn't sent
  std::vector<std::pair<std::string, std::string>> headers;
  std::unique_ptr<WebBody> pieces;       // instead of `body`; of a HEAD it isn't begun
  std::optional<RefusalReason> refused;  // the server counts it
};

// How a client knows where the body ends.
enum class Framing { length, chunked, close };

// For one that speaks HTTP/1.0, or 1.1.
Framing framing_of(const WebResponse& response, bool http_1_0);

std::string response_head(const WebResponse& response, Framing framing, bool keep_alive);

WebResponse refusal(const BadRequest& bad);

// 503, worth trying again in a second.
WebResponse no_room(std::string why);

}  // namespace tenantscope
