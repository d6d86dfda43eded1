// The server over TLS: what is served is the same; who isn't able to speak it is told or let go.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <mutex>

#include "web/serving.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

asio::awaitable<WebResponse> answer_at_length(WebRequest request) {
  co_return WebResponse{.body = request.path == "/large" ? std::string(20'000'000, 'a')
                                                         : request.method + " " + request.path};
}

class WebTls : public testing::Test {
 protected:
  void start(WebHandler handler = answer_at_length, WebLimits limits = {},
             LogLevel level = LogLevel::error) {
    (void)std::signal(SIGPIPE, SIG_IGN);
    use(certificate_);
    const TlsSource source = [this] {
      const std::lock_guard lock(mutex_);
      return context_;
    };
    server_ = std::make_unique<WebServer>(listen_on_all({"127.0.0.1:0"}), std::move(handler),
                                          Log(level, LogFormat::logfmt), limits, source);
    server_->start();
  }
  void use(const Certificate& certificate) {
    const std::lock_guard lock(mutex_);
    context_ = context_of(certificate);
  }
  std::string address() const { return server_->addresses().front(); }

  TemporaryFolder folder_;
  Certificate certificate_ = make_certificate(folder_.path(), "IP:127.0.0.1");
  std::mutex mutex_;
  std::shared_ptr<SSL_CTX> context_;  // guarded by mutex_
  std::unique_ptr<WebServer> server_;
};

TEST_F(WebTls, ServesInBothVersions) {
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(address(), certificate_.file, version);
    EXPECT_EQ(SSL_version(client.tls()), version);
    client.send(get_path("/a"));
    EXPECT_EQ(client.reply().value_or(RawReply{}).body, "GET /a");
    EXPECT_EQ(client.ask("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"), 200);
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(client.reply());
    EXPECT_TRUE(client.told_goodbye());
  }
}

TEST_F(WebTls, SendsMuchAndTakesManyAtOnce) {
  start();
  TlsClient client(address(), certificate_.file);
  client.send(get_path("/large"));
  EXPECT_EQ(client.reply().value_or(RawReply{}).body.size(), 20'000'000u);
  std::string requests;
  for (int i = 0; i < 500; ++i)
    requests += get_path("/" + std::to_string(i));
  client.send(requests);
  for (int i = 0; i < 500; ++i)
    EXPECT_EQ(client.reply().value_or(RawReply{}).body, "GET /" + std::to_string(i));
}

