#include "simulator/server.hpp"

#include <array>
#include <charconv>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/result.hpp"
#include "simulator/control.hpp"

namespace tenantscope::simulator {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket>;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

tcp::endpoint read_address(const std::string& text) {
  const auto refuse = [&](std::string_view why) {
    return FatalError(exit_usage, fmt::format("can't listen on `{}`: {}", text, why));
  };
  const auto colon = text.rfind(':');
  if (colon == std::string::npos)
    throw refuse("write it as HOST:PORT, such as 127.0.0.1:0");
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc{} || stopped != end)
    throw refuse("the port is a number from 0 to 65535");

  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  if (host == "localhost")
    host = "127.0.0.1";
  boost::system::error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  if (not_an_address || !address.is_loopback())
    throw refuse(
        "the authority of a rehearsal lets anybody change it, so it listens on loopback only: "
        "127.0.0.1, [::1] or localhost");
  return {address, port};
}

tcp::acceptor listen(asio::io_context& context, const std::string& address) {
  const tcp::endpoint endpoint = read_address(address);
  try {
    return {context, endpoint};
  } catch (const boost::system::system_error& error) {
    throw FatalError(exit_failure,
                     fmt::format("can't listen on `{}`: {}", address, error.code().message()));
  }
}

std::unique_ptr<asio::ssl::context> tls_context(const CertificateFiles& files) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  const auto use = [](const std::filesystem::path& file, auto load) {
    boost::system::error_code error;
    load(file.string(), error);
    if (error)
      throw FatalError(exit_unusable,
                       fmt::format("{} can't be used: {}", file.string(), error.message()));
  };
  use(files.certificate, [&](const std::string& file, auto& error) {
    context->use_certificate_chain_file(file, error);
  });
  use(files.key, [&](const std::string& file, auto& error) {
    context->use_private_key_file(file, asio::ssl::context::pem, error);
  });
  return context;
}

// What every connection shares.
struct Service {
  Authority& authority;
  SteadyTime started;

  Reply answer(const Request& request) {
    const auto now =
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - started);
    return is_control(request) ? control(authority, request, now) : authority.answer(request, now);
  }
};

// Until the client goes away.
template <class Stream>
asio::awaitable<void> drain(Stream& stream) {
  std::array<char, 4096> bytes;
  const auto buffer = asio::buffer(bytes);
  while (true) {
    const auto [error, count] = co_await stream.async_read_some(buffer, as_tuple);
    if (error)
      co_return;
  }
}

// Takes the next request off `input`; false where the client is gone. `refusal`: the status to
// answer it with instead.
template <class Stream>
asio::awaitable<bool> read_request(Stream& stream, std::string& input, Request& request,
                                   int& refusal) {
  auto head = asio::dynamic_buffer(input, head_limit);
  const std::string_view blank_line = "\r\n\r\n";
  const auto [head_error, head_size] =
      co_await asio::async_read_until(stream, head, blank_line, as_tuple);
  if (head_error == asio::error::not_found)
    refusal = 431;
  else if (head_error)
    co_return false;
  else
    refusal = read_head(std::string_view(input).substr(0, head_size), request);
  if (refusal != 0)
    co_return true;

  const std::size_t size = head_size + request.content_length;
  if (input.size() < size) {
    auto rest = asio::dynamic_buffer(input);
    const auto missing = asio::transfer_exactly(size - input.size());
    const auto [body_error, count] = co_await asio::async_read(stream, rest, missing, as_tuple);
    if (body_error)
      co_return false;
  }
  request.body = input.substr(head_size, request.content_length);
  input.erase(0, size);
  co_return true;
}

