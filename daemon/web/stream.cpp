#include "web/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <new>

#include "web/tls/client_policy.hpp"

namespace tenantscope {

namespace asio = boost::asio;
using boost::system::error_code;

void ClientStream::Freeing::operator()(SSL* tls) const { SSL_free(tls); }

ClientStream::ClientStream(ClientSocket socket, SSL_CTX* tls) : socket_(std::move(socket)) {
  error_code gone;
  socket_.non_blocking(true, gone);
  socket_.set_option(asio::ip::tcp::no_delay(true), gone);  // what is written is worth sending
  if (!tls)
    return;
  tls_.reset(SSL_new(tls));
  if (!tls_ || SSL_set_fd(tls_.get(), socket_.native_handle()) != 1)
    throw std::bad_alloc();
  SSL_set_options(tls_.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_set_mode(tls_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                               SSL_MODE_RELEASE_BUFFERS);
  SSL_set_accept_state(tls_.get());
}

ClientStream::~ClientStream() {
  if (!break_off_) {
    finish_sending();
    return;
  }
  error_code gone;
  socket_.set_option(asio::socket_base::linger(true, 0), gone);
  socket_.close(gone);  // its own destructor would take its time
}

asio::awaitable<ClientStream::Handshake> ClientStream::shake_hands() {
  if (!tls_)
    co_return Handshake::done;
  for (;;) {
    ERR_clear_error();
    const error_code error = outcome(SSL_do_handshake(tls_.get()));
    if (!error)
      co_return Handshake::done;
    if (error != asio::error::would_block)
      break;
    co_await wait();
  }
  const bool plain_http = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
  if (plain_http)
    tls_.reset();
  co_return plain_http ? Handshake::plain_http : Handshake::failed;
}

std::string ClientStream::client() const { return tls_ ? trusted_client(*tls_) : ""; }

asio::awaitable<std::size_t> ClientStream::read_some(asio::mutable_buffer room) {
  for (bool waited = false;; waited = true) {
    error_code error;
    const std::size_t read = try_read(room, error);
    if (error != asio::error::would_block) {
      if (error)
        throw boost::system::system_error(error);
      if (!waited)
        co_await asio::post(asio::use_awaitable);
      co_return read;
    }
    co_await wait();
  }
}

asio::awaitable<std::size_t> ClientStream::write_some(asio::const_buffer bytes) {
  for (bool waited = false;; waited = true) {
    error_code error;
    std::size_t written = 0;
    awaited_ = ClientSocket::wait_write;
    if (tls_) {
      ERR_clear_error();
      error = outcome(SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &written));
    } else {
      written = socket_.write_some(bytes, error);
    }
    if (error != asio::error::would_block) {
      if (error)
        throw boost::system::system_error(error);
      if (!waited)
        co_await asio::post(asio::use_awaitable);
      co_return written;
    }
    co_await wait();
  }
}

std::size_t ClientStream::try_read(asio::mutable_buffer room, error_code& error) {
  awaited_ = ClientSocket::wait_read;
  if (!tls_)
    return socket_.read_some(room, error);
  std::size_t read = 0;
  ERR_clear_error();
  error = outcome(SSL_read_ex(tls_.get(), room.data(), room.size(), &read));
  return read;
}

void ClientStream::call_when_ready(std::function<void()> again) {
  again_ = std::make_shared<std::function<void()>>(std::move(again));
  socket_.async_wait(awaited_, [weak = std::weak_ptr(again_)](error_code error) {
    const auto still_wanted = weak.lock();
    if (still_wanted && !error)
      (*still_wanted)();
  });
}

void ClientStream::stop_waiting() {
  if (!std::exchange(again_, nullptr))
    return;
  error_code gone;
  socket_.cancel(gone);
}

void ClientStream::finish_sending() {
  if (tls_ && std::exchange(open_, false) && SSL_is_init_finished(tls_.get())) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
  }
  error_code gone;
  socket_.shutdown(ClientSocket::shutdown_send, gone);
}

error_code ClientStream::outcome(int result) {
  if (result > 0)
    return {};
  const int system_error = errno;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      awaited_ = ClientSocket::wait_read;
      return asio::error::would_block;
    case SSL_ERROR_WANT_WRITE:
      awaited_ = ClientSocket::wait_write;
      return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
      return asio::error::eof;
    case SSL_ERROR_SYSCALL:
      failure_ = error_code(system_error, boost::system::system_category()).message();
      break;
    default:
      failure_ = ERR_reason_error_string(ERR_peek_error())
                     ? ERR_reason_error_string(ERR_peek_error())
                     : "broken";
  }
  open_ = false;  // OpenSSL has said what could be said
  return asio::error::connection_reset;
}

asio::awaitable<void> ClientStream::wait() {
  co_await socket_.async_wait(awaited_, asio::use_awaitable);
}

}  // namespace tenantscope
