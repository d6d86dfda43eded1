#include "web/server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/callback.hpp"
#include "base/result.hpp"
#include "web/serving.hpp"

namespace tenantscope {
namespace {

TEST(WebServer, AnswersWhatTheHandlerSays) {
  const auto handler = [](WebRequest) -> asio::awaitable<WebResponse> {
    co_return WebResponse{.status = 410,
                          .content_type = "application/json",
                          .body = "{}",
                          .headers = {{"X-Oldest", "7"}}};
  };
  Running server(handler);
  RawClient client(server.address());
  client.send(get);
  const auto reply = client.reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 410);
  EXPECT_EQ(reply->body, "{}");
  EXPECT_EQ(reply->headers,
            (std::map<std::string, std::string>{{"content-type", "application/json"},
                                                {"content-length", "2"},
                                                {"x-content-type-options", "nosniff"},
                                                {"connection", "keep-alive"},
                                                {"x-oldest", "7"}}));
}

TEST(WebServer, ListensAtMoreOnceItRuns) {
  Running server(echo);
  TemporaryFolder folder;
  const std::string path = folder.path() / "control";
  server.listen_at(listen_for_owner(path));
  RawClient client("unix:" + path);
  client.send(get);
  const auto reply = client.reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "GET /");
  EXPECT_EQ(server.addresses().size(), 1u);
  server.stop();
  EXPECT_FALSE(std::filesystem::exists(path)) << "its file goes with it";
}

TEST(WebServer, HandsTheRequestOver) {
  const auto handler = [](WebRequest request) -> asio::awaitable<WebResponse> {
    co_return WebResponse{.body = request.method + " " + request.path + " " +
                                  std::string(request.parameter("q").value_or("none")) + " " +
                                  std::string(request.header("x-a"))};
  };
  Running server(handler);
  RawClient client(server.address());
  client.send(
      "POST /a%20b?q=%C3%BC HTTP/1.1\r\nHost: x\r\nX-A: b\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_EQ(client.reply()->body, "POST /a b \u00fc b");
}

TEST(WebServer, AnswersHeadLikeGetButWithoutABody) {
  Running server(echo);
  RawClient client(server.address());
  client.send("HEAD /some HTTP/1.1\r\nHost: x\r\n\r\n" + get_path("/next"));
  const auto reply = client.reply(true);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->headers.at("content-length"), "10");
  EXPECT_EQ(client.reply()->body, "GET /next");
}

TEST(WebServer, AnswersPipelinedRequestsInOrder) {
  Running server(echo);
  RawClient client(server.address());
  std::string requests;
  for (int i = 0; i < 2000; ++i)
    requests += get_path("/" + std::to_string(i));
  std::thread sender([&] { client.send(requests); });
  for (int i = 0; i < 2000; ++i)
    EXPECT_EQ(client.reply().value_or(RawReply{}).body, "GET /" + std::to_string(i));
  sender.join();
}

TEST(WebServer, AnswersAClientThatHasFinishedSending) {
  Running server(echo);
  RawClient client(server.address());
  client.send(get + get);
  client.finish_sending();
  EXPECT_TRUE(client.reply());
  EXPECT_TRUE(client.reply());
  EXPECT_TRUE(client.closed());
}

TEST(WebServer, SaysNothingToHalfARequest) {
  Running server(echo);
  for (const std::string half :
       {"", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    RawClient client(server.address());
    client.send(half);
    client.finish_sending();
    EXPECT_TRUE(client.closed()) << half;
  }
}

TEST(WebServer, InvitesABodyThatWaitsForIt) {
  Running server(echo);
  RawClient client(server.address());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.read(25), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.ask("abc"), 200);
  EXPECT_EQ(
      client.ask(
          "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n"),
      413);
}

TEST(WebServer, AnswersAClientThatNeverStopsSending) {
  Running server(echo);
  RawClient client(server.address());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n" +
              std::string(10'000'000, 'a'));
  EXPECT_EQ(client.reply().value_or(RawReply{}).status, 413);
}

