// What a request can carry beyond its URL, and when an answer is enough.
#include <gtest/gtest.h>

#include <vector>

#include "fetch/fetcher.hpp"
#include "fetch/fetching.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// A server's script that answers every request with what was sent: its head and its body, as they
// came.
void echo(RawConnection& connection) {
  while (const auto head = connection.read_head()) {
    const std::string seen = *head + connection.read_body(*head);
    connection.send(with_length(seen.size(), seen));
  }
}

class FetcherPostTest : public FetcherTest {
 protected:
  RawServer server_{echo};
  const std::string rest_ = " HTTP/1.1\r\nHost: " + server_.address() +
                            "\r\nUser-Agent: tenantscope/0.1.0\r\nAccept: */*\r\n";
};

TEST_F(FetcherPostTest, SendsItsHeadersAndNothingOfItsOwnAccord) {
  const FetchRequest request{.url = server_.url() + "/x",
                             .headers = {"Content-Type: text/plain", "X-One: 1, 2"},
                             .post = "hello"};
  EXPECT_EQ(fetch(request).value().body,
            "POST /x" + rest_ +
                "Content-Type: text/plain\r\nX-One: 1, 2\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(fetch({.url = server_.url() + "/x", .post = "a"}).value().body,
            "POST /x" + rest_ + "Content-Length: 1\r\n\r\na");
}

TEST_F(FetcherPostTest, ForgetsThePostAfterIt) {
  ASSERT_TRUE(fetch({.url = server_.url(), .headers = {"X-Token: a"}, .post = "hello"}));
  EXPECT_EQ(response(server_.url()).body, "GET /" + rest_ + "\r\n");
  EXPECT_EQ(server_.connections(), 1);
  EXPECT_EQ(fetch({.url = server_.url(), .headers = {"X-Token: b"}}).value().body,
            "GET /" + rest_ + "X-Token: b\r\n\r\n");
}

TEST_F(FetcherPostTest, SendsAnyBytes) {
  for (const std::string& body :
       {std::string(), std::string("\0a\r\n\r\n\0\xff", 8), std::string("@/etc/passwd")}) {
    const std::string seen = fetch({.url = server_.url(), .post = body}).value().body;
    EXPECT_EQ(seen, "POST /" + rest_ + "Content-Length: " + std::to_string(body.size()) +
                        "\r\n\r\n" + body);
  }
}

TEST_F(FetcherPostTest, SendsALargeBodyWithoutAsking) {
  const std::string body(3 << 20, 'x');
  const auto answer = fetch({.url = server_.url(), .post = body, .body_limit = 4 << 20});
  EXPECT_EQ(answer.value().body, "POST /" + rest_ + "Content-Length: 3145728\r\n\r\n" + body);
}

TEST_F(FetcherPostTest, SendsItAgainOverANewConnectionWhereTheServerEndedTheKeptOne) {
  RawServer server([](RawConnection& connection) {
    const auto head = connection.read_head();
    const std::string body = connection.read_body(head.value_or(""));
    connection.send(with_length(body.size(), body));
    if (connection.read_head())
      connection.reset();
  });
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(fetch({.url = server.url(), .post = "hello"}).value().body, "hello");
}

TEST_F(FetcherPostTest, ReadsAsMuchOfTheAnswerAsItIsAskedTo) {
  RawServer server(answering_forever("200 OK", "abcdef"));
  const struct {
    std::size_t limit;
    std::string body;
    bool truncated;
  } table[] = {{5, "abcde", true}, {6, "abcdef", false}, {0, "", true}};
  for (const auto& [limit, body, truncated] : table) {
    const auto answer = fetch({.url = server.url(), .body_limit = limit});
    EXPECT_EQ(answer.value().body, body);
    EXPECT_EQ(answer.value().truncated, truncated) << limit;
  }
}

TEST_F(FetcherPostTest, ConnectsToAUnixSocket) {
  TemporaryFolder folder;
  RawServer server(answering_forever("200 OK", "local"), folder.path() / "socket");
  FetchRequest request{.url = "http://nobody.invalid/x", .unix_socket = folder.path() / "socket"};
  EXPECT_EQ(fetch(request).value().body, "local");
  EXPECT_EQ(fetch(request).value().connections_opened, 0u);
  EXPECT_EQ(failure({.url = "http://nobody.invalid/x", .timeout = 50s}), ErrorKind::dns);
  request.unix_socket = folder.path() / "nobody";
  EXPECT_EQ(failure(request), ErrorKind::connect);
}

TEST_F(FetcherPostTest, CountsAnAnswerOnceItsHeadIsThere) {
  struct Row {
    const char* what;
    std::string bytes;
    Ending ending;
    std::optional<ErrorKind>
        without;  // what it is where the status doesn't suffice; nothing: an answer
    bool suffices = true;
  };
  const std::vector<Row> table{
      {"reset in the body", with_length(100, "abc"), Ending::reset, ErrorKind::connect},
      {"a short body", with_length(100, "abc"), Ending::close, ErrorKind::connect},
      {"a body that stalls", with_length(100, "abc"), Ending::hang, ErrorKind::timeout},
      {"no body at all", with_length(100, ""), Ending::hang, ErrorKind::timeout},
      {"a broken chunk", chunked("3\r\nabc\r\nmany\r\n"), Ending::close, ErrorKind::connect},
      {"too much", with_length(std::size_t(1) << 40, std::string(300'000, 'x')), Ending::hang,
       std::nullopt},
      {"an interim head alone", "HTTP/1.1 102 Processing\r\n\r\n", Ending::close,
       ErrorKind::connect, false},
      {"an interim head and a stall", "HTTP/1.1 102 Processing\r\n\r\n", Ending::hang,
       ErrorKind::timeout, false},
      {"an interim head, then half a head",
       "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n", Ending::reset,
       ErrorKind::connect, false},
      {"an interim head, then a whole one",
       "HTTP/1.1 103 Early Hints\r\n\r\n" + with_length(9, "a"), Ending::reset, ErrorKind::connect},
      {"half a head", "HTTP/1.1 200 OK\r\nA: b\r\n", Ending::reset, ErrorKind::connect, false},
      {"a head that stalls", "HTTP/1.1 200 OK\r\nA: b\r\n", Ending::hang, ErrorKind::timeout,
       false},
      {"no status", "HTTP/1.1 OK\r\n\r\n", Ending::close, ErrorKind::connect, false},
      {"nothing", "", Ending::reset, ErrorKind::connect, false},
  };
  for (const Row& row : table) {
    RawServer server(answering(row.bytes, row.ending));
    const FetchRequest without{.url = server.url(), .timeout = 300ms, .post = ""};
    EXPECT_EQ(failure(without), row.without) << row.what;
    FetchRequest with = without;
    with.status_suffices = true;
    const auto answer = fetch(with);
    EXPECT_EQ(bool(answer), row.suffices) << row.what;
    EXPECT_EQ(answer ? answer->status : 0, row.suffices ? 200 : 0) << row.what;
    if (!answer) {
      EXPECT_EQ(answer.error().kind, row.without) << row.what;
    }
  }
}

}  // namespace
}  // namespace tenantscope
