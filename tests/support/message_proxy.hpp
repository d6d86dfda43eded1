// A proxy on loopback before a server of PostgreSQL that counts messages of the protocol (a type
// byte and a length), and can end or still a connection between two of them. For clients without
// TLS. Its threads end with it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace tenantscope {

class MessageProxy {
 public:
  enum class Side { client, server };
  // The connection ends; nothing goes through it any more; what its client sends is kept, and comes
  // to the server when it is released, as by a network that was away; it stands still until then,
  // and goes on.
  enum class Act { cut, still, keep, hold };
  // Of a statement that is sent: half of its values' bytes, or all of it and nothing behind it.
  enum class Part { half, whole };

  explicit MessageProxy(std::uint16_t server) : server_(server) {
    (void)std::signal(SIGPIPE, SIG_IGN);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 64) != 0)
      throw std::runtime_error("can't listen");
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~MessageProxy() {
    ended_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& relay : relays_)
      relay.join();
    ::close(listener_);
  }
  MessageProxy(const MessageProxy&) = delete;
  MessageProxy& operator=(const MessageProxy&) = delete;

  std::uint16_t port() const { return port_; }

  // So many messages of that side go through from now on, then this happens. Once. REQUIRES:
  // nothing is under way.
  void arm(Side side, int messages, Act act = Act::cut) {
    const std::lock_guard lock(mutex_);
    armed_ = Trap{.side = side, .left = messages, .act = act};
  }
  // The connection that sends a statement with this text next sends so much of it, and is held.
  void hold(std::string text, Part part) {
    const std::lock_guard lock(mutex_);
    armed_ = Trap{
        .side = Side::client, .left = 0, .act = Act::hold, .text = std::move(text), .part = part};
  }
  bool armed() {
    const std::lock_guard lock(mutex_);
    return armed_.has_value();
  }
  // What was kept comes to the server, which has answered when this returns; what was held goes on.
  void release() {
    std::unique_lock lock(mutex_);
    released_ = true;
    answered_.wait(lock, [this] { return !released_; });
  }
  // Whether it came to that.
  bool disarm() {
    const std::lock_guard lock(mutex_);
    const bool sprung = !armed_;
    armed_.reset();
    return sprung;
  }

 private:
  struct Trap {
    Side side;
    int left;
    Act act;
    std::string text = {};  // of the statement; empty: it is messages that count
    Part part = Part::whole;
  };
  struct Relay {
    std::array<int, 2> ends;                  // the client's, the server's
    std::array<std::string, 2> pending = {};  // of each side: what is no whole message yet
    std::optional<Act> after = {};            // what has happened to it
  };

  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    return address;
  }

  void accept_all() {
    for (int client; (client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;)
      relays_.emplace_back([this, client] { relay(client); });
  }

  void relay(int client) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(server_);
    Relay relay{.ends = {client, server}};
    bool alive =
        ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    while (alive && !ended_ && relay.after != Act::keep) {
      if (relay.after == Act::hold) {
        alive = go_on(relay);
        continue;
      }
      std::array<pollfd, 2> sides{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
      ::poll(sides.data(), sides.size(), 50);
      for (const Side side : {Side::client, Side::server})
        if (alive && sides[std::size_t(side)].revents != 0)
          alive = take(relay, side);
    }
    if (relay.after == Act::keep)
      bring(relay);
    ::close(client);
    ::close(server);
  }

  void bring(Relay& relay) {
    std::unique_lock lock(mutex_);
    while (!released_ && !ended_) {
      lock.unlock();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      lock.lock();
    }
    std::string& kept = relay.pending[0];
    for (std::array<char, 65536> bytes;;) {
      const auto got = ::recv(relay.ends[0], bytes.data(), bytes.size(), 0);
      if (got <= 0)
        break;
      kept.append(bytes.data(), std::size_t(got));
    }
    char answer;
    (void)(send(relay.ends[1], kept) && ::recv(relay.ends[1], &answer, 1, 0) > 0);
    released_ = false;
    answered_.notify_all();
  }

  // Awaits that it is released.
  bool go_on(Relay& relay) {
    for (;; std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
      const std::lock_guard lock(mutex_);
      if (!released_ && !ended_)
        continue;
      relay.after.reset();
      const bool sent = send(relay.ends[1], std::exchange(relay.pending[0], {}));
      released_ = false;
      answered_.notify_all();
      return sent;
    }
  }

  bool take(Relay& relay, Side side) {
    std::array<char, 65536> bytes;
    const auto got = ::recv(relay.ends[std::size_t(side)], bytes.data(), bytes.size(), 0);
    if (got <= 0)
      return false;
    if (relay.after == Act::still)
      return true;  // lost
    std::string& pending = relay.pending[std::size_t(side)];
    pending.append(bytes.data(), std::size_t(got));
    return pass(relay, side, pending);
  }

  bool pass(Relay& relay, Side side, std::string& pending) {
    const std::lock_guard lock(mutex_);
    const int to = relay.ends[1 - std::size_t(side)];
    if (armed_ && armed_->side == side && !armed_->text.empty())
      return pass_part(relay, to, pending);
    while (armed_ && armed_->side == side) {
      const auto size = whole_message(pending);
      if (!size)
        return true;
      if (armed_->left-- == 0) {
        relay.after = armed_->act;
        armed_.reset();
        return relay.after != Act::cut;
      }
      if (!send(to, std::string_view(pending).substr(0, *size)))
        return false;
      pending.erase(0, *size);
    }
    const bool sent = send(to, pending);
    pending.clear();
    return sent;
  }

  // REQUIRES: the mutex is held. It is sent as a Parse without a name, a Bind, a Describe and an
  // Execute.
  bool pass_part(Relay& relay, int to, std::string& pending) {
    constexpr std::size_t before_text = 6;
    const std::size_t text = pending.find(armed_->text);
    std::size_t end = text == std::string::npos ? pending.size() : text - before_text;
    if (text != std::string::npos) {
      for (const char message : {'P', 'B', 'D', 'E'}) {
        const auto size = whole_message(std::string_view(pending).substr(end));
        if (!size)
          return true;
        const bool stops = message == 'B' && armed_->part == Part::half;
        end += stops ? *size / 2 : *size;
        if (stops)
          break;
      }
      relay.after = Act::hold;
      armed_.reset();
    }
    const bool sent = send(to, std::string_view(pending).substr(0, end));
    pending.erase(0, end);
    return sent;
  }

  static std::optional<std::size_t> whole_message(std::string_view bytes) {
    if (bytes.size() < 5)
      return std::nullopt;
    std::size_t size = 0;
    for (int at = 1; at < 5; ++at)
      size = size << 8 | std::uint8_t(bytes[std::size_t(at)]);
    return bytes.size() < size + 1 ? std::nullopt : std::optional(size + 1);
  }

  static bool send(int to, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0)
        return false;
      bytes.remove_prefix(std::size_t(sent));
    }
    return true;
  }

  const std::uint16_t server_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;
  std::condition_variable answered_;
  bool released_ = false;      // guarded by mutex_
  std::optional<Trap> armed_;  // guarded by mutex_
  std::thread acceptor_;
  std::vector<std::thread> relays_;  // the acceptor's, until it has ended
};

}  // namespace tenantscope
