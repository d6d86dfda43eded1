// A loopback server whose connections a script plays byte by byte, plain or over TLS: it can answer
// what no proper server would. The script runs once a connection, on a thread of its own; the
// connection ends when it returns.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/certificate.hpp"

namespace tenantscope {

class RawConnection {
 public:
  RawConnection(int socket, SSL* tls) : socket_(socket), tls_(tls) {}

  // The next request's head; nothing where the client is gone.
  std::optional<std::string> read_head() {
    for (;;) {
      if (const auto end = input_.find("\r\n\r\n"); end != std::string::npos) {
        std::string head = input_.substr(0, end + 4);
        input_.erase(0, end + 4);
        return head;
      }
      if (!receive())
        return std::nullopt;
    }
  }

  // The next `size` bytes; nothing where the client is gone.
  std::optional<std::string> read(std::size_t size) {
    while (input_.size() < size)
      if (!receive())
        return std::nullopt;
    std::string bytes = input_.substr(0, size);
    input_.erase(0, size);
    return bytes;
  }

  // What follows a head that says how long it is.
  std::string read_body(const std::string& head) {
    const std::string name = "\r\nContent-Length: ";
    const auto at = head.find(name);
    const std::size_t size =
        at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
    while (input_.size() < size && receive())
      continue;
    std::string body = input_.substr(0, size);
    input_.erase(0, size);
    return body;
  }

  // False: the client doesn't take it.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = tls_ ? SSL_write(tls_, bytes.data(), int(bytes.size()))
                             : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0)
        return false;
      bytes.remove_prefix(std::size_t(sent));
    }
    return true;
  }

  // Answers the next request, kept alive. False: the client is gone.
  bool answer(std::string_view status_and_headers, std::string_view body) {
    return read_head() && send(std::string("HTTP/1.1 ") + std::string(status_and_headers) +
                               "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                               std::string(body));
  }

  // Forgets what the client has sent.
  void drain() {
    pollfd input{.fd = socket_, .events = POLLIN, .revents = 0};
    while (::poll(&input, 1, 0) > 0 && receive())
      continue;
    input_.clear();
  }

  // Passes on what this side and `other` send, until either ends.
  void relay(int other) {
    const auto passed_on = [&] {
      std::array<char, 16384> bytes;
      const auto got = ::recv(other, bytes.data(), bytes.size(), 0);
      return got > 0 && send({bytes.data(), std::size_t(got)});
    };
    for (bool alive = true; alive;) {
      std::array<pollfd, 2> sides{{{socket_, POLLIN, 0}, {other, POLLIN, 0}}};
      if (!tls_ || SSL_pending(tls_) == 0)
        ::poll(sides.data(), sides.size(), -1);
      if (sides[1].revents)
        alive = passed_on();
      if (sides[0].revents || (tls_ && SSL_pending(tls_) > 0))
        alive = alive && receive();
      ::send(other, input_.data(), input_.size(), MSG_NOSIGNAL);
      input_.clear();
    }
    ::shutdown(other, SHUT_RDWR);
  }

  void wait_for_end() {
    while (receive())
      continue;
  }

  // The serial number of the certificate that the client has shown; 0: none.
  long client_serial() const {
    X509* const shown = tls_ ? SSL_get1_peer_certificate(tls_) : nullptr;
    const long serial = shown ? ASN1_INTEGER_get(X509_get0_serialNumber(shown)) : 0;
    X509_free(shown);
    return serial;
  }
  // The name that the client has asked for; empty: none.
  std::string asked_name() const {
    const char* const name = tls_ ? SSL_get_servername(tls_, TLSEXT_NAMETYPE_host_name) : nullptr;
    return name ? name : "";
  }

  // Whether the client has closed it, as far as can be told now. Without TLS.
  bool gone() const {
    char next;
    const auto got = ::recv(socket_, &next, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN);
  }

  // The connection will end with RST.
  void reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    abrupt_ = true;
  }
  // The connection will end without TLS's farewell.
  void cut() { abrupt_ = true; }
  bool abrupt() const { return abrupt_; }

 private:
  bool receive() {
    std::array<char, 4096> bytes;
    const auto got = tls_ ? SSL_read(tls_, bytes.data(), int(bytes.size()))
                          : ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got <= 0)
      return false;
    input_.append(bytes.data(), std::size_t(got));
    return true;
  }

  int socket_;
  SSL* tls_;
  std::string input_;
  bool abrupt_ = false;
};

