#include "web/request.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::uint64_t body_limit = 1000;

boost::system::result<RequestHead, BadRequest> parsed(const std::string& line,
                                                      const std::string& fields = "Host: x\r\n") {
  return parse_head(line + "\r\n" + fields + "\r\n", body_limit);
}

unsigned status(const boost::system::result<RequestHead, BadRequest>& result) {
  return result ? 200 : result.error().status;
}

TEST(HeadEnd, IsAfterTheEmptyLine) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\nA:\tb\r\n\r\n";
  EXPECT_EQ(find_head_end(head), head.size());
  EXPECT_EQ(find_head_end(head + head), head.size());
}

TEST(HeadEnd, IsFoundHoweverTheBytesArrive) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t first = 0; first < head.size(); ++first) {
    EXPECT_EQ(find_head_end(head.substr(0, first)), std::nullopt) << first;
    EXPECT_EQ(find_head_end(head, first), head.size()) << first;
  }
}

TEST(HeadEnd, IsWhereItTurnsMalformed) {
  const std::vector<std::pair<std::string, std::size_t>> cases{
      {"\r\nGET", 2},
      {"\nGET", 1},
      {"GET / HTTP/1.1\nHost", 15},
      {"GET / HTTP/1.1\r\nA: b\n\nC", 21},
      {"GET / HTTP/1.1\rX", 16},
      {"GET\r\r\n\r\n", 5},
      {"\x16\x03\x01", 1},
      {std::string("GET /\0a", 7), 6},
      {"GET /\x7f", 6},
      {"GET /\x1b[0m", 6},
  };
  for (const auto& [bytes, end] : cases) {
    EXPECT_EQ(find_head_end(bytes), end) << testing::PrintToString(bytes);
    EXPECT_EQ(status(parse_head(std::string_view(bytes).substr(0, end), body_limit)), 400u)
        << testing::PrintToString(bytes);
  }
}

TEST(TooLong, NamesWhatIsTooLong) {
  EXPECT_EQ(too_long("GET /aaaaaaa").status, 414u);
  EXPECT_EQ(too_long("GET / HTTP/1.1\r\nA: aaaaaa").status, 431u);
}

TEST(RequestHead, IsDecoded) {
  const auto head = parsed(
      "GET /api/v1/tenants/m%C3%BCnchen.example?q=a+b&empty=&bare&&after=%31&q=second%26third "
      "HTTP/1.1",
      "Host: localhost:10944\r\nACCEPT:text/plain \t\r\nX-Empty:\r\nAccept: second\r\n");
  ASSERT_TRUE(head) << head.error().why;
  const WebRequest& request = head->request;
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.path, "/api/v1/tenants/münchen.example");
  EXPECT_EQ(
      request.query,
      (Pairs{{"q", "a b"}, {"empty", ""}, {"bare", ""}, {"after", "1"}, {"q", "second&third"}}));
  EXPECT_EQ(request.headers, (Pairs{{"host", "localhost:10944"},
                                    {"accept", "text/plain"},
                                    {"x-empty", ""},
                                    {"accept", "second"}}));
  EXPECT_EQ(request.parameter("q"), "a b");
  EXPECT_EQ(request.parameter("bare"), "");
  EXPECT_EQ(request.parameter("missing"), std::nullopt);
  EXPECT_EQ(request.header("accept"), "text/plain");
  EXPECT_EQ(request.header("missing"), "");
  EXPECT_FALSE(head->has_body());
}

TEST(RequestHead, HasItsPathAsItCame) {
  for (const std::string path :
       {"/", "//", "/a//b", "/../etc/passwd", "/a/./b", "/a;b", "/a+b", "/~!$&'()*,:@{}|"}) {
    const auto head = parsed("GET " + path + " HTTP/1.1");
    ASSERT_TRUE(head) << path;
    EXPECT_EQ(head->request.path, path);
  }
  EXPECT_EQ(parsed("GET /%2e%2E/ HTTP/1.1")->request.path, "/../");
  EXPECT_EQ(parsed("GET /a%2Fb HTTP/1.1")->request.path, "/a/b");
}

