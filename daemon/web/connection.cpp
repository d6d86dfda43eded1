#include "web/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/bytes.hpp"
#include "base/cleansed.hpp"

namespace tenantscope {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

template <class T>
using Reading = boost::system::result<T, BadRequest>;

constexpr std::size_t read_size = 4096;
constexpr std::size_t write_size = 16 * kib;  // of a TLS record
constexpr std::size_t last_chunk_size =
    5;  // given less than the last chunk, Beast's parser fails an assertion
constexpr auto linger_time = std::chrono::seconds(1);

// Beast refuses this too late or not at all: an extension may hold anything between quotes.
void refuse_control_characters(std::uint64_t, beast::string_view extensions,
                               beast::error_code& error) {
  const auto control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  };
  if (std::ranges::any_of(extensions, control))
    error = http::error::bad_chunk_extension;
}

// What scrapers and supervisors ask: paths that Prometheus' programs share.
bool is_answered_at_once(const WebRequest& request) {
  return request.method != "POST" &&
         (request.path == "/metrics" || request.path.starts_with("/-/"));
}

class Conversation {
 public:
  Conversation(ClientSocket socket, SSL_CTX* tls, std::shared_ptr<Seat> seat,
               const WebHandler& handler, const WebLimits& limits, const WebCounts& counts,
               Refusals& refusals, const Log& log)
      : seat_(std::move(seat)),
        deadline_(socket.get_executor()),
        stream_(std::move(socket), tls),
        buffer_(limits.header_bytes),
        handler_(handler),
        limits_(limits),
        counts_(counts),
        refusals_(refusals),
        log_(log) {}

  asio::awaitable<void> run();

 private:
  asio::awaitable<Reading<void>> greet();
  asio::awaitable<Reading<WebRequest>> read_request();
  asio::awaitable<std::optional<std::size_t>> read_head();  // its length; nullopt: it doesn't fit
  asio::awaitable<Reading<void>> read_body(std::size_t head_size, bool chunked);
  asio::awaitable<WebResponse> answer(WebRequest request);
  void watch();
  asio::awaitable<void> refuse(BadRequest bad);
  asio::awaitable<void> send(std::string head, std::string_view body);
  asio::awaitable<void> send_pieces(std::string head, WebBody& body, Framing framing);
  asio::awaitable<void> send(std::string_view bytes);
  WebPiece next_of(WebBody& body);
  void count(const WebResponse& response);
  asio::awaitable<void> linger();
  asio::awaitable<void> read_more();
  void end_after(std::chrono::milliseconds limit);  // instead of what was said before
  void stay();
  auto room() { return buffer_.prepare(std::min(read_size, buffer_.max_size() - buffer_.size())); }

  std::string_view buffered() const {
    return {static_cast<const char*>(buffer_.cdata().data()), buffer_.size()};
  }

  std::shared_ptr<Seat> seat_;
  asio::steady_timer deadline_;
  ClientStream stream_;
  // Holds a whole head, or what of a body isn't decoded yet.
  beast::basic_flat_buffer<CleansingAllocator<char>> buffer_;
  const WebHandler& handler_;
  const WebLimits& limits_;
  const WebCounts& counts_;
  Refusals& refusals_;
  const Log& log_;
  bool http_1_0_ = false;
  bool keep_alive_ = true;
};

asio::awaitable<void> Conversation::run() {
  end_after(limits_.handshake_time);
  Reading<void> greeted = co_await greet();
  if (!greeted) {
    co_await refuse(greeted.error());
    co_return;
  }
  end_after(limits_.header_time);
  do {
    Reading<WebRequest> request = co_await read_request();
    if (!request) {
      co_await refuse(request.error());
      co_return;
    }
    const bool head_only = request->method == "HEAD";
    const WebResponse response = co_await answer(std::move(*request));
    count(response);
    const Framing framing = framing_of(response, http_1_0_);
    keep_alive_ = keep_alive_ && framing != Framing::close && !seat_->yielded();
    std::string head = response_head(response, framing, keep_alive_);
    const std::string_view body = head_only ? std::string_view{} : response.body;
    if (response.pieces && !head_only)
      co_await send_pieces(std::move(head), *response.pieces, framing);
    else
      co_await send(std::move(head), body);
    seat_->await_request(std::chrono::steady_clock::now());
    end_after(limits_.idle_time);
  } while (keep_alive_ && !seat_->yielded());
  co_await linger();
}

