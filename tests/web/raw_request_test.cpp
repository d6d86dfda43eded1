// What the server makes of requests as they come over the wire: the status, and whether the
// connection lives on.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "web/serving.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t header_limit = 16 * kib;
constexpr std::size_t body_limit = 64 * kib;

struct RawRequest {
  std::string name;
  std::string bytes;
  int status;
  bool kept;
};

std::string get(const std::string& fields) { return "GET / HTTP/1.1\r\n" + fields + "\r\n"; }
std::string post(const std::string& fields, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}
std::string target(const std::string& text) {
  return "GET " + text + " HTTP/1.1\r\nHost: x\r\n\r\n";
}
std::string line(const std::string& text) { return text + "\r\nHost: x\r\n\r\n"; }
std::string chunked(const std::string& body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}

const std::vector<RawRequest> raw_requests{
    {"plain GET", get("Host: x\r\n"), 200, true},
    {"HEAD", line("HEAD / HTTP/1.1"), 200, true},
    {"POST without a length", post(""), 200, true},
    {"POST of nothing", post("Content-Length: 0\r\n"), 200, true},
    {"POST with a body", post("Content-Length: 3\r\n", "abc"), 200, true},
    {"GET of no body, said", get("Host: x\r\nContent-Length: 0\r\n"), 200, true},
    {"close asked for", get("Host: x\r\nConnection: close\r\n"), 200, false},
    {"close among others", get("Host: x\r\nConnection: foo, Close\r\n"), 200, false},
    {"close and keep-alive", get("Host: x\r\nConnection: close, keep-alive\r\n"), 200, false},
    {"keep-alive and close", get("Host: x\r\nConnection: keep-alive\r\nConnection: close\r\n"), 200,
     false},
    {"HTTP/1.0", line("GET / HTTP/1.0"), 200, false},
    {"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 200, false},
    {"HTTP/1.0 kept alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, true},
    {"an upgrade not taken", get("Host: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"), 200, true},
    {"a value of tabs and Latin-1", get("Host: x\r\nX-A: \t\xe4\t b \r\n"), 200, true},

    // request line
    {"HTTP/0.9", "GET /\r\n\r\n", 400, false},
    {"HTTP/1.2", line("GET / HTTP/1.2"), 505, false},
    {"HTTP/2.0", line("GET / HTTP/2.0"), 505, false},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, false},
    {"HTTP/0.9, said", line("GET / HTTP/0.9"), 505, false},
    {"HTTP/1.10", line("GET / HTTP/1.10"), 400, false},
    {"lower case http", line("GET / http/1.1"), 400, false},
    {"another protocol", line("GET / RTSP/1.0"), 400, false},
    {"two spaces", line("GET  / HTTP/1.1"), 400, false},
    {"a tab for a space", line("GET\t/ HTTP/1.1"), 400, false},
    {"a space at the end", line("GET / HTTP/1.1 "), 400, false},
    {"a space in the target", target("/a b"), 400, false},
    {"a space in front", line(" GET / HTTP/1.1"), 400, false},
    {"an empty line in front", "\r\n" + get("Host: x\r\n"), 400, false},
    {"no method", line(" / HTTP/1.1"), 400, false},
    {"a method that is no token", line("G(T / HTTP/1.1"), 400, false},
    {"PUT", line("PUT / HTTP/1.1"), 405, false},
    {"DELETE", line("DELETE / HTTP/1.1"), 405, false},
    {"OPTIONS *", line("OPTIONS * HTTP/1.1"), 405, false},
    {"CONNECT", line("CONNECT x:443 HTTP/1.1"), 405, false},
    {"TRACE", line("TRACE / HTTP/1.1"), 405, false},
    {"a made-up method", line("BREW / HTTP/1.1"), 405, false},
    {"a lower-case method", line("get / HTTP/1.1"), 405, false},
    {"bare line feeds", "GET / HTTP/1.1\nHost: x\n\n", 400, false},
    {"one bare line feed", "GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n", 400, false},
    {"a bare carriage return", "GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n", 400, false},
    {"TLS", "\x16\x03\x01\x02", 400, false},

    // target
    {"absolute form", target("http://x/"), 200, true},
    {"absolute form with a user", target("http://a@x/"), 400, false},
    {"asterisk form", target("*"), 400, false},
    {"authority form", target("x:80"), 400, false},
    {"a fragment", target("/#top"), 400, false},
    {"half a percent", target("/%4"), 400, false},
    {"a percent of no hex", target("/%gg"), 400, false},
    {"an encoded NUL", target("/%00"), 400, false},
    {"an encoded line feed", target("/?a=%0A"), 400, false},
    {"a raw NUL", target(std::string("/a\0b", 4)), 400, false},
    {"a raw escape", target("/\x1b"), 400, false},
    {"Latin-1", target("/m\xfcnchen"), 400, false},
    {"UTF-8", target("/m\xc3\xbcnchen"), 200, true},
    {"dots", target("/../../etc/passwd"), 200, true},
    {"the longest target", target("/" + std::string(target_limit - 1, 'a')), 200, true},
    {"a longer target", target("/" + std::string(target_limit, 'a')), 414, false},
    {"a target without end", "GET /" + std::string(header_limit, 'a'), 414, false},

    // fields
    {"no Host", get(""), 400, false},
    {"two Hosts", get("Host: x\r\nHost: x\r\n"), 400, false},
    {"two Hosts, HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\nhost: y\r\n\r\n", 400, false},
    {"an empty Host", get("Host:\r\n"), 200, true},
    {"a Host with a path", get("Host: x/y\r\n"), 400, false},
    {"a Host with a user", get("Host: a@x\r\n"), 400, false},
    {"two Hosts in one", get("Host: x y\r\n"), 400, false},
    {"an IPv6 Host", get("Host: [::1]:10944\r\n"), 200, true},
    {"a folded field", get("Host: x\r\nX-A: b\r\n c\r\n"), 400, false},
    {"a field folded by a tab", get("Host: x\r\nX-A: b\r\n\tc\r\n"), 400, false},
    {"a folded empty field", get("Host: x\r\nX-A:\r\n c\r\n"), 400, false},
    {"folded from the start", get(" Host: x\r\n"), 400, false},
    {"a space before the colon", get("Host: x\r\nContent-Length : 0\r\n"), 400, false},
    {"no colon", get("Host: x\r\nnonsense\r\n"), 400, false},
    {"no name", get("Host: x\r\n: b\r\n"), 400, false},
    {"a name that is no token", get("Host: x\r\nX@A: b\r\n"), 400, false},
    {"a NUL in a value", get(std::string("Host: x\r\nX-A: b\0c\r\n", 19)), 400, false},
    {"an escape in a value", get("Host: x\r\nX-A: \x1b\r\n"), 400, false},
    {"a malformed Connection", get("Host: x\r\nConnection: a b\r\n"), 400, false},
    {"fields too long", get("Host: x\r\nX-A: " + std::string(header_limit, 'a') + "\r\n"), 431,
     false},
    {"fields without end", "GET / HTTP/1.1\r\nHost: x\r\nX-A: " + std::string(header_limit, 'a'),
     431, false},
    {"an unknown expectation", post("Expect: 200-maybe\r\nContent-Length: 0\r\n"), 417, false},
    {"two expectations", post("Expect: 100-continue\r\nExpect: more\r\nContent-Length: 0\r\n"), 417,
     false},
    {"an expectation without a body", get("Host: x\r\nExpect: 100-continue\r\n"), 200, true},

    // how long the body is
    {"a GET with a body", get("Host: x\r\nContent-Length: 3\r\n") + "abc", 400, false},
    {"a GET with chunks", get("Host: x\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400,
     false},
    {"a HEAD with a body", "HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 400,
     false},
    {"length and chunks", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
     400, false},
    {"chunks and length", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"),
     400, false},
    {"chunks and no length",
     post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "0\r\n\r\n"), 400, false},
    {"two lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), 400, false},
    {"one length twice", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400, false},
    {"a list of lengths", post("Content-Length: 3, 3\r\n", "abc"), 400, false},
    {"a negative length", post("Content-Length: -1\r\n"), 400, false},
    {"a signed length", post("Content-Length: +3\r\n", "abc"), 400, false},
    {"a hexadecimal length", post("Content-Length: 0x3\r\n", "abc"), 400, false},
    {"an empty length", post("Content-Length:\r\n"), 400, false},
    {"a length with a space", post("Content-Length: 1 0\r\n", "abcdefghij"), 400, false},
    {"the longest body", post("Content-Length: 65536\r\n", std::string(body_limit, 'a')), 200,
     true},
    {"a longer body", post("Content-Length: 65537\r\n", std::string(body_limit + 1, 'a')), 413,
     false},
    {"a length beyond numbers", post("Content-Length: 99999999999999999999\r\n"), 413, false},
    {"gzip", post("Transfer-Encoding: gzip\r\n", "abc"), 400, false},
    {"gzip in chunks", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400, false},
    {"identity", post("Transfer-Encoding: identity\r\n"), 400, false},
    {"an empty encoding", post("Transfer-Encoding:\r\n"), 400, false},
    {"chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400, false},
    {"chunked in two fields",
     post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400, false},
    {"chunked, quoted", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 400, false},
    {"chunked and something", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400, false},
    {"chunked, upper case", post("TRANSFER-ENCODING: CHUNKED\r\n", "0\r\n\r\n"), 200, true},
    {"chunked after a tab", post("Transfer-Encoding:\tchunked \r\n", "0\r\n\r\n"), 200, true},
    {"chunked after an escape",
     post("Transfer-Encoding: \x0b"
          "chunked\r\n",
          "0\r\n\r\n"),
     400, false},
    {"chunked with a parameter", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), 400,
     false},
    {"nothing and chunked", post("Transfer-Encoding: , chunked\r\n", "0\r\n\r\n"), 400, false},
    {"chunked before a colon with a space", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
     400, false},
    {"chunked in a fold", post("X-A: b\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400,
     false},
    {"chunked behind a NUL", post(std::string("Transfer-Encoding: chunked\0\r\n", 29), "0\r\n\r\n"),
     400, false},
    {"chunked behind a bare carriage return",
     post("X-A: b\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400, false},
    {"chunked behind a bare line feed", post("X-A: b\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
     400, false},
    {"a name that only resembles it",
     post("Transfer_Encoding: chunked\r\nContent-Length: 3\r\n", "abc"), 200, true},
    {"a length in HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", 200, false},
    {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
     false},

    // chunks
    {"no chunk", chunked("0\r\n\r\n"), 200, true},
    {"chunks", chunked("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"), 200, true},
    {"a chunk's extension", chunked("3;a=b\r\nabc\r\n0\r\n\r\n"), 200, true},
    {"a trailer", chunked("3\r\nabc\r\n0\r\nX-A: b\r\n\r\n"), 200, true},
    {"a trailer with a length", chunked("0\r\nContent-Length: 5\r\n\r\n"), 400, false},
    {"a line feed in an extension", chunked("3;a=\"\n\"\r\nabc\r\n0\r\n\r\n"), 400, false},
    {"no size", chunked("\r\nabc\r\n0\r\n\r\n"), 400, false},
    {"a size that is no hex", chunked("g\r\nabc\r\n0\r\n\r\n"), 400, false},
    {"a negative size", chunked("-3\r\nabc\r\n0\r\n\r\n"), 400, false},
    {"a size with 0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400, false},
    {"a size beyond numbers", chunked("fffffffffffffffff\r\nabc\r\n0\r\n\r\n"), 400, false},
    {"a chunk longer than said", chunked("3\r\nabcd\r\n0\r\n\r\n"), 400, false},
    {"a chunk ended by a line feed", chunked("3\r\nabc\n0\r\n\r\n"), 400, false},
    {"a size ended by a line feed", chunked("3\nabc\r\n0\r\n\r\n"), 400, false},
    {"a size with a sign", chunked("+3\r\nabc\r\n0\r\n\r\n"), 400, false},
    {"a size with a space in front", chunked(" 3\r\nabc\r\n0\r\n\r\n"), 400, false},
    {"a size of zeros", chunked("0003\r\nabc\r\n000\r\n\r\n"), 200, true},
    {"a chunk shorter than said", chunked("4\r\nabc\r\n0\r\n\r\n"), 400, false},
    {"a chunk ended by a carriage return", chunked("3\r\nabc\r0\r\n\r\n"), 400, false},
    {"a chunk's end with something more", chunked("3\r\nabc\r\nX\r\n0\r\n\r\n"), 400, false},
    {"a trailer without a colon", chunked("0\r\nnonsense\r\n\r\n"), 400, false},
    {"a chunk over the limit", chunked("10001\r\n"), 413, false},
    {"chunks over the limit", chunked("ffff\r\n" + std::string(0xffff, 'a') + "\r\n2\r\n"), 413,
     false},
    {"a chunk's header without end", chunked("3;" + std::string(header_limit, 'a')), 400, false},
};

bool answers_without_body(const RawRequest& request) {
  return request.status == 200 && request.bytes.starts_with("HEAD");
}

// Every way to say how long the body is, once and twice, in both orders.
std::vector<RawRequest> all_lengths() {
  struct Said {
    std::string field;
    std::optional<std::string> body;  // nothing: a reason to refuse
  };
  const std::string length = "Content-Length: ";
  const std::string encoding = "Transfer-Encoding: ";
  const std::string chunks = "3\r\nabc\r\n0\r\n\r\n";
  const std::vector<Said> said{{length + "0\r\n", ""},
                               {length + "3\r\n", "abc"},
                               {length + "3, 3\r\n", {}},
                               {length + "x\r\n", {}},
                               {encoding + "chunked\r\n", chunks},
                               {encoding + "gzip\r\n", {}},
                               {encoding + "gzip, chunked\r\n", {}},
                               {encoding + "identity\r\n", {}}};
  std::vector<RawRequest> rows;
  for (const std::string method : {"GET", "HEAD", "POST"}) {
    const std::string start = fmt::format("{} / HTTP/1.1\r\nHost: x\r\n", method);
    for (const Said& first : said) {
      const bool good = first.body && (method == "POST" || first.body->empty());
      rows.push_back({fmt::format("{} {}", method, first.field),
                      fmt::format("{}{}\r\n{}", start, first.field, first.body.value_or(chunks)),
                      good ? 200 : 400, good});
      for (const Said& second : said)
        rows.push_back({fmt::format("{} {}{}", method, first.field, second.field),
                        fmt::format("{}{}{}\r\n{}", start, first.field, second.field, chunks), 400,
                        false});
    }
  }
  return rows;
}

class RawRequests : public Serving {
 protected:
  RawRequests() { serve(echo); }

  void expect_answer(const RawRequest& request, RawClient& client) {
    const auto reply = client.reply(answers_without_body(request));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, request.status) << reply->body;
    EXPECT_EQ(reply->headers.at("connection"), request.kept ? "keep-alive" : "close");
    EXPECT_EQ(reply->headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(reply->headers.contains("allow"), request.status == 405);
    if (request.kept)
      EXPECT_EQ(client.ask(get("Host: x\r\n")), 200);
    else
      EXPECT_TRUE(client.closed());
  }
};

INSTANTIATE_TEST_SUITE_P(, RawRequests, over_both, name_of_over);

TEST_P(RawRequests, AreAnswered) {
  for (const RawRequest& request : raw_requests) {
    SCOPED_TRACE(request.name);
    const auto client = connect();
    client->send(request.bytes);
    expect_answer(request, *client);
  }
}

TEST_P(RawRequests, AreAnsweredAlikeByteByByte) {
  for (const RawRequest& request : raw_requests) {
    SCOPED_TRACE(request.name);
    if (request.bytes.size() > 1000)
      continue;
    const auto client = connect();
    client->send_bytewise(request.bytes);
    expect_answer(request, *client);
  }
}

TEST_P(RawRequests, HideNothingBehindThem) {
  for (const RawRequest& request : raw_requests) {
    SCOPED_TRACE(request.name);
    const auto client = connect();
    client->send(request.bytes + get("Host: x\r\n"));
    client->finish_sending();
    int answers = 0;
    while (client->reply(answers == 0 && answers_without_body(request)))
      ++answers;
    EXPECT_EQ(answers, request.kept ? 2 : 1);
  }
}

TEST_P(RawRequests, OfAllLengthsAreAnswered) {
  const std::vector<RawRequest> rows = all_lengths();
  ASSERT_GT(rows.size(), 200u);
  for (const RawRequest& request : rows) {
    SCOPED_TRACE(request.name);
    const auto client = connect();
    client->send(request.bytes);
    expect_answer(request, *client);
  }
}

// Those before it are answered, those behind it aren't.
TEST_P(RawRequests, AreAnsweredUpToTheFirstBadOne) {
  const std::string good = get("Host: x\r\n");
  for (const RawRequest& request : raw_requests) {
    SCOPED_TRACE(request.name);
    const auto client = connect();
    client->send(fmt::format("{0}{0}{1}{0}", good, request.bytes));
    client->finish_sending();
    std::vector<int> statuses;
    for (std::optional<RawReply> reply;
         (reply = client->reply(statuses.size() == 2 && answers_without_body(request)));)
      statuses.push_back(reply->status);
    std::vector<int> expected{200, 200, request.status};
    if (request.kept)
      expected.push_back(200);
    EXPECT_EQ(statuses, expected);
  }
}

TEST_P(RawRequests, ThatStopHalfWayAreNotAnswered) {
  const std::string whole =
      post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nX-A: b\r\n\r\n");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const auto client = connect();
    client->send(whole.substr(0, size));
    client->finish_sending();
    EXPECT_TRUE(client->closed());
  }
}

}  // namespace
}  // namespace tenantscope