TEST_F(WebTls, TellsPlainHttpSo) {
  start();
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  for (const std::string& request : {get, post, get_path("/" + std::string(100'000, 'a'))}) {
    RawClient client(address());
    client.send(request);
    const auto reply = client.reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 400);
    EXPECT_EQ(reply->body, "Client sent an HTTP request to an HTTPS server.\n");
    EXPECT_TRUE(client.closed());
  }
}

TEST_F(WebTls, TakesTheCertificateOfTheDayForEachConnection) {
  start();
  const TemporaryFolder other_folder;
  const Certificate other = make_certificate(other_folder.path(), "IP:127.0.0.1");
  TlsClient before(address(), certificate_.file);
  EXPECT_THROW(TlsClient(address(), other.file), std::runtime_error);
  use(other);
  EXPECT_EQ(TlsClient(address(), other.file).ask(get), 200);
  EXPECT_THROW(TlsClient(address(), certificate_.file), std::runtime_error);
  EXPECT_EQ(before.ask(get), 200);
}

TEST_F(WebTls, MayComeAndGo) {
  start();
  {
    const std::lock_guard lock(mutex_);
    context_ = nullptr;
  }
  EXPECT_EQ(RawClient(address()).ask(get), 200);
}

TEST_F(WebTls, IsQuietAboutHandshakesThatFail) {
  testing::internal::CaptureStderr();
  start(answer_at_length, {}, LogLevel::info);
  for (const std::string& nonsense :
       {std::string("\x16\x03\x01\x00\x05hello", 10), std::string("SSH-2.0-OpenSSH_9.2\r\n"),
        std::string(1000, '\0')}) {
    RawClient client(address());
    client.send(nonsense);
    client.finish_sending();
    try {
      while (!client.read(1).empty())
        continue;  // an alert
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
  const TemporaryFolder other;
  EXPECT_THROW(TlsClient(address(), make_certificate(other.path(), "IP:127.0.0.1").file),
               std::runtime_error);
  EXPECT_EQ(TlsClient(address(), certificate_.file).ask(get), 200);
  server_.reset();  // its log with it
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(WebTls, EndsHandshakesThatTakeTooLong) {
  start(answer_at_length, {.handshake_time = 30ms, .header_time = 1h, .idle_time = 1h});
  for (const std::string& beginning :
       {std::string(), std::string("\x16"),
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string("GET")}) {
    RawClient client(address());
    client.send(beginning);
    EXPECT_TRUE(client.closed()) << beginning;
  }
  EXPECT_EQ(TlsClient(address(), certificate_.file).ask(get), 200);
}

TEST_F(WebTls, KeepsTheTimeLimitsOfPlainConnections) {
  start(answer_at_length, {.header_time = 300ms, .idle_time = 30ms});
  TlsClient silent(address(), certificate_.file);
  EXPECT_TRUE(silent.told_goodbye());
  TlsClient half(address(), certificate_.file);
  half.send("GET / HT");
  EXPECT_TRUE(half.told_goodbye());
  TlsClient idle(address(), certificate_.file);
  EXPECT_EQ(idle.ask(get), 200);
  EXPECT_TRUE(idle.told_goodbye());
}

TEST_F(WebTls, EndsConnectionsThatDontRead) {
  start(answer_at_length, {.header_time = 500ms, .write_time = 50ms});
  TlsClient client(address(), certificate_.file);
  client.send(get_path("/large"));
  ASSERT_FALSE(client.read(1).empty());
  EXPECT_TRUE(TlsClient(address(), certificate_.file).closed());  // a header_time passes
  EXPECT_LT(client.read(30'000'000).size(), 20'000'000u);
}

TEST_F(WebTls, RefusesToNegotiateAnew) {
  start();
  TlsClient client(address(), certificate_.file, TLS1_2_VERSION);
  EXPECT_EQ(client.ask(get), 200);
  ASSERT_EQ(SSL_renegotiate(client.tls()), 1);
  client.send(get);
  EXPECT_FALSE(client.reply());
}

TEST_F(WebTls, AnswersAClientThatHasFinishedSending) {
  start();
  TlsClient client(address(), certificate_.file, TLS1_3_VERSION);
  client.send(get + get);
  client.finish_sending();
  EXPECT_TRUE(client.reply());
  EXPECT_TRUE(client.reply());
  EXPECT_TRUE(client.told_goodbye());
}

TEST_F(WebTls, IsNotForTheControlSocket) {
  const std::string file = folder_.path() / "control";
  std::vector<ListeningSocket> sockets = listen_on_all({"127.0.0.1:0", "unix:" + file});
  sockets.back().control = true;
  const auto tell = [](WebRequest request) -> asio::awaitable<WebResponse> {
    co_return WebResponse{.body = request.peer + " " + (request.local ? "local" : "remote") + " " +
                                  (request.control ? "control" : "web")};
  };
  (void)std::signal(SIGPIPE, SIG_IGN);
  WebServer server(std::move(sockets), tell, quiet, {},
                   [context = context_of(certificate_)] { return context; });
  server.start();
  RawClient owner("unix:" + file);
  owner.send(get);
  EXPECT_EQ(owner.reply().value_or(RawReply{}).body, " local control");
  TlsClient web(server.addresses().front(), certificate_.file);
  web.send(get);
  EXPECT_EQ(web.reply().value_or(RawReply{}).body, "127.0.0.1 local web");
}

}  // namespace
}  // namespace tenantscope
