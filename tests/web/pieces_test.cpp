// Bodies that come in pieces.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <vector>

#include "web/serving.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// Says what `make` makes of 0, 1, 2, ...
class Pieces : public WebBody {
 public:
  explicit Pieces(std::function<std::string(int)> make) : make_(std::move(make)) {}
  WebPiece next() override {
    piece_ = make_(made_++);
    return {.text = piece_};
  }

 private:
  std::function<std::string(int)> make_;
  std::string piece_;
  int made_ = 0;
};

asio::awaitable<WebResponse> answer_in_pieces(std::function<std::string(int)> make,
                                              WebRequest request) {
  if (request.path != "/pieces")
    co_return WebResponse{.body = request.method + " " + request.path};
  WebResponse response;
  response.pieces = std::make_unique<Pieces>(make);
  co_return response;
}

WebHandler answering_in_pieces(std::function<std::string(int)> make) {
  return [make](WebRequest request) { return answer_in_pieces(make, std::move(request)); };
}

auto these(std::vector<std::string> pieces) {
  return [pieces](int i) { return std::size_t(i) < pieces.size() ? pieces[std::size_t(i)] : ""; };
}

const std::string get_pieces = get_path("/pieces");
const std::string get_pieces_1_0 = "GET /pieces HTTP/1.0\r\n\r\n";

class WebPieces : public Serving {
 protected:
  std::string read_head(RawClient& client) {
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
      const std::string more = client.read(1);
      if (more.empty())
        return head;
      head += more;
    }
    return head;
  }
};

INSTANTIATE_TEST_SUITE_P(, WebPieces, over_both, name_of_over);

TEST_P(WebPieces, ComeInChunks) {
  serve(answering_in_pieces(these({"one", std::string(17, 'x'), "3"})));
  const auto client = connect();
  client->send(get_pieces);
  EXPECT_EQ(read_head(*client),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: "
            "chunked\r\nX-Content-Type-Options: nosniff\r\n"
            "Connection: keep-alive\r\n\r\n");
  const std::string expected = "3\r\none\r\n11\r\nxxxxxxxxxxxxxxxxx\r\n1\r\n3\r\n0\r\n\r\n";
  EXPECT_EQ(client->read(expected.size()), expected);
  EXPECT_EQ(client->ask(get), 200);
}

TEST_P(WebPieces, MayBeNone) {
  serve(answering_in_pieces(these({})));
  const auto client = connect();
  client->send(get_pieces + get);
  EXPECT_EQ(client->reply().value_or(RawReply{.body = "nothing"}).body, "");
  EXPECT_EQ(client->reply().value_or(RawReply{}).body, "GET /");
}

TEST_P(WebPieces, AreOfAnySize) {
  std::string whole;
  std::vector<std::string> pieces;
  for (const std::size_t size : {1u, 16000u, 16383u, 16384u, 16385u, 1'000'000u, 2u})
    pieces.push_back(std::string(size, char('a' + pieces.size())));
  for (const std::string& piece : pieces)
    whole += piece;
  serve(answering_in_pieces(these(pieces)));
  const auto client = connect();
  client->send(get_pieces + get_pieces + get_path("/next") + get_pieces);
  EXPECT_TRUE(client->reply().value_or(RawReply{}).body == whole);
  EXPECT_TRUE(client->reply().value_or(RawReply{}).body == whole);
  EXPECT_EQ(client->reply().value_or(RawReply{}).body, "GET /next");
  EXPECT_TRUE(client->reply().value_or(RawReply{}).body == whole);
}

TEST_P(WebPieces, OfAHeadArentMade) {
  std::atomic<int> made = 0;
  serve(answering_in_pieces([&made](int) { return ++made, ""; }));
  const auto client = connect();
  client->send("HEAD /pieces HTTP/1.1\r\nHost: x\r\n\r\n" + get_path("/next"));
  const auto head = client->reply(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->headers.at("transfer-encoding"), "chunked");
  EXPECT_EQ(client->reply().value_or(RawReply{}).body, "GET /next");
  EXPECT_EQ(made, 0);
}

TEST_P(WebPieces, EndWithTheConnectionForHttp10) {
  serve(answering_in_pieces(these({"one", "two"})));
  for (const std::string keep_alive : {"", "Connection: keep-alive\r\n"}) {
    const auto client = connect();
    client->send("GET /pieces HTTP/1.0\r\n" + keep_alive + "\r\n");
    EXPECT_EQ(read_head(*client),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain; "
              "charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(client->rest(), "onetwo");
  }
}

// Whole bodies are as they were.
TEST_P(WebPieces, LeaveOtherAnswersTheirLength) {
  serve(answering_in_pieces(these({"one"})));
  const auto client = connect();
  client->send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + get_pieces);
  EXPECT_EQ(client->reply().value_or(RawReply{}).headers["content-length"], "5");
  EXPECT_EQ(client->reply().value_or(RawReply{}).body, "one");
}