// Plays the reply; false where the connection is over.
template <class Stream>
asio::awaitable<bool> send(Stream& stream, Reply reply, bool keep_alive) {
  if (reply.delay > Duration::zero()) {
    asio::steady_timer timer(stream.get_executor(), reply.delay);
    co_await timer.async_wait(as_tuple);
  }
  if (reply.ending == Reply::Ending::hang) {
    co_await drain(stream);
    co_return false;
  }
  if (reply.ending == Reply::Ending::reset) {
    const tcp::socket::linger abort(true, 0);
    boost::system::error_code gone;
    stream.lowest_layer().set_option(abort, gone);
    stream.lowest_layer().close(gone);  // here: the destructor would close it in peace
    co_return false;
  }
  const std::string bytes = to_bytes(reply, keep_alive);
  const auto buffer = asio::buffer(bytes);
  const auto [error, count] = co_await asio::async_write(stream, buffer, as_tuple);
  co_return !error && keep_alive && reply.ending == Reply::Ending::whole;
}

template <class Stream>
asio::awaitable<void> session(Stream stream, Service& service) {
  boost::system::error_code ignored;
  stream.lowest_layer().set_option(tcp::no_delay(true), ignored);
  if constexpr (std::is_same_v<Stream, TlsStream>) {
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_tuple);
    if (error)
      co_return;
  }

  std::string input;
  for (bool counted = false;;) {
    Request request{.first = !counted};
    int refusal = 0;
    if (!co_await read_request(stream, input, request, refusal))
      co_return;
    if (refusal != 0) {
      Reply reply{.status = refusal};
      co_await send(stream, std::move(reply), false);
      stream.lowest_layer().shutdown(tcp::socket::shutdown_send, ignored);
      co_await drain(stream);
      co_return;
    }
    counted = counted || !is_control(request);
    Reply reply = service.answer(request);
    if (!co_await send(stream, std::move(reply), request.keep_alive))
      co_return;
  }
}

asio::awaitable<void> accept_clients(tcp::acceptor& acceptor, asio::ssl::context* tls,
                                     Service& service) {
  while (true) {
    auto [error, socket] = co_await acceptor.async_accept(as_tuple);
    if (error) {  // out of descriptors: later there may be some
      asio::steady_timer pause(acceptor.get_executor(), std::chrono::milliseconds(100));
      co_await pause.async_wait(as_tuple);
    } else if (tls) {
      TlsStream stream(std::move(socket), *tls);
      asio::co_spawn(acceptor.get_executor(), session(std::move(stream), service), asio::detached);
    } else {
      asio::co_spawn(acceptor.get_executor(), session(std::move(socket), service), asio::detached);
    }
  }
}

}  // namespace

struct Server::Loop {
  Loop(Authority& authority, const std::string& listen_address,
       const std::optional<CertificateFiles>& files)
      : service{authority, std::chrono::steady_clock::now()},
        tls(files ? tls_context(*files) : nullptr),
        acceptor(listen(context, listen_address)) {}

  Service service;
  std::unique_ptr<asio::ssl::context> tls;
  asio::io_context context{1};
  tcp::acceptor acceptor;
  asio::signal_set signals{context};
};

Server::Server(Authority& authority, const std::string& listen_address,
               const std::optional<CertificateFiles>& tls)
    : loop_(std::make_unique<Loop>(authority, listen_address, tls)) {
  asio::co_spawn(loop_->context, accept_clients(loop_->acceptor, loop_->tls.get(), loop_->service),
                 asio::detached);
}

Server::~Server() = default;

std::string Server::address() const {
  const tcp::endpoint endpoint = loop_->acceptor.local_endpoint();
  const std::string host = endpoint.address().to_string();
  return fmt::format("{}:{}", endpoint.address().is_v6() ? "[" + host + "]" : host,
                     endpoint.port());
}

std::string Server::url() const {
  return fmt::format("{}://{}", loop_->tls ? "https" : "http", address());
}

void Server::run() { loop_->context.run(); }

void Server::stop() { loop_->context.stop(); }

void Server::stop_on(std::initializer_list<int> signals) {
  for (const int signal : signals)
    loop_->signals.add(signal);
  loop_->signals.async_wait([this](const boost::system::error_code& error, int) {
    if (!error)
      stop();
  });
}

}  // namespace tenantscope::simulator