asio::awaitable<Reading<void>> Conversation::greet() {
  const auto greeted = co_await stream_.shake_hands();
  if (greeted == ClientStream::Handshake::plain_http)
    co_return BadRequest{400, "Client sent an HTTP request to an HTTPS server."};
  if (greeted == ClientStream::Handshake::failed) {
    log_.debug("TLS handshake failed",
               {{"peer", seat_->peer().address}, {"err", stream_.failure()}});
    throw boost::system::system_error(asio::error::connection_reset);
  }
  co_return Reading<void>();
}

asio::awaitable<void> Conversation::refuse(BadRequest bad) {
  const WebResponse response = refusal(bad);
  count(response);
  std::string head = response_head(response, Framing::length, false);
  co_await send(std::move(head), response.body);
  co_await linger();
}

void Conversation::count(const WebResponse& response) {
  if (response.refused)
    refusals_.add(*response.refused, seat_->peer().address);
  if (counts_.answered)
    counts_.answered(response.status);
}

asio::awaitable<Reading<WebRequest>> Conversation::read_request() {
  if (buffer_.size() == 0)
    co_await read_more();
  end_after(limits_.header_time);
  const auto length = co_await read_head();
  if (!length)
    co_return too_long(buffered());
  Reading<RequestHead> head = parse_head(buffered().substr(0, *length), limits_.body_bytes);
  if (!head)
    co_return head.error();
  http_1_0_ = head->http_1_0;

  end_after(limits_.header_time);
  if (head->expects_continue && buffer_.size() == *length) {
    std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await send(go_on);
    end_after(limits_.header_time);
  }
  const Reading<void> body = co_await read_body(*length, head->chunked);
  if (!body)
    co_return body.error();
  const Peer& peer = seat_->peer();
  head->request.peer = peer.address;
  head->request.local = peer.local;
  head->request.control = peer.control;
  head->request.by_loopback = peer.by_loopback;
  head->request.user_id = peer.user_id;
  head->request.certificate = stream_.client();
  co_return std::move(head->request);
}

asio::awaitable<std::optional<std::size_t>> Conversation::read_head() {
  std::size_t searched = 0;
  for (;;) {
    if (const auto end = find_head_end(buffered(), searched))
      co_return end;
    if (buffer_.size() == buffer_.max_size())
      co_return std::nullopt;
    searched = buffer_.size();
    co_await read_more();
  }
}

// Beast reads the head again, which is whole, and what it says about the body. What it has read may
// hold a login.
asio::awaitable<Reading<void>> Conversation::read_body(std::size_t head_size, bool chunked) {
  http::request_parser<http::string_body, CleansingAllocator<char>> parser;
  parser.header_limit(std::uint32_t(limits_.header_bytes));
  parser.body_limit(limits_.body_bytes);
  parser.eager(true);
  auto on_chunk_header = refuse_control_characters;
  parser.on_chunk_header(on_chunk_header);
  const std::size_t least = chunked ? last_chunk_size : 1;
  beast::error_code error;
  const std::size_t read = parser.put(asio::buffer(buffer_.cdata(), head_size), error);
  OPENSSL_cleanse(buffer_.data().data(), read);
  buffer_.consume(read);
  while (!parser.is_done()) {
    if (error == http::error::body_limit)
      co_return BadRequest{413, fmt::format("the body is over {} bytes", limits_.body_bytes)};
    if (error && error != http::error::need_more)
      co_return BadRequest{400, "the request is malformed: " + error.message()};
    if (buffer_.size() == buffer_.max_size())
      co_return BadRequest{400, "a chunk's header, or the trailer, is too long"};
    if (error || buffer_.size() < least) {
      error.clear();
      co_await read_more();
    } else {
      buffer_.consume(parser.put(buffer_.cdata(), error));
    }
  }
  keep_alive_ = parser.keep_alive();
  co_return Reading<void>();
}

