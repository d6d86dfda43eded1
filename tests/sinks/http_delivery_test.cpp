#include "sinks/http_delivery.hpp"

#include <fmt/chrono.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/clock.hpp"
#include "sinks/receiver.hpp"
#include "support/event_loop.hpp"
#include "support/printing.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using Advice = Refusal::Advice;
using Ending = Receiver::Ending;

class HttpDeliveryTest : public ::testing::Test {
 protected:
  Delivery post(const std::string& url, HttpClientSettings client = {},
                Duration timeout = std::chrono::seconds(10)) {
    Post post{.to = address_of({.url = url, .file = {}}).value(),
              .letter = {.content_type = "text/plain", .body = "hello"},
              .headers = {"X-One: 1"}};
    return run(loop_, deliver_post(std::make_shared<HttpClient>(fetcher_, std::move(client)),
                                   timeout, std::move(post)));
  }
  Refusal refusal(const std::string& url, HttpClientSettings client = {},
                  Duration timeout = std::chrono::seconds(10)) {
    return post(url, std::move(client), timeout).error();
  }
  static HttpClientSettings token(const std::filesystem::path& file) {
    HttpClientSettings client;
    client.authorization.credentials.file = file;
    return client;
  }
  static HttpClientSettings password(const std::filesystem::path& file) {
    HttpClientSettings client;
    client.basic_auth = {.username = "user", .password = {.file = file}};
    return client;
  }

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }

  TemporaryFolder folder_;
  boost::asio::io_context loop_;
  Fetcher fetcher_;
};

TEST_F(HttpDeliveryTest, PostsWhatItIsGiven) {
  Receiver receiver;
  EXPECT_TRUE(post(receiver.url() + "/a?b=c"));
  ASSERT_EQ(receiver.received().size(), 1u);
  const Received received = receiver.received().front();
  EXPECT_EQ(received.request, "POST /a?b=c HTTP/1.1");
  EXPECT_EQ(received.body, "hello");
  const std::map<std::string, std::string> headers{{"accept", "*/*"},
                                                   {"content-length", "5"},
                                                   {"content-type", "text/plain"},
                                                   {"host", receiver.address()},
                                                   {"user-agent", "tenantscope/0.1.0"},
                                                   {"x-one", "1"}};
  EXPECT_EQ(received.headers, headers);
}

TEST_F(HttpDeliveryTest, JudgesByTheStatus) {
  struct Row {
    int status;
    std::optional<ErrorKind> kind;  // nothing: taken
    Advice advice = Advice::soon;
  };
  const std::vector<Row> table{
      {200, std::nullopt},
      {202, std::nullopt},
      {204, std::nullopt},
      {299, std::nullopt},
      {300, ErrorKind::redirect, Advice::later},
      {304, ErrorKind::redirect, Advice::later},
      {308, ErrorKind::redirect, Advice::later},
      {400, ErrorKind::http_status, Advice::later},
      {401, ErrorKind::http_status, Advice::later},
      {404, ErrorKind::http_status, Advice::later},
      {408, ErrorKind::http_status, Advice::soon},
      {409, ErrorKind::http_status, Advice::later},
      {410, ErrorKind::http_status, Advice::never},
      {413, ErrorKind::http_status, Advice::later},
      {425, ErrorKind::http_status, Advice::soon},
      {429, ErrorKind::throttled, Advice::soon},
      {500, ErrorKind::http_status, Advice::soon},
      {503, ErrorKind::http_status, Advice::soon},
      {599, ErrorKind::http_status, Advice::soon},
      {600, ErrorKind::http_status, Advice::later},
      {999, ErrorKind::http_status, Advice::later},
  };
  Receiver receiver;
  for (const Row& row : table) {
    const bool bodyless = row.status == 204 || row.status == 304;
    const std::string line = std::to_string(row.status) + " Some Reason";
    receiver.answer_with(bodyless ? "HTTP/1.1 " + line + "\r\n\r\n"
                                  : Receiver::status(line, "why"));
    const Delivery delivery = post(receiver.url());
    ASSERT_EQ(bool(delivery), !row.kind) << row.status;
    if (delivery)
      continue;
    EXPECT_EQ(delivery.error().error.kind, row.kind) << row.status;
    EXPECT_EQ(delivery.error().advice, row.advice) << row.status;
    EXPECT_EQ(delivery.error().error.detail, receiver.url() + " answered with status " +
                                                 std::to_string(row.status) +
                                                 (bodyless ? "" : ": why"));
    EXPECT_EQ(delivery.error().retry_after, std::nullopt) << row.status;
  }
}