TEST(RequestHead, RefusesTargets) {
  const std::vector<std::pair<std::string, unsigned>> cases{
      {"*", 400},
      {"a", 400},
      {"http://x/", 200},
      {"http:///", 400},
      {"http://", 400},
      {"http:/x", 400},
      {"http:x", 400},
      {"http://:80/", 400},
      {"http://x:y/", 400},
      {"http://a@x/", 400},
      {"http://a:b@x/", 400},
      {"http://x/#a", 400},
      {"http://x#a", 400},
      {"http://x/%zz", 400},
      {"http://::1/", 400},
      {"http://[::1/", 400},
      {"http://x\\y/", 400},
      {"ftp://x/", 400},
      {"//x/", 200},
      {"://x/", 400},
      {"http://" + std::string(target_limit, 'a') + "/", 414},
      {"x:443", 400},
      {"?a=b", 400},
      {"/#a", 400},
      {"/?a#b", 400},
      {"/%", 400},
      {"/%4", 400},
      {"/%zz", 400},
      {"/%+1", 400},
      {"/%0x41", 400},
      {"/%00", 400},
      {"/%0a", 400},
      {"/%1F", 400},
      {"/%7f", 400},
      {"/%ff", 400},
      {"/\xff", 400},
      {"/?a=%", 400},
      {"/?%0d=b", 400},
      {"/?a=%c3", 400},
      {"/?%c3=%bc", 400},
      {"/%C0%AF", 400},
      {"/" + std::string(target_limit, 'a'), 414},
      {"/" + std::string(target_limit - 1, 'a'), 200},
  };
  for (const auto& [target, expected] : cases)
    EXPECT_EQ(status(parsed("GET " + target + " HTTP/1.1")), expected) << target.substr(0, 20);
}

// RFC 9112, 3.2.2.
TEST(RequestHead, TakesAbsoluteTargets) {
  struct Row {
    std::string target, path, host;
  };
  const std::vector<Row> table{
      {"http://a.example:10944/metrics", "/metrics", "a.example:10944"},
      {"HTTPS://a.example/m%C3%BCnchen", "/münchen", "a.example"},
      {"http://a.example", "/", "a.example"},
      {"http://a.example:/", "/", "a.example:"},
      {"http://a.example?q=b", "/", "a.example"},
      {"http://[::1]:80/-/ready", "/-/ready", "[::1]:80"},
      {"http://[2001:db8::1]/", "/", "[2001:db8::1]"},
      {"http://a.example//b://c", "//b://c", "a.example"},
  };
  for (const auto& [target, path, host] : table) {
    const auto head = parsed("GET " + target + " HTTP/1.1", "Host: other\r\nA: b\r\n");
    ASSERT_TRUE(head) << target << ": " << head.error().why;
    EXPECT_EQ(head->request.path, path) << target;
    EXPECT_EQ(head->request.headers, (Pairs{{"a", "b"}, {"host", host}})) << target;
  }
  EXPECT_EQ(parsed("GET http://a?q=b HTTP/1.1")->request.parameter("q"), "b");
  EXPECT_EQ(parsed("GET http://a/ HTTP/1.0", "")->request.header("host"), "a");
}

// What Host says doesn't count, but it has to be there, once and well-formed.
TEST(RequestHead, OfAnAbsoluteTargetHasAHostAllTheSame) {
  const std::string line = "GET http://a.example/ HTTP/1.1";
  EXPECT_EQ(status(parsed(line, "")), 400u);
  EXPECT_EQ(status(parsed(line, "Host: a\r\nHost: a\r\n")), 400u);
  EXPECT_EQ(status(parsed(line, "Host: a b\r\n")), 400u);
  EXPECT_EQ(status(parsed(line, "Host:\r\n")), 200u);
  EXPECT_EQ(status(parsed("OPTIONS * HTTP/1.1")), 405u);
  EXPECT_EQ(status(parsed("CONNECT a.example:443 HTTP/1.1")), 405u);
}

TEST(RequestHead, TellsTheBodyFromItsLength) {
  const auto by_length = parsed("POST / HTTP/1.1", "Host: x\r\nContent-Length: 1000\r\n");
  ASSERT_TRUE(by_length);
  EXPECT_TRUE(by_length->has_body());
  EXPECT_EQ(by_length->content_length, 1000u);
  const auto by_chunks = parsed("POST / HTTP/1.1", "Host: x\r\ntransfer-encoding: Chunked\r\n");
  ASSERT_TRUE(by_chunks);
  EXPECT_TRUE(by_chunks->has_body());
  EXPECT_FALSE(parsed("POST / HTTP/1.1")->has_body());
}

TEST(RequestHead, AwaitsItsContinueOnlyWhereABodyFollows) {
  const std::string expect = "Host: x\r\nExpect: 100-Continue\r\n";
  EXPECT_TRUE(parsed("POST / HTTP/1.1", expect + "Content-Length: 1\r\n")->expects_continue);
  EXPECT_FALSE(parsed("POST / HTTP/1.1", expect + "Content-Length: 0\r\n")->expects_continue);
  EXPECT_FALSE(parsed("POST / HTTP/1.0", expect + "Content-Length: 1\r\n")->expects_continue);
  EXPECT_FALSE(parsed("GET / HTTP/1.1", expect)->expects_continue);
}

}  // namespace
}  // namespace tenantscope