TEST(WebServer, Answers500OnceLogged) {
  const auto handler = [](WebRequest request) -> asio::awaitable<WebResponse> {
    if (request.path == "/bad")
      throw std::runtime_error("the cause");
    co_return WebResponse{};
  };
  Running server(handler);
  testing::internal::CaptureStderr();
  RawClient client(server.address());
  client.send(get_path("/bad"));
  const auto reply = client.reply();
  EXPECT_EQ(client.ask(get), 200);
  server.stop();
  const std::string log = captured_log(quiet);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 500);
  EXPECT_EQ(reply->body.find("cause"), std::string::npos);
  EXPECT_NE(log.find("level=error msg=\"a request failed\" path=/bad err=\"the cause\"\n"),
            log.npos);
  EXPECT_EQ(std::ranges::count(log, '\n'), 1);
}

TEST(WebServerStop, AnswersWhoHasJustCome) {
  Running server(echo, {.stop_time = std::chrono::minutes(1)});
  RawClient client(server.address());
  EXPECT_EQ(RawClient(server.address()).ask(get), 200) << "who came later";
  const auto stopped = std::async(std::launch::async, [&] { server.stop(); });
  const auto listens = [&] {
    try {
      return RawClient(server.address()).ask(get) != 0;
    } catch (const std::runtime_error&) {
      return false;
    }
  };
  while (listens())
    continue;
  EXPECT_EQ(client.ask(get), 200);
}

TEST(WebServerListeners, AreSeveralAtOnce) {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "web";
  WebServer server(listen_on_all({"127.0.0.1:0", "unix:" + file, "127.0.0.1:0"}), echo, quiet);
  server.start();
  const auto addresses = server.addresses();
  ASSERT_EQ(addresses.size(), 3u);
  EXPECT_EQ(addresses[1], "unix:" + file);
  EXPECT_NE(addresses[0], addresses[2]);
  for (const std::string& address : addresses)
    EXPECT_EQ(RawClient(address).ask(get), 200) << address;
  EXPECT_TRUE(std::filesystem::exists(file));
  server.stop();
  EXPECT_FALSE(std::filesystem::exists(file));
  for (const std::string& address : addresses)
    EXPECT_THROW(RawClient{address}, std::runtime_error) << address;
  EXPECT_EQ(server.addresses(), addresses);
}

TEST(WebServerListeners, SayWhoComesAndHow) {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "web";
  const auto tell = [](WebRequest request) -> asio::awaitable<WebResponse> {
    const std::string user = request.user_id ? std::to_string(*request.user_id) : "nobody";
    co_return WebResponse{.body = user + (request.by_loopback ? " by loopback" : " otherwise")};
  };
  WebServer server(listen_on_all({"127.0.0.1:0", "unix:" + file, "0.0.0.0:0"}), tell, quiet);
  server.start();
  const auto told = [](const std::string& address) {
    RawClient client(address);
    client.send(get);
    return client.reply().value_or(RawReply{}).body;
  };
  const auto addresses = server.addresses();
  EXPECT_EQ(told(addresses[0]), "nobody by loopback");
  EXPECT_EQ(told(addresses[1]), std::to_string(::geteuid()) + " otherwise");
  EXPECT_EQ(told("127.0.0.1" + addresses[2].substr(addresses[2].find(':'))), "nobody otherwise");
}

TEST(WebServer, CountsAnswersByTheirStatus) {
  std::map<unsigned, int> counted;
  WebServer server(listen_on_all({"127.0.0.1:0"}), echo, quiet, {}, {},
                   {.refused = {}, .answered = [&](unsigned status) { ++counted[status]; }});
  server.start();
  RawClient client(server.addresses().front());
  EXPECT_EQ(client.ask(get), 200);
  EXPECT_EQ(client.ask(get), 200);
  EXPECT_EQ(RawClient(server.addresses().front()).ask("PUT / HTTP/1.1\r\nHost: x\r\n\r\n"), 405);
  server.stop();
  EXPECT_EQ(counted, (std::map<unsigned, int>{{200, 2}, {405, 1}}));
}