TEST_F(HttpDeliveryTest, FollowsNoRedirect) {
  Receiver canary;
  for (const int status : {301, 302, 303, 307, 308}) {
    Receiver receiver(
        Receiver::status(std::to_string(status) + " Moved\r\nLocation: " + canary.url()));
    EXPECT_EQ(refusal(receiver.url()).error.kind, ErrorKind::redirect);
  }
  EXPECT_EQ(canary.connections(), 0);
}

TEST_F(HttpDeliveryTest, HeedsRetryAfterInAllItsForms) {
  const auto in = [](const char* format, std::chrono::hours hours) {
    return fmt::format(fmt::runtime(format),
                       fmt::gmtime(std::chrono::system_clock::to_time_t(wall_now() + hours)));
  };
  struct Row {
    std::string text;
    std::optional<Duration> wait;
  };
  const std::vector<Row> table{
      {"0", 0s},
      {"120", 120s},
      {in("{:%a, %d %b %Y %H:%M:%S GMT}", 24h), 24h},
      {in("{:%A, %d-%b-%y %H:%M:%S GMT}", 24h), 24h},
      {in("{:%a %b %e %H:%M:%S %Y}", 24h), 24h},
      {in("{:%a, %d %b %Y %H:%M:%S GMT}", -24h), 0s},
      {"", std::nullopt},
      {"-1", std::nullopt},
      {"tomorrow", std::nullopt},
  };
  Receiver receiver;
  for (const Row& row : table) {
    for (const std::string status : {"429", "503", "404", "302", "410"}) {
      receiver.answer_with(Receiver::status(status + " Wait\r\nRetry-After: " + row.text));
      const auto wait = refusal(receiver.url()).retry_after;
      ASSERT_EQ(bool(wait), bool(row.wait)) << row.text << " " << status;
      if (!wait)
        continue;
      EXPECT_LE(*wait, *row.wait) << row.text;
      EXPECT_GE(*wait, std::max<Duration>(0s, *row.wait - (row.wait == 24h ? 1min : 0min)))
          << row.text;
    }
  }
}

TEST_F(HttpDeliveryTest, CountsAStatusHoweverItsBodyEnds) {
  const std::string endless(100'000, 'x');
  for (const Ending ending : {Ending::close, Ending::reset, Ending::hang}) {
    for (const std::string& body : {std::string(), std::string("abc"), endless}) {
      const std::string rest = "\r\nContent-Length: 1000000\r\n\r\n" + body;
      Receiver taking("HTTP/1.1 200 OK" + rest, ending);
      EXPECT_TRUE(post(taking.url(), {}, 1s)) << int(ending) << " " << body.size();
      EXPECT_EQ(taking.connections(), 1);
      Receiver refusing("HTTP/1.1 503 Service Unavailable" + rest, ending);
      EXPECT_EQ(refusal(refusing.url(), {}, 1s).error.kind, ErrorKind::http_status)
          << int(ending) << " " << body.size();
    }
  }
}

TEST_F(HttpDeliveryTest, EndsAnEndlessAnswer) {
  RawServer server([](RawConnection& connection) {
    connection.read_head();
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.send(std::string(4096, 'x')))
      continue;
  });
  EXPECT_TRUE(post(server.url(), {}, 1h));
}

