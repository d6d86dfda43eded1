// An HTTP/2 server that answers a request with a status and then sends frames that say nothing:
// without end, or many before the answer's body, "ab".
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "support/certificate.hpp"
#include "support/raw_server.hpp"

namespace tenantscope {

enum class Http2Frame : char {
  data = 0,
  headers = 1,
  priority = 2,
  settings = 4,
  ping = 6,
  unknown = 99
};

struct Flood {
  const char* name;
  Http2Frame frame;
  int flags;
  std::string_view payload;
  bool of_stream;  // of the request, not of the connection
};
inline void PrintTo(const Flood& flood, std::ostream* out) { *out << flood.name; }

inline constexpr Flood empty_data{"EmptyData", Http2Frame::data, 0, "", true};
inline constexpr Flood priorities{"Priority", Http2Frame::priority, 0,
                                  std::string_view("\0\0\0\0\x10", 5), true};
inline constexpr Flood pings{"Ping", Http2Frame::ping, 0, "12345678", false};
inline constexpr Flood ping_answers{"PingAnswer", Http2Frame::ping, 1, "12345678", false};
inline constexpr Flood unknown_frames{"Unknown", Http2Frame::unknown, 0, "", false};

class FloodingServer {
 public:
  // `blocks`: that it sends before the body; 0: without end. A block is a TLS record.
  FloodingServer(const Certificate& certificate, const Flood& flood, int blocks = 0,
                 std::size_t block_size = 16384)
      : flood_(flood),
        last_(blocks),
        block_size_(block_size),
        server_([this](RawConnection& connection) { play(connection); }, certificate, "h2") {}

  std::string url() const { return server_.url(); }
  std::uint16_t port() const { return server_.port(); }
  int blocks() const { return blocks_; }  // that clients took

 private:
  static std::string bytes_of(std::uint32_t value, int count) {
    std::string bytes;
    for (int byte = count; byte-- > 0;)
      bytes += char(value >> 8 * byte);
    return bytes;
  }

  static std::string frame(Http2Frame type, int flags, std::uint32_t stream,
                           std::string_view payload = {}) {
    return bytes_of(std::uint32_t(payload.size()), 3) + char(type) + char(flags) +
           bytes_of(stream, 4) + std::string(payload);
  }

  // The stream of the next request; nothing where the client is gone.
  static std::optional<std::uint32_t> next_request(RawConnection& connection) {
    for (;;) {
      const auto head = connection.read(9);
      if (!head)
        return std::nullopt;
      const auto number = [&](std::size_t at, std::size_t count) {
        std::uint32_t value = 0;
        for (const char byte : head->substr(at, count))
          value = value << 8 | std::uint8_t(byte);
        return value;
      };
      if (!connection.read(number(0, 3)))
        return std::nullopt;
      if ((*head)[3] == char(Http2Frame::headers))
        return number(5, 4);
    }
  }

  void play(RawConnection& connection) {
    const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    if (connection.read(preface.size()) != preface)
      return;
    connection.send(frame(Http2Frame::settings, 0, 0));
    const auto stream = next_request(connection);
    if (!stream)
      return;
    const std::string status_200 = "\x88";
    connection.send(frame(Http2Frame::headers, 4, *stream, status_200));
    std::string block;
    while (block.size() < block_size_)
      block += frame(flood_.frame, flood_.flags, flood_.of_stream ? *stream : 0, flood_.payload);
    for (int sent = 0; (last_ == 0 || sent < last_) && connection.send(block); ++sent) {
      ++blocks_;
      connection.drain();  // what the client acknowledges
    }
    connection.send(frame(Http2Frame::data, 1, *stream, "ab"));
    connection.wait_for_end();
  }

  Flood flood_;
  int last_;
  std::size_t block_size_;
  std::atomic<int> blocks_ = 0;
  RawServer server_;
};

}  // namespace tenantscope
