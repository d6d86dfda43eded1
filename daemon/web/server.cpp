#include "web/server.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <thread>

#include "web/connection.hpp"
#include "web/refusals.hpp"
#include "web/seats.hpp"

namespace tenantscope {
namespace {

namespace asio = boost::asio;

constexpr auto end_time = std::chrono::milliseconds(200);  // of handlers that were cancelled
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr auto accept_pause = std::chrono::milliseconds(20);

// A way in.
class Door {
 public:
  Door(asio::io_context& io, ListeningSocket socket) : socket_(std::move(socket)), acceptor_(io) {
    acceptor_.assign(asio::generic::stream_protocol(socket_.family(), 0), socket_.release());
    acceptor_.non_blocking(true);
  }

  auto& acceptor() { return acceptor_; }
  const std::string& address() const { return socket_.address(); }
  bool control() const { return socket_.control; }
  bool on_loopback() const { return is_loopback_address(socket_.address()); }

 private:
  ListeningSocket socket_;
  asio::basic_socket_acceptor<asio::generic::stream_protocol> acceptor_;
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
    if (descriptor_ >= 0)
      ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_ = -1;
};

std::size_t most_connections(const WebLimits& limits) {
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  return std::min<std::size_t>(limits.connections, descriptors.rlim_cur / 4);
}

// Answers without waiting for anything, unless the client expects TLS, and closes.
void turn_away(ClientSocket socket, bool tls) {
  if (tls)
    return;
  constexpr std::string_view answer =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 21\r\nRetry-After: 1\r\n"
      "Connection: close\r\n\r\ntoo many connections\n";
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(answer), ignored);
}

}  // namespace

class WebServer::Listener {
 public:
  Listener(std::vector<ListeningSocket> sockets, WebHandler handler, const Log& log,
           WebLimits limits, TlsSource tls, WebCounts counts)
      : accepted_at_once_(std::max(most_connections(limits) / 16, std::size_t(1))),
        seats_(most_connections(limits), limits.connections_per_network,
               [this](const Peer& peer) { refusals_.add(RefusalReason::evicted, peer.address); }),
        handler_(std::move(handler)),
        log_(log),
        limits_(limits),
        tls_(std::move(tls)),
        counts_(std::move(counts)),
        refusals_(io_.get_executor(), log_, limits.quiet_time, counts_.refused) {
    for (ListeningSocket& socket : sockets) {
      if (!socket.control)
        addresses_.push_back(socket.address());
      doors_.emplace_back(io_, std::move(socket));
    }
  }

  const std::vector<std::string>& addresses() const { return addresses_; }
  asio::any_io_executor executor() { return io_.get_executor(); }