asio::awaitable<WebResponse> Conversation::answer(WebRequest request) {
  if (!seat_->begin_request(is_answered_at_once(request)))
    co_return no_room("too many requests are being answered");
  const std::string path = request.path;
  std::string failure;
  request.seat = seat_;
  stay();
  watch();
  try {
    auto answering = handler_(std::move(request));
    WebResponse response = co_await std::move(answering);
    stream_.stop_waiting();
    co_return response;
  } catch (const std::exception& error) {
    failure = error.what();
  }
  stream_.stop_waiting();
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() == asio::cancellation_type::none)
    log_.error("a request failed", {{"path", path}, {"err", failure}});
  co_return WebResponse{.status = 500, .body = "internal error; the log says more\n"};
}

// While the handler works: takes in what the client sends ahead, as far as there is room, and
// notices that the client has gone.
void Conversation::watch() {
  beast::error_code error;
  while (!error && buffer_.size() < buffer_.max_size())
    buffer_.commit(stream_.try_read(room(), error));
  if (error == asio::error::would_block)
    return stream_.call_when_ready([this] { watch(); });
  if (error == asio::error::eof)
    end_after(limits_.half_closed_time);
  else if (error)
    seat_->end();
}

asio::awaitable<void> Conversation::send(std::string head, std::string_view body) {
  const std::size_t along = std::min(body.size(), write_size - std::min(head.size(), write_size));
  head += body.substr(0, along);
  co_await send(head);
  co_await send(body.substr(along));
}

asio::awaitable<void> Conversation::send(std::string_view bytes) {
  while (!bytes.empty()) {
    seat_->await_client(std::chrono::steady_clock::now());
    end_after(limits_.write_time);
    const std::size_t written = co_await stream_.write_some(asio::buffer(bytes));
    bytes.remove_prefix(written);
  }
}

// An end that comes before the body's mustn't look like it.
asio::awaitable<void> Conversation::send_pieces(std::string head, WebBody& body, Framing framing) {
  stream_.break_off_at_end(framing == Framing::close);
  for (WebPiece piece = next_of(body); !piece.text.empty(); piece = next_of(body)) {
    if (framing == Framing::chunked)
      head += fmt::format("{:x}\r\n", piece.text.size());
    co_await send(std::move(head), piece.text);
    head = framing == Framing::chunked ? "\r\n" : "";
  }
  if (framing == Framing::chunked)
    head += "0\r\n\r\n";
  co_await send(head);
  stream_.break_off_at_end(false);
}

WebPiece Conversation::next_of(WebBody& body) {
  try {
    return body.next();
  } catch (const std::exception& error) {
    log_.error("an answer failed on its way", {{"err", error.what()}});
    throw;
  }
}

// Closing while the client still sends would destroy the answer on its way: first let it finish, or
// give up.
asio::awaitable<void> Conversation::linger() {
  stream_.finish_sending();
  end_after(linger_time);
  for (;;) {
    buffer_.clear();
    co_await read_more();
  }
}

asio::awaitable<void> Conversation::read_more() {
  const asio::mutable_buffer free = room();
  const std::size_t read = co_await stream_.read_some(free);
  buffer_.commit(read);
}

void Conversation::end_after(std::chrono::milliseconds limit) {
  seat_->deadline = std::chrono::steady_clock::now() + limit;
  deadline_.expires_at(seat_->deadline);
  deadline_.async_wait([weak = std::weak_ptr(seat_)](beast::error_code) {
    const auto seat = weak.lock();
    if (seat && seat->deadline <= std::chrono::steady_clock::now())
      seat->end();
  });
}

void Conversation::stay() {
  seat_->deadline = SteadyTime::max();
  deadline_.cancel();
}

}  // namespace

asio::awaitable<void> converse(ClientSocket socket, std::shared_ptr<SSL_CTX> tls,
                               std::shared_ptr<Seat> seat, const WebHandler& handler,
                               const WebLimits& limits, const WebCounts& counts, Refusals& refusals,
                               const Log& log) {
  Conversation conversation(std::move(socket), tls.get(), std::move(seat), handler, limits, counts,
                            refusals, log);
  co_await conversation.run();
}

}  // namespace tenantscope