TEST_F(HttpDeliveryTest, SaysWhyThereIsNoAnswer) {
  std::string gone;
  {
    RawServer server([](RawConnection&) {});
    gone = server.url();
  }
  RawServer plain(
      [](RawConnection& connection) { connection.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  Receiver resetting("", Ending::reset), hanging("", Ending::hang),
      babbling("what?\r\n\r\n", Ending::close),
      interim("HTTP/1.1 102 Processing\r\n\r\n", Ending::reset),
      large("HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n");
  const struct {
    std::string url;
    ErrorKind kind;
  } table[] = {
      {gone, ErrorKind::connect},
      {resetting.url(), ErrorKind::connect},
      {interim.url(), ErrorKind::connect},
      {babbling.url(), ErrorKind::connect},
      {hanging.url(), ErrorKind::timeout},
      {"https://" + plain.address(), ErrorKind::tls},
      {"http://nobody.invalid", ErrorKind::dns},
      {large.url(), ErrorKind::other},  // too_large is no reason of a delivery's
      {"http://[broken", ErrorKind::other},
  };
  for (const auto& [url, kind] : table) {
    const Refusal refused = refusal(url + "/path?token=secret", {},
                                    kind == ErrorKind::timeout ? Duration(200ms) : Duration(50s));
    EXPECT_EQ(refused.error.kind, kind) << url << ": " << refused.error.detail;
    EXPECT_EQ(refused.advice, Advice::soon) << url;
    EXPECT_EQ(refused.retry_after, std::nullopt) << url;
    EXPECT_TRUE(refused.error.detail.starts_with(url + ": ")) << refused.error.detail;
    EXPECT_EQ(refused.error.detail.find("secret"), std::string::npos) << refused.error.detail;
  }
}

TEST_F(HttpDeliveryTest, QuotesWhatALogCanShow) {
  const struct {
    std::string body, quoted;
  } table[] = {
      {"", ""},
      {" \r\n\t", ""},
      {"no\r\n\r\nsuch \x1b[31mhook\n", ": no such [31mhook"},
      {"\xff\xfe g\xc3\xbcltig", ": g ltig"},
      {std::string(200, 'x'), ": " + std::string(200, 'x')},
      {std::string(5000, 'x'), ": " + std::string(200, 'x') + "..."},
  };
  Receiver receiver;
  for (const auto& [body, quoted] : table) {
    receiver.answer_with(Receiver::status("500 Internal Server Error", body));
    const std::string with_user =
        "http://user:secret@" + receiver.address() + "/secret?secret#secret";
    EXPECT_EQ(refusal(with_user).error.detail,
              receiver.url() + " answered with status 500" + quoted);
  }
}

TEST_F(HttpDeliveryTest, ShowsItsTokenOrPassword) {
  Receiver receiver;
  EXPECT_TRUE(post(receiver.url(), token(write("token", "t0ken/+=\n"))));
  EXPECT_TRUE(post(receiver.url(), password(write("password", "p\xc3\xa4ss:word\r\n"))));
  EXPECT_TRUE(post(receiver.url()));
  ASSERT_EQ(receiver.received().size(), 3u);
  EXPECT_EQ(receiver.received()[0].header("authorization"), "Bearer t0ken/+=");
  EXPECT_EQ(receiver.received()[1].header("authorization"), "Basic dXNlcjpww6Rzczp3b3Jk");
  EXPECT_EQ(receiver.received()[2].header("authorization"), "");
}

TEST_F(HttpDeliveryTest, ReadsItsSecretEachTime) {
  Receiver receiver;
  const HttpClientSettings http = token(write("token", "old"));
  EXPECT_TRUE(post(receiver.url(), http));
  write("token", "new");
  EXPECT_TRUE(post(receiver.url(), http));
  std::filesystem::remove(folder_.path() / "token");
  const Refusal refused = refusal(receiver.url(), http);
  EXPECT_EQ(refused.error.kind, ErrorKind::io);
  EXPECT_EQ(refused.advice, Advice::later);
  EXPECT_NE(refused.error.detail.find((folder_.path() / "token").string()), std::string::npos)
      << refused.error.detail;
  EXPECT_EQ(refusal(receiver.url(), password(folder_.path() / "nothing")).advice, Advice::later);
  ASSERT_EQ(receiver.received().size(), 2u);
  EXPECT_EQ(receiver.received()[0].header("authorization"), "Bearer old");
  EXPECT_EQ(receiver.received()[1].header("authorization"), "Bearer new");
}

TEST_F(HttpDeliveryTest, TrustsTheFileItIsGiven) {
  const Certificate certificate = make_certificate(folder_.path(), "IP:127.0.0.1");
  Receiver receiver(Receiver::taken, Ending::keep, certificate);
  EXPECT_EQ(refusal(receiver.url()).error.kind, ErrorKind::tls);
  EXPECT_EQ(receiver.received().size(), 0u);
  HttpClientSettings trusting;
  trusting.tls.ca_file = certificate.file;
  const Delivery trusted = post(receiver.url(), trusting);
  EXPECT_TRUE(trusted) << trusted.error().error.detail;
  EXPECT_EQ(receiver.received().size(), 1u);
}

}  // namespace
}  // namespace tenantscope