class RawServer {
 public:
  using Script = std::function<void(RawConnection&)>;

  // `protocol`: what it agrees to speak where the client offers it, such as "h2"; over TLS. `host`:
  // an IPv4 address.
  explicit RawServer(Script script, const std::optional<Certificate>& certificate = {},
                     std::string protocol = {}, std::string host = "127.0.0.1")
      : script_(std::move(script)), protocol_(std::move(protocol)), host_(std::move(host)) {
    if (certificate) {
      tls_.reset(SSL_CTX_new(TLS_server_method()));
      if (SSL_CTX_use_certificate_file(tls_.get(), certificate->file.c_str(), SSL_FILETYPE_PEM) !=
              1 ||
          SSL_CTX_use_PrivateKey_file(tls_.get(), certificate->key.c_str(), SSL_FILETYPE_PEM) != 1)
        throw std::runtime_error("the certificate can't be used");
      if (!protocol_.empty())
        SSL_CTX_set_alpn_select_cb(tls_.get(), select_protocol, this);
    }
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
    ::inet_pton(AF_INET, host_.c_str(), &address.sin_addr);
    socklen_t size = sizeof address;
    listen(reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }

  // From now on it wants to see a certificate by `authority` of each client. REQUIRES: over TLS.
  void want_certificates(const Certificate& authority) {
    SSL_CTX_load_verify_file(tls_.get(), authority.file.c_str());
    SSL_CTX_set_verify(tls_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_session_cache_mode(tls_.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(tls_.get(), 0);
  }

  // On a Unix socket; it has neither a URL nor an address.
  RawServer(Script script, const std::filesystem::path& path) : script_(std::move(script)) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    listen(reinterpret_cast<sockaddr*>(&address), sizeof address);
  }

  ~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int socket : open_)
        ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& player : players_)
      player.join();
    ::close(listener_);
  }

  // "http://127.0.0.1:40123", or https.
  std::string url() const { return (tls_ ? "https://" : "http://") + address(); }
  std::string address() const { return host_ + ":" + std::to_string(port_); }
  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void listen(const sockaddr* address, socklen_t size) {
    (void)std::signal(SIGPIPE, SIG_IGN);
    if (::bind(listener_, address, size) != 0 || ::listen(listener_, 512) != 0)
      throw std::runtime_error("can't listen");
    acceptor_ = std::thread([this] { accept_all(); });
  }

  static int select_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                             const unsigned char* offered, unsigned offered_size, void* self) {
    const std::string_view wanted = static_cast<RawServer*>(self)->protocol_;
    for (unsigned at = 0; at < offered_size; at += offered[at] + 1u) {
      *chosen = offered + at + 1;
      *size = offered[at];
      if (wanted == std::string_view(reinterpret_cast<const char*>(*chosen), *size))
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_NOACK;
  }

  void accept_all() {
    for (int socket; (socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      ++connections_;
      const std::lock_guard lock(mutex_);
      open_.insert(socket);
      players_.emplace_back([this, socket] { play(socket); });
    }
  }

  void play(int socket) {
    const std::unique_ptr<SSL, decltype(&SSL_free)> tls(tls_ ? SSL_new(tls_.get()) : nullptr,
                                                        &SSL_free);
    RawConnection connection(socket, tls.get());
    if (!tls || (SSL_set_fd(tls.get(), socket) == 1 && SSL_accept(tls.get()) == 1)) {
      script_(connection);
      if (tls && !connection.abrupt())
        SSL_shutdown(tls.get());
    }
    const std::lock_guard lock(mutex_);
    open_.erase(socket);
    ::close(socket);
  }

  Script script_;
  std::string protocol_;
  std::string host_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls_{nullptr, &SSL_CTX_free};
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::set<int> open_;  // guarded by mutex_
  std::vector<std::thread> players_;
  std::thread acceptor_;
};

}  // namespace tenantscope
