// More clients than seats, who wait for something to happen: they make room, and some seats are for
// none of them.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <mutex>
#include <vector>

#include "web/seat.hpp"
#include "web/serving.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// "/poll" waits as long as it may, "/work" for an hour, the others are echoed.
class Crowd : public testing::Test {
 protected:
  void serve(WebLimits limits) {
    server_ = std::make_unique<WebServer>(
        listen_on_all({"127.0.0.1:0"}),
        [this](WebRequest request) { return answer(std::move(request)); }, quiet, limits,
        TlsSource{},
        WebCounts{.refused = [this](RefusalReason reason) { ++refused_[std::size_t(reason)]; },
                  .answered = {}});
    server_->start();
  }
  std::unique_ptr<RawClient> connect() const {
    return std::make_unique<RawClient>(server_->addresses().front());
  }
  // Whose request the handler works on already.
  std::unique_ptr<RawClient> begin(const std::string& path) {
    const int before = waiting_;
    auto client = connect();
    client->send(get_path(path));
    const auto latest = std::chrono::steady_clock::now() + 20s;
    while (waiting_ == before)
      if (std::chrono::steady_clock::now() > latest)
        throw std::runtime_error("the request never came");
    return client;
  }
  int refused(RefusalReason reason) const { return refused_[std::size_t(reason)]; }

 private:
  asio::awaitable<WebResponse> answer(WebRequest request) {
    if (request.path == "/poll" || request.path == "/work")
      return wait(std::move(request));
    return echo(std::move(request));
  }
  asio::awaitable<WebResponse> wait(WebRequest request) {
    const auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor, 1h);
    auto answer_early = [timer] { timer->cancel(); };
    if (request.path == "/poll" &&
        !request.seat->begin_poll(std::chrono::steady_clock::now(), answer_early))
      co_return no_room("too many");
    ++waiting_;
    boost::system::error_code early;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, early));
    co_return WebResponse{.body = "nothing yet"};
  }

  std::atomic<int> waiting_ = 0;  // so far
  std::array<std::atomic<int>, refusal_reasons.size()> refused_{};
  std::unique_ptr<WebServer> server_;
};

TEST_F(Crowd, OfLongPollsAnswersThemEarlyToLetTheNewIn) {
  serve({.connections = 1});
  const auto poll = begin("/poll");
  EXPECT_EQ(connect()->ask(get), 200);
  const auto reply = poll->reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "nothing yet");
  EXPECT_EQ(reply->headers.at("connection"), "close");
  EXPECT_TRUE(poll->closed());
  EXPECT_EQ(refused(RefusalReason::evicted), 1);
  EXPECT_EQ(refused(RefusalReason::full), 0);
}

TEST_F(Crowd, OfLongPollsAnswersTheLongestFirst) {
  serve({.connections = 8});
  std::vector<std::unique_ptr<RawClient>> polls(4);
  for (auto& poll : polls)
    poll = begin("/poll");
  std::vector<std::unique_ptr<RawClient>> others;
  for (int i = 0; i < 6; ++i) {
    others.push_back(connect());
    EXPECT_EQ(others.back()->ask(get), 200) << i;
  }
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_EQ(polls[i]->reply().value_or(RawReply{}).body, "nothing yet") << i;
  EXPECT_EQ(refused(RefusalReason::evicted), 2);
  for (const auto& other : others)
    EXPECT_EQ(other->ask(get), 200) << "they keep their connections";
}

TEST_F(Crowd, OfLongPollsOverTheirPartIsToldToComeAgain) {
  serve({.connections = 2});
  const auto poll = begin("/poll");
  const auto other = connect();
  other->send(get_path("/poll"));
  const auto reply = other->reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503);
  EXPECT_EQ(reply->headers.at("retry-after"), "1");
  EXPECT_EQ(refused(RefusalReason::full), 1);
  EXPECT_EQ(other->ask(get), 200) << "it keeps its connection";
  EXPECT_EQ(refused(RefusalReason::evicted), 0);
}

TEST_F(Crowd, OfRequestsThatTakeLongKeepsNoScraperOut) {
  serve({.connections = 16});
  std::vector<std::unique_ptr<RawClient>> working(14);
  for (auto& one : working)
    one = begin("/work");
  const auto client = connect();
  client->send(get_path("/api/v1/tenants"));
  const auto reply = client->reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503);
  EXPECT_EQ(reply->headers.at("retry-after"), "1");
  EXPECT_EQ(refused(RefusalReason::full), 1);
  for (const std::string path : {"/metrics", "/metrics?shard=1/2", "/-/healthy", "/-/ready"})
    EXPECT_EQ(client->ask(get_path(path)), 200) << path;
  EXPECT_EQ(client->ask("POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), 503);
  EXPECT_EQ(refused(RefusalReason::full), 2);
  for (int i = 0; i < 20; ++i) {  // more than there are seats
    working.push_back(connect());
    EXPECT_EQ(working.back()->ask(get_path("/metrics")), 200) << i;
  }
  EXPECT_EQ(refused(RefusalReason::full), 2);
}

// What the server's thread has to do besides, turn by turn.
asio::awaitable<void> count_turns(std::atomic<int>& turns) {
  for (;; ++turns)
    co_await asio::post(asio::use_awaitable);
}

TEST_F(Crowd, OfNewClientsIsLetInSeveralATurn) {
  constexpr std::size_t clients = 64;
  std::atomic<int> turns = 0;
  int turns_until_last = 0;
  std::size_t asked = 0;
  WebServer server(
      listen_on_all({"127.0.0.1:0"}),
      [&](WebRequest request) {
        if (++asked == clients)
          turns_until_last = turns;
        return echo(std::move(request));
      },
      quiet);
  std::vector<std::unique_ptr<RawClient>> waiting(clients);
  for (auto& client : waiting) {
    client = std::make_unique<RawClient>(server.addresses().front());
    client->send(get);
  }
  asio::co_spawn(server.executor(), count_turns(turns), asio::detached);
  server.start();
  for (const auto& client : waiting)
    EXPECT_EQ(client->reply().value_or(RawReply{}).status, 200);
  server.stop();
  EXPECT_GT(turns_until_last, 0);
  EXPECT_LT(turns_until_last, int(clients)) << "one a turn would take as many";
  RecordProperty("turns", turns_until_last);
}

TEST_F(Crowd, IsCountedWhereNobodyCanGo) {
  serve({.connections = 1});
  const auto working = begin("/work");
  const auto client = connect();
  const auto reply = client->reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503);
  EXPECT_EQ(reply->headers.at("retry-after"), "1");
  EXPECT_EQ(refused(RefusalReason::full), 1);
}

TEST_F(Crowd, OfSlowClientsIsCounted) {
  serve({.connections = 1, .header_time = 1h});
  const auto slow = connect();
  slow->send("GET / HT");
  EXPECT_EQ(connect()->ask(get), 200);
  EXPECT_TRUE(slow->closed());
  EXPECT_EQ(refused(RefusalReason::evicted), 1);
}

}  // namespace
}  // namespace tenantscope
