// A client that sends any bytes and reads what comes back. Every wait has an upper bound, after
// which it throws.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>

namespace tenantscope {

struct RawReply {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class RawClient {
 public:
  // A socket that connects later: then no descriptor is needed any more. Of AF_INET, AF_INET6 or
  // AF_UNIX.
  explicit RawClient(int family) : socket_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (socket_ < 0)
      throw std::runtime_error("no socket");
    const int receive_buffer = 64 * 1024;  // what isn't read soon holds the server up
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    const int at_once = 1;  // what is sent byte by byte comes so
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  }
  // "127.0.0.1:1234", "[::1]:1234" or "unix:/path"
  explicit RawClient(const std::string& address)
      : RawClient(address[0] == '['   ? AF_INET6
                  : address[0] == 'u' ? AF_UNIX
                                      : AF_INET) {
    connect(address);
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  virtual ~RawClient() { ::close(socket_); }

  void connect(const std::string& address) {
    sockaddr_storage target{};
    socklen_t size = 0;
    const auto colon = address.rfind(':');
    if (address[0] == 'u') {
      auto& local = reinterpret_cast<sockaddr_un&>(target);
      local.sun_family = AF_UNIX;
      std::strcpy(local.sun_path, address.c_str() + 5);
      size = sizeof local;
    } else if (address[0] == '[') {
      auto& six = reinterpret_cast<sockaddr_in6&>(target);
      six.sin6_family = AF_INET6;
      six.sin6_port = htons(std::uint16_t(std::stoi(address.substr(colon + 1))));
      ::inet_pton(AF_INET6, address.substr(1, colon - 2).c_str(), &six.sin6_addr);
      size = sizeof six;
    } else {
      auto& four = reinterpret_cast<sockaddr_in&>(target);
      four.sin_family = AF_INET;
      four.sin_port = htons(std::uint16_t(std::stoi(address.substr(colon + 1))));
      ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &four.sin_addr);
      size = sizeof four;
    }
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&target), size) != 0)
      throw std::runtime_error("can't connect to " + address);
  }

  // Quietly less where the server has gone.
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = put(bytes);
      if (sent <= 0)
        return;
      bytes.remove_prefix(std::size_t(sent));
    }
  }

  void send_bytewise(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i)
      send(bytes.substr(i, 1));
  }

  virtual void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  // The connection will end with RST.
  void reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  // Exactly `size` bytes, or as many as come before the end.
  std::string read(std::size_t size) {
    while (buffer_.size() < size && receive()) {
    }
    std::string result = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return result;
  }

  // Whether the server closed without another byte.
  bool closed() { return buffer_.empty() && !receive(); }

  // nullopt: the connection ended first.
  std::optional<RawReply> reply(bool head_only = false) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == buffer_.npos)
      if (!receive())
        return std::nullopt;
    std::string head = read(end + 4);
    RawReply result;
    result.status = std::stoi(head.substr(head.find(' ') + 1, 3));
    for (std::size_t at = head.find("\r\n") + 2; at + 2 < head.size();
         at = head.find("\r\n", at) + 2) {
      const auto colon = head.find(": ", at);
      std::string name = head.substr(at, colon - at);
      for (char& c : name)
        c = char(std::tolower(c));
      result.headers[name] = head.substr(colon + 2, head.find("\r\n", at) - colon - 2);
    }
    if (!head_only && result.headers.contains("content-length")) {
      const std::size_t length = std::stoul(result.headers["content-length"]);
      result.body = read(length);
      if (result.body.size() != length)
        return std::nullopt;
    }
    if (!head_only && result.headers.contains("transfer-encoding")) {
      const auto body = chunks();
      if (!body)
        return std::nullopt;
      result.body = *body;
    }
    return result;
  }

  // The rest of a chunked body; nullopt: the connection ended first, or it isn't one.
  std::optional<std::string> chunks() {
    for (std::string body;;) {
      std::size_t end = 0;
      while ((end = buffer_.find("\r\n")) == buffer_.npos)
        if (!receive())
          return std::nullopt;
      const std::string line = read(end + 2);
      const std::size_t size = std::stoul(line, nullptr, 16);
      const std::string chunk = read(size + 2);
      if (chunk.size() != size + 2 || !chunk.ends_with("\r\n"))
        return std::nullopt;
      if (size == 0)
        return body;
      body.append(chunk, 0, size);
    }
  }

  // What comes until the connection ends; nullopt: it ended with a reset.
  std::optional<std::string> rest() {
    while (receive()) {
    }
    if (reset_seen_)
      return std::nullopt;
    return std::exchange(buffer_, {});
  }

  // The status of one whole exchange; 0: the connection ended first.
  int ask(std::string_view request) {
    send(request);
    const auto answer = reply();
    return answer ? answer->status : 0;
  }

 protected:
  int socket() const { return socket_; }
  virtual ssize_t put(std::string_view bytes) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  virtual ssize_t take(char* bytes, std::size_t room) {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, longest_wait_ms) <= 0)
      throw std::runtime_error("nothing came");
    return ::recv(socket_, bytes, room, 0);
  }

  static constexpr int longest_wait_ms = 20000;

 private:
  bool receive() {
    char bytes[65536];
    const auto received = take(bytes, sizeof bytes);
    if (received < 0 && errno == ECONNRESET)
      reset_seen_ = true;
    if (received <= 0)
      return false;
    buffer_.append(bytes, std::size_t(received));
    return true;
  }

  int socket_;
  std::string buffer_;
  bool reset_seen_ = false;
};

}  // namespace tenantscope
