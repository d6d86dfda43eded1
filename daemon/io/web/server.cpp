#include "io/web/server.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <thread>

#include "io/web/address.hpp"
#include "io/web/connection.hpp"

namespace tenantscope {
namespace {

namespace asio = boost::asio;

constexpr auto stop_time = std::chrono::milliseconds(500);
constexpr auto accept_pause = std::chrono::milliseconds(20);

// A listening socket.
class Door {
 public:
  Door(asio::io_context& io, const std::string& address) : acceptor_(io) {
    const ListeningSocket socket = listen_on(address);
    address_ = socket.address;
    acceptor_.assign(asio::generic::stream_protocol(socket.family, 0), socket.descriptor);
    acceptor_.non_blocking(true);
  }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;
  ~Door() { close(); }

  auto& acceptor() { return acceptor_; }
  const std::string& address() const { return address_; }

  void close() {
    if (!acceptor_.is_open()) return;
    acceptor_.close();
    remove_socket_file(address_);
  }

 private:
  asio::basic_socket_acceptor<asio::generic::stream_protocol> acceptor_;
  std::string address_;
};

// A descriptor held back, so that a client can be told when no other is left.
class Reserve {
 public:
  Reserve() { take(); }
  Reserve(const Reserve&) = delete;
  Reserve& operator=(const Reserve&) = delete;
  ~Reserve() { give(); }

  void take() { descriptor_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
  void give() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_ = -1;
};

// Answers without waiting for anything, and closes.
void turn_away(ClientSocket socket) {
  constexpr std::string_view answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 21\r\nConnection: close\r\n\r\ntoo many connections\n";
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(answer), ignored);
}

}  // namespace

class WebServer::Listener {
 public:
  Listener(const std::vector<std::string>& addresses, WebHandler handler, const Log& log, WebLimits limits)
      : handler_(std::move(handler)), log_(log), limits_(limits) {
    for (const std::string& address : addresses) doors_.emplace_back(io_, address);
  }

  std::vector<std::string> addresses() const {
    std::vector<std::string> result;
    for (const Door& door : doors_) result.push_back(door.address());
    return result;
  }

  asio::any_io_executor executor() { return io_.get_executor(); }

  void start() {
    for (Door& door : doors_) asio::co_spawn(io_, accept(door), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }

  void stop() {
    if (thread_.joinable()) {
      asio::post(io_, [this] { wind_up(); });
      thread_.join();
    }
    for (Door& door : doors_) door.close();
  }

  // REQUIRES: stopped.
  bool has_stragglers() const { return !connections_.empty(); }

 private:
  asio::awaitable<void> accept(Door& door);
  void admit(ClientSocket socket);
  void turn_away_next(Door& door);
  void wind_up();

  std::list<asio::cancellation_signal> connections_;  // one each; outlives the coroutines, which io_ may destroy
  WebHandler handler_;
  Log log_;
  WebLimits limits_;
  asio::io_context io_{1};
  asio::steady_timer last_call_{io_};
  std::list<Door> doors_;
  Reserve reserve_;
  bool stopping_ = false;
  std::thread thread_;
};

asio::awaitable<void> WebServer::Listener::accept(Door& door) {
  asio::steady_timer pause(io_);
  bool starved = false;
  for (;;) {
    auto [error, socket] = co_await door.acceptor().async_accept(asio::as_tuple(asio::use_awaitable));
    if (stopping_) co_return;
    if (std::exchange(starved, bool(error)) != starved) {
      starved ? log_.error("can't accept connections", {{"address", door.address()}, {"err", error.message()}})
              : log_.info("accepting connections again", {{"address", door.address()}});
    }
    if (!error) {
      admit(std::move(socket));
      continue;
    }
    turn_away_next(door);
    pause.expires_after(accept_pause);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

void WebServer::Listener::admit(ClientSocket socket) {
  if (connections_.size() >= limits_.connections) return turn_away(std::move(socket));
  const auto connection = connections_.emplace(connections_.end());
  const auto ended = [this, connection](std::exception_ptr) {
    connections_.erase(connection);
    if (stopping_ && connections_.empty()) io_.stop();
  };
  asio::co_spawn(io_, converse(std::move(socket), handler_, limits_, log_), asio::bind_cancellation_slot(connection->slot(), ended));
}

void WebServer::Listener::turn_away_next(Door& door) {
  reserve_.give();
  boost::system::error_code error;
  ClientSocket socket = door.acceptor().accept(error);
  if (!error) turn_away(std::move(socket));
  reserve_.take();
}

void WebServer::Listener::wind_up() {
  stopping_ = true;
  for (Door& door : doors_) door.close();
  for (asio::cancellation_signal& connection : connections_) connection.emit(asio::cancellation_type::terminal);
  if (connections_.empty()) return io_.stop();
  last_call_.expires_after(stop_time);
  last_call_.async_wait([this](boost::system::error_code) { io_.stop(); });
}

WebServer::WebServer(const std::vector<std::string>& addresses, WebHandler handler, const Log& log, WebLimits limits)
    : listener_(std::make_unique<Listener>(addresses, std::move(handler), log, limits)) {}

WebServer::~WebServer() {
  stop();
  // A handler that another thread will still call back, or drop, belongs to that thread: what it runs on stays for it.
  static std::vector<std::unique_ptr<Listener>> kept_for_stragglers;
  if (listener_->has_stragglers()) kept_for_stragglers.push_back(std::move(listener_));
}

std::vector<std::string> WebServer::addresses() const { return listener_->addresses(); }

asio::any_io_executor WebServer::executor() const { return listener_->executor(); }

void WebServer::start() { listener_->start(); }

void WebServer::stop() { listener_->stop(); }

}  // namespace tenantscope