  void start() {
    for (Door& door : doors_)
      asio::co_spawn(io_, accept(door), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }

  void listen_at(ListeningSocket socket) {
    const auto come = std::make_shared<ListeningSocket>(std::move(socket));
    asio::post(io_, [this, come] {
      if (stopping_)
        return;
      Door& door = doors_.emplace_back(io_, std::move(*come));
      asio::co_spawn(io_, accept(door), asio::detached);
    });
  }

  void stop() {
    if (thread_.joinable()) {
      asio::post(io_, [this] { wind_up(); });
      thread_.join();
    }
    doors_.clear();
  }

  // REQUIRES: stopped.
  bool has_stragglers() const { return !seats_.empty(); }

 private:
  asio::awaitable<void> accept(Door& door);
  boost::system::error_code accept_some(Door& door);
  void admit(ClientSocket socket, const Door& door);
  std::shared_ptr<SSL_CTX> tls_for(const Door& door) const {
    return tls_ && !door.control() ? tls_() : nullptr;
  }
  void turn_away_next(Door& door);
  void wind_up();
  void end_all();

  std::vector<std::string> addresses_;
  // Their requests are read before those that come after them need their seats: an eighth of all
  // can always be freed.
  std::size_t accepted_at_once_;
  Seats seats_;  // outlive the coroutines, which io_ may destroy
  WebHandler handler_;
  Log log_;
  WebLimits limits_;
  TlsSource tls_;
  WebCounts counts_;
  asio::io_context io_{1};
  Refusals refusals_;
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
    // Without a descriptor to spare, accept() fails although nobody has come.
    co_await door.acceptor().async_wait(asio::socket_base::wait_read, as_tuple);
    if (stopping_)
      co_return;
    const boost::system::error_code error = accept_some(door);
    if (error == asio::error::would_block || error == asio::error::connection_aborted)
      continue;
    if (std::exchange(starved, bool(error)) != starved) {
      starved ? log_.error("can't accept connections",
                           {{"address", door.address()}, {"err", error.message()}})
              : log_.info("accepting connections again", {{"address", door.address()}});
    }
    if (!error)
      continue;
    if (error == asio::error::no_descriptors && seats_.free_descriptor()) {
      co_await asio::post(asio::use_awaitable);
      continue;
    }
    turn_away_next(door);
    pause.expires_after(accept_pause);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

// As many as are there, but leaves others a turn: were it one a turn, the more the connections have
// to do, the longer new ones would wait. An error counts where somebody is known to have come: it
// is the first one's.
boost::system::error_code WebServer::Listener::accept_some(Door& door) {
  boost::system::error_code error;
  for (std::size_t i = 0; i < accepted_at_once_; ++i) {
    ClientSocket socket = door.acceptor().accept(error);
    if (error)
      return i == 0 ? error : boost::system::error_code();
    admit(std::move(socket), door);
  }
  return error;
}

void WebServer::Listener::admit(ClientSocket socket, const Door& door) {
  Peer came = peer_of(socket.native_handle());
  came.control = door.control();
  came.by_loopback = door.on_loopback();
  std::shared_ptr<SSL_CTX> tls = tls_for(door);
  const std::shared_ptr<Seat> seat = seats_.take(came);
  if (!seat) {
    refusals_.add(RefusalReason::full, came.address);
    return turn_away(std::move(socket), bool(tls));
  }
  const auto ended = [this, seat](std::exception_ptr) {
    seats_.give_back(seat);
    if (stopping_ && seats_.empty())
      io_.stop();
  };
  auto conversation = converse(std::move(socket), std::move(tls), seat, handler_, limits_, counts_,
                               refusals_, log_);
  asio::co_spawn(io_, std::move(conversation), asio::bind_cancellation_slot(seat->slot(), ended));
}

void WebServer::Listener::turn_away_next(Door& door) {
  reserve_.give();
  boost::system::error_code error;
  ClientSocket socket = door.acceptor().accept(error);
  if (!error) {
    refusals_.add(RefusalReason::full, peer_of(socket.native_handle()).address);
    turn_away(std::move(socket), bool(tls_for(door)));
  }
  reserve_.take();
}

void WebServer::Listener::wind_up() {
  stopping_ = true;
  for (Door& door : doors_)
    door.acceptor().close();
  seats_.wind_up();
  if (seats_.empty())
    return io_.stop();
  last_call_.expires_after(limits_.stop_time);
  last_call_.async_wait([this](boost::system::error_code) { end_all(); });
}

void WebServer::Listener::end_all() {
  seats_.end_all();
  last_call_.expires_after(end_time);
  last_call_.async_wait([this](boost::system::error_code) { io_.stop(); });
}

WebServer::WebServer(std::vector<ListeningSocket> sockets, WebHandler handler, const Log& log,
                     WebLimits limits, TlsSource tls, WebCounts counts)
    : listener_(std::make_unique<Listener>(std::move(sockets), std::move(handler), log, limits,
                                           std::move(tls), std::move(counts))) {}

WebServer::~WebServer() {
  stop();
  // A handler that another thread will still call back, or drop, belongs to that thread: what it
  // runs on stays for it.
  static std::vector<std::unique_ptr<Listener>> kept_for_stragglers;
  if (listener_->has_stragglers())
    kept_for_stragglers.push_back(std::move(listener_));
}

std::vector<std::string> WebServer::addresses() const { return listener_->addresses(); }

asio::any_io_executor WebServer::executor() const { return listener_->executor(); }

void WebServer::start() { listener_->start(); }

void WebServer::listen_at(ListeningSocket socket) { listener_->listen_at(std::move(socket)); }

void WebServer::stop() { listener_->stop(); }

}  // namespace tenantscope
