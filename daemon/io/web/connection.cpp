#include "io/web/connection.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

namespace tenantscope {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

template <class T>
using Reading = boost::system::result<T, BadRequest>;

constexpr std::size_t read_size = 4096;
constexpr auto linger_time = std::chrono::seconds(1);

WebResponse refusal(const BadRequest& bad) {
  WebResponse response{.status = bad.status, .body = bad.why + "\n"};
  if (bad.status == 405) response.headers.emplace_back("Allow", "GET, HEAD, POST");
  return response;
}

std::string response_head(const WebResponse& response, bool keep_alive) {
  const auto reason = http::obsolete_reason(http::int_to_status(response.status));
  std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nX-Content-Type-Options: nosniff\r\nConnection: {}\r\n", response.status,
      std::string_view(reason), response.content_type, response.body.size(), keep_alive ? "keep-alive" : "close");
  for (const auto& [name, value] : response.headers) head += fmt::format("{}: {}\r\n", name, value);
  return head + "\r\n";
}

// Beast refuses this too late or not at all: an extension may hold anything between quotes.
void refuse_control_characters(std::uint64_t, beast::string_view extensions, beast::error_code& error) {
  const auto control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; };
  if (std::ranges::any_of(extensions, control)) error = http::error::bad_chunk_extension;
}

bool is_local(const ClientSocket& socket) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(const_cast<ClientSocket&>(socket).native_handle(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return false;
  if (peer.ss_family == AF_UNIX) return true;
  if (peer.ss_family == AF_INET) return ntohl(reinterpret_cast<const sockaddr_in&>(peer).sin_addr.s_addr) >> 24 == 127;
  return peer.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr);
}

class Conversation {
 public:
  Conversation(ClientSocket socket, const WebHandler& handler, const WebLimits& limits, const Log& log)
      : stream_(std::move(socket)), buffer_(limits.header_bytes), handler_(handler), limits_(limits), log_(log), local_(is_local(stream_.socket())) {}

  asio::awaitable<void> run();

 private:
  asio::awaitable<Reading<WebRequest>> read_request();
  asio::awaitable<std::optional<std::size_t>> read_head();  // its length; nullopt: it doesn't fit
  asio::awaitable<Reading<void>> read_body();
  asio::awaitable<WebResponse> answer(WebRequest request);
  asio::awaitable<void> send(std::string head, std::string_view body);
  asio::awaitable<void> linger();
  asio::awaitable<void> read_more();

  std::string_view buffered() const { return {static_cast<const char*>(buffer_.cdata().data()), buffer_.size()}; }

  beast::basic_stream<asio::generic::stream_protocol> stream_;
  beast::flat_buffer buffer_;  // holds a whole head, or what of a body isn't decoded yet
  const WebHandler& handler_;
  const WebLimits& limits_;
  const Log& log_;
  bool local_;
  bool keep_alive_ = true;
};

asio::awaitable<void> Conversation::run() {
  stream_.expires_after(limits_.header_time);
  while (keep_alive_) {
    Reading<WebRequest> request = co_await read_request();
    bool head_only = false;
    WebResponse response;
    if (request) {
      head_only = request->method == "HEAD";
      response = co_await answer(std::move(*request));
    } else {
      keep_alive_ = false;
      response = refusal(request.error());
    }
    std::string head = response_head(response, keep_alive_);
    co_await send(std::move(head), head_only ? std::string_view{} : response.body);
    stream_.expires_after(limits_.idle_time);
  }
  co_await linger();
}

asio::awaitable<Reading<WebRequest>> Conversation::read_request() {
  if (buffer_.size() == 0) co_await read_more();
  stream_.expires_after(limits_.header_time);
  const auto length = co_await read_head();
  if (!length) co_return too_long(buffered());
  Reading<RequestHead> head = parse_head(buffered().substr(0, *length), limits_.body_bytes);
  if (!head) co_return head.error();

  stream_.expires_after(limits_.header_time);
  if (head->expects_continue && buffer_.size() == *length) {
    std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await send(std::move(go_on), {});
    stream_.expires_after(limits_.header_time);
  }
  const Reading<void> body = co_await read_body();
  if (!body) co_return body.error();
  head->request.local = local_;
  co_return std::move(head->request);
}

asio::awaitable<std::optional<std::size_t>> Conversation::read_head() {
  std::size_t searched = 0;
  for (;;) {
    if (const auto end = find_head_end(buffered(), searched)) co_return end;
    if (buffer_.size() == buffer_.max_size()) co_return std::nullopt;
    searched = buffer_.size();
    co_await read_more();
  }
}

// Beast reads the head again, which it finds whole, and what it says about the body.
asio::awaitable<Reading<void>> Conversation::read_body() {
  http::request_parser<http::string_body> parser;
  parser.header_limit(std::uint32_t(limits_.header_bytes));
  parser.body_limit(limits_.body_bytes);
  parser.eager(true);
  auto on_chunk_header = refuse_control_characters;
  parser.on_chunk_header(on_chunk_header);
  for (;;) {
    beast::error_code error;
    buffer_.consume(parser.put(buffer_.cdata(), error));
    if (parser.is_done()) break;
    if (error == http::error::body_limit) co_return BadRequest{413, fmt::format("the body is over {} bytes", limits_.body_bytes)};
    if (error && error != http::error::need_more) co_return BadRequest{400, "the request is malformed: " + error.message()};
    if (buffer_.size() == buffer_.max_size()) co_return BadRequest{400, "a chunk's header, or the trailer, is too long"};
    co_await read_more();
  }
  keep_alive_ = parser.keep_alive();
  co_return Reading<void>();
}

asio::awaitable<WebResponse> Conversation::answer(WebRequest request) {
  const std::string path = request.path;
  std::string failure;
  try {
    auto answering = handler_(std::move(request));
    WebResponse response = co_await std::move(answering);
    co_return response;
  } catch (const std::exception& error) {
    failure = error.what();
  }
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() == asio::cancellation_type::none) log_.error("a request failed", {{"path", path}, {"err", failure}});
  co_return WebResponse{.status = 500, .body = "internal error; the log says more\n"};
}

asio::awaitable<void> Conversation::send(std::string head, std::string_view body) {
  const std::array parts{asio::const_buffer(head.data(), head.size()), asio::const_buffer(body.data(), body.size())};
  beast::buffers_suffix rest(parts);
  while (asio::buffer_size(rest) > 0) {
    stream_.expires_after(limits_.write_time);
    const std::size_t written = co_await stream_.async_write_some(rest, asio::use_awaitable);
    rest.consume(written);
  }
}

// Closing while the client still sends would destroy the answer on its way: first let it finish, or give up.
asio::awaitable<void> Conversation::linger() {
  beast::error_code ignored;
  stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  stream_.expires_after(linger_time);
  for (;;) {
    buffer_.clear();
    co_await read_more();
  }
}

asio::awaitable<void> Conversation::read_more() {
  const auto room = buffer_.prepare(std::min(read_size, buffer_.max_size() - buffer_.size()));
  const std::size_t read = co_await stream_.async_read_some(room, asio::use_awaitable);
  buffer_.commit(read);
}

}  // namespace

asio::awaitable<void> converse(ClientSocket socket, const WebHandler& handler, const WebLimits& limits, const Log& log) {
  Conversation conversation(std::move(socket), handler, limits, log);
  co_await conversation.run();
}

}  // namespace tenantscope
