// A client's bytes, plain or over TLS: one way to read and write for the conversation. It waits as
// long as it must: whoever set the time limit cancels the waiting coroutine. The .cpp is the
// server's only user of OpenSSL. On the executor of its socket.
#pragma once

#include <openssl/types.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <string>

namespace tenantscope {

using ClientSocket = boost::asio::generic::stream_protocol::socket;

class ClientStream {
 public:
  // `tls`: nullptr for a plain one. REQUIRES: for TLS, SIGPIPE is ignored.
  ClientStream(ClientSocket socket, SSL_CTX* tls);
  ClientStream(const ClientStream&) = delete;
  ClientStream& operator=(const ClientStream&) = delete;
  ~ClientStream();  // with TLS's farewell, if there is room for it

  // Before anything else; plain ones have nothing to agree on.
  enum class Handshake { done, plain_http, failed };
  boost::asio::awaitable<Handshake> shake_hands();
  // Whose trusted certificate the client showed; empty for nobody's.
  std::string client() const;
  const std::string& failure() const { return failure_; }  // of TLS, for the log

  // At least one byte; they throw where the connection is over. Others get a turn before they
  // return.
  boost::asio::awaitable<std::size_t> read_some(boost::asio::mutable_buffer room);
  boost::asio::awaitable<std::size_t> write_some(boost::asio::const_buffer bytes);

  // What is there already. `error`: would_block for nothing yet, eof where the client has finished
  // sending.
  std::size_t try_read(boost::asio::mutable_buffer room, boost::system::error_code& error);
  // Once, when a try_read() that would block is worth another; not after stop_waiting().
  void call_when_ready(std::function<void()> again);
  void stop_waiting();

  void finish_sending();
  // Whether the connection, if it ended now, shall end with a reset and no farewell: the client
  // mustn't take it for the body's end.
  void break_off_at_end(bool yes) { break_off_ = yes; }

 private:
  struct Freeing {
    void operator()(SSL* tls) const;
  };

  boost::system::error_code outcome(int result);
  boost::asio::awaitable<void> wait();

  ClientSocket socket_;
  std::unique_ptr<SSL, Freeing> tls_;  // nullptr: plain
  ClientSocket::wait_type awaited_ = ClientSocket::wait_read;
  std::shared_ptr<std::function<void()>> again_;
  bool open_ = true;  // to a farewell
  bool break_off_ = false;
  std::string failure_;
};

}  // namespace tenantscope