TEST(WebServerListeners, ServeIpv6) {
  std::unique_ptr<WebServer> server;
  try {
    server = std::make_unique<WebServer>(listen_on_all({"[::1]:0"}), echo, quiet);
  } catch (const FatalError& error) {
    GTEST_SKIP() << "this machine has no IPv6: " << error.what();
  }
  server->start();
  EXPECT_EQ(RawClient(server->addresses().front()).ask(get), 200);
}

TEST(WebServerListeners, AreAllOrNone) {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "web";
  Running other(echo);
  try {
    WebServer server(listen_on_all({"unix:" + file, other.address()}), echo, quiet);
    ADD_FAILURE() << "bound a port that is taken";
  } catch (const FatalError& error) {
    EXPECT_EQ(error.exit_code, exit_failure);
    EXPECT_EQ(error.what(), "can't listen on " + other.address() + ": Address already in use");
  }
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(WebServerListeners, KeepAPortFromBeforeTheStart) {
  WebServer server(listen_on_all({"127.0.0.1:0"}), echo, quiet);
  RawClient client(server.addresses().front());
  client.send(get);
  server.start();
  EXPECT_TRUE(client.reply());
}

TEST(WebServerStop, EndsSuspendedHandlersQuietly) {
  testing::internal::CaptureStderr();
  LongPoll poll;
  Running server(poll.handler());
  RawClient client(server.address());
  client.send(get);
  poll.await_begin();
  EXPECT_FALSE(poll.has_ended());
  server.stop();
  EXPECT_TRUE(poll.has_ended());
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(captured_log(quiet), "");
}

asio::awaitable<WebResponse> answer_at_length(WebRequest request) {
  co_return WebResponse{.body = std::string(request.path == "/large" ? 20'000'000 : 0, 'a')};
}

TEST(WebServerStop, EndsConnectionsInEveryState) {
  Running server(answer_at_length);
  RawClient fresh(server.address());
  RawClient idle(server.address());
  RawClient half(server.address());
  RawClient reading(server.address());
  EXPECT_EQ(idle.ask(get), 200);
  half.send("GET / HTTP/1.1\r\n");
  reading.send(get_path("/large"));
  EXPECT_FALSE(reading.read(1).empty());
  server.stop();
  EXPECT_TRUE(fresh.closed());
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(half.closed());
  EXPECT_LT(reading.read(20'000'000).size(), 20'000'000u);
}

asio::awaitable<WebResponse> wait_elsewhere(std::promise<Callback<int>>& callback) {
  std::function<void(Callback<int>)> start = [&callback](Callback<int> done) {
    callback.set_value(std::move(done));
  };
  const int value = co_await await_callback<int>(std::move(start));
  co_return WebResponse{.body = std::to_string(value)};
}

TEST(WebServerStop, OutlivesHandlersThatWaitForOtherThreads) {
  for (const bool called : {true, false}) {
    std::promise<Callback<int>> callback;
    auto server =
        std::make_unique<Running>([&callback](WebRequest) { return wait_elsewhere(callback); });
    RawClient client(server->address());
    client.send(get);
    Callback<int> done = callback.get_future().get();
    server->stop();
    server.reset();
    if (called)
      done(7);
    done = {};
  }
}

TEST(WebServer, AnswersHandlersThatWaitedForOtherThreads) {
  std::promise<Callback<int>> callback;
  Running server([&callback](WebRequest) { return wait_elsewhere(callback); });
  RawClient client(server.address());
  client.send(get);
  std::jthread other([done = callback.get_future().get()] { done(7); });
  EXPECT_EQ(client.reply().value_or(RawReply{}).body, "7");
}

TEST(WebServerStop, MayComeTwiceOrWithoutAStart) {
  WebServer never(listen_on_all({"127.0.0.1:0"}), echo, quiet);
  never.stop();
  Running server(echo);
  server.stop();
  server.stop();
}

}  // namespace
}  // namespace tenantscope