TEST_P(WebPieces, AreMadeNoFasterThanTheyAreTaken) {
  std::atomic<int> made = 0;
  const std::string piece(100'000, 'a');
  serve(answering_in_pieces([&](int i) { return ++made, i < 1000 ? piece : ""; }));
  const auto slow = connect();
  slow->send(get_pieces);
  EXPECT_EQ(read_head(*slow).substr(0, 15), "HTTP/1.1 200 OK");
  int before = -1;
  while (std::exchange(before, made.load()) != made)
    EXPECT_EQ(connect()->ask(get), 200);  // others are served meanwhile
  EXPECT_LT(made, 200);
  EXPECT_EQ(slow->chunks().value_or("").size(), 1000 * piece.size());
  EXPECT_EQ(slow->ask(get), 200);
}

TEST_P(WebPieces, EndForAClientThatDoesntRead) {
  std::atomic<int> made = 0;
  serve(answering_in_pieces([&](int) { return ++made, std::string(100'000, 'a'); }),
        {.write_time = 50ms});
  const auto client = connect();
  client->send(get_pieces);
  ASSERT_NE(read_head(*client), "");
  int before = -1;
  while (std::exchange(before, made.load()) != made)
    EXPECT_EQ(connect()->ask(get), 200);
  EXPECT_FALSE(client->chunks());
}

// That it has gone is noticed when it is written to.
TEST_P(WebPieces, EndWithTheirClient) {
  std::promise<void> gone;
  serve([&gone](WebRequest request) {
    const std::shared_ptr<void> body_lives(nullptr, [&gone](void*) { gone.set_value(); });
    request.path = "/pieces";
    const auto make = [body_lives](int) { return std::string(100'000, 'a'); };
    return answer_in_pieces(make, std::move(request));
  });
  auto client = connect();
  client->send(get);
  EXPECT_FALSE(client->read(1000).empty());
  client->reset();
  client.reset();
  EXPECT_EQ(gone.get_future().wait_for(20s), std::future_status::ready);
}

TEST_P(WebPieces, ComeWholeThoughTheServerStops) {
  constexpr std::size_t pieces = 80;
  serve(answering_in_pieces(these(std::vector(pieces, std::string(100'000, 'a')))),
        {.stop_time = 1min});
  const auto client = connect();
  client->send(get_pieces);
  EXPECT_NE(read_head(*client), "");
  const auto stopped = std::async(std::launch::async, [this] { server_->stop(); });
  const auto chunks = client->chunks();
  ASSERT_TRUE(chunks);
  EXPECT_EQ(chunks->size(), pieces * 100'000);
}

TEST_P(WebPieces, EndAtTheServersStop) {
  serve(answering_in_pieces([](int) { return std::string(100'000, 'a'); }));
  const auto client = connect();
  const auto old = connect();
  client->send(get_pieces);
  old->send(get_pieces_1_0);
  EXPECT_NE(read_head(*client), "");
  EXPECT_NE(read_head(*old), "");
  server_->stop();
  EXPECT_FALSE(client->chunks());
  EXPECT_FALSE(old->rest()) << "an end like any other";
}

TEST_P(WebPieces, ThatFailAreNoWholeBody) {
  testing::internal::CaptureStderr();
  serve(answering_in_pieces([](int i) -> std::string {
    if (i == 2)
      throw std::runtime_error("the cause");
    return "piece";
  }));
  const auto client = connect();
  client->send(get_pieces);
  const auto whole = client->reply();
  const auto old = connect();
  old->send(get_pieces_1_0);
  const auto rest = old->rest();
  server_->stop();
  const std::string log = captured_log(quiet);
  EXPECT_FALSE(whole);
  EXPECT_FALSE(rest);
  EXPECT_NE(log.find("level=error msg=\"an answer failed on its way\" err=\"the cause\"\n"),
            log.npos)
      << log;
}

TEST_P(WebPieces, LeaveTheirSeatToANewcomerWhileTheClientDoesntRead) {
  serve(answering_in_pieces([](int) { return std::string(100'000, 'a'); }),
        {.connections = 1, .write_time = 1h});
  const auto slow = connect();
  slow->send(get_pieces);
  ASSERT_NE(read_head(*slow), "");
  int status = 0;
  while (status != 200) {
    try {
      status = connect()->ask(get);
    } catch (const std::runtime_error&) {  // turned away within the handshake
    }
  }
  EXPECT_FALSE(slow->chunks());
}

}  // namespace
}  // namespace tenantscope
