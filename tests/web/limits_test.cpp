// What one client, and all of them, may have of the server.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <future>
#include <optional>
#include <thread>
#include <vector>

#include "web/serving.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

TEST(WebServerLimits, EndConnectionsThatSendTooSlowly) {
  Running server(echo, {.header_time = 30ms, .idle_time = 1h});
  for (const std::string beginning :
       {"", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"}) {
    RawClient client(server.address());
    client.send(beginning);
    EXPECT_TRUE(client.closed()) << beginning;
  }
}

TEST(WebServerLimits, EndConnectionsThatTrickle) {
  Running server(echo, {.header_time = 100ms, .idle_time = 1h});
  RawClient client(server.address());
  std::atomic<bool> ended = false;
  client.send("GET / HTTP/1.1\r\nHost: x\r\nX-A: ");
  std::thread trickle([&] {
    while (!ended)
      client.send("a"), std::this_thread::yield();
  });
  const auto reply = client.reply();
  ended = true;
  trickle.join();
  EXPECT_TRUE(!reply || reply->status == 431);
}

TEST(WebServerLimits, EndIdleConnections) {
  Running server(echo, {.header_time = 1h, .idle_time = 30ms});
  RawClient client(server.address());
  EXPECT_EQ(client.ask(get), 200);
  EXPECT_TRUE(client.closed());
}

const std::string& twenty_megabytes() {
  static const std::string bytes = [] {
    std::string result;
    for (int i = 0; result.size() < 20'000'000; ++i)
      result += fmt::format("{:099}\n", i);
    return result;
  }();
  return bytes;
}

asio::awaitable<WebResponse> answer_at_length(WebRequest request) {
  co_return WebResponse{.body = request.path == "/large" ? twenty_megabytes() : ""};
}

TEST(WebServerLimits, LeaveASlowReaderItsTimeWhileItReads) {
  constexpr std::size_t piece = 1'000'000;
  Running server(answer_at_length, {.header_time = 200ms, .write_time = 3s});
  RawClient client(server.address());
  client.send(get_path("/large"));
  std::string head;
  while (!head.ends_with("\r\n\r\n"))
    head += client.read(1);
  EXPECT_NE(head.find("Content-Length: 20000000\r\n"), head.npos);
  for (std::size_t at = 0; at < twenty_megabytes().size(); at += piece) {
    EXPECT_TRUE(RawClient(server.address()).closed());  // a header_time passes
    ASSERT_TRUE(client.read(piece) == twenty_megabytes().substr(at, piece)) << at;
  }
  EXPECT_EQ(client.ask(get), 200);
}

TEST(WebServerLimits, EndConnectionsThatDontRead) {
  Running server(answer_at_length, {.header_time = 500ms, .write_time = 50ms});
  RawClient client(server.address());
  client.send(get_path("/large"));
  ASSERT_FALSE(client.read(1).empty());
  EXPECT_TRUE(RawClient(server.address()).closed());  // a header_time passes
  EXPECT_LT(client.read(30'000'000).size(), 20'000'000u);
}

asio::awaitable<WebResponse> answer_with(std::string body) {
  WebResponse response;
  response.body = std::move(body);
  co_return response;
}

TEST(WebServerLimits, MakeFewAnswersAheadOfASlowReader) {
  std::atomic<int> made = 0;
  const auto handler = [&made](WebRequest) {
    ++made;
    return answer_with(std::string(100'000, 'a'));
  };
  Running server(handler, {.header_time = 300ms});
  RawClient client(server.address());
  for (int i = 0; i < 10; ++i)
    client.send(get);
  EXPECT_FALSE(client.read(1).empty());
  EXPECT_TRUE(RawClient(server.address()).closed());  // a header_time passes
  EXPECT_LE(made, 3);
}

TEST(WebServerLimits, EndTheLongestWaitForANewConnection) {
  Running server(echo, {.connections = 3, .header_time = 1h, .idle_time = 1h});
  RawClient busy(server.address());
  RawClient oldest(server.address());
  oldest.send("GET / HT");
  RawClient second(server.address());
  second.send("GET / HTTP/1.1\r\nHost: x\r\n");
  EXPECT_EQ(busy.ask(get), 200);
  EXPECT_EQ(RawClient(server.address()).ask(get), 200);
  EXPECT_TRUE(oldest.closed());
  EXPECT_EQ(second.ask("\r\n"), 200);
  EXPECT_EQ(busy.ask(get), 200);
}

TEST(WebServerLimits, LetNobodyBeKeptOutBySlowClients) {
  Running server(echo, {.connections = 8, .header_time = 1h});
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<RawClient>(server.address()));
    slow.back()->send("GET / HTTP/1.1\r\nHost: x\r\nX-A: ");
    if (i % 10 != 9)
      continue;
    EXPECT_EQ(RawClient(server.address()).ask(get), 200) << i;
  }
}

TEST(WebServerLimits, TurnAwayWhoComesWhileAllAreAnswered) {
  LongPoll poll;
  Running server(poll.handler(), {.connections = 1});
  RawClient first(server.address());
  first.send(get);
  poll.await_begin();
  RawClient second(server.address());
  const auto reply = second.reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 503);
  EXPECT_EQ(reply->body, "too many connections\n");
  EXPECT_TRUE(second.closed());
  EXPECT_FALSE(poll.has_ended());
}

TEST(WebServerLimits, LetTheOwnerInWhenAllIsTaken) {
  const TemporaryFolder folder;
  LongPoll poll;
  const auto handler = [wait = poll.handler()](WebRequest request) {
    return request.control ? echo(std::move(request)) : wait(std::move(request));
  };
  std::vector<ListeningSocket> sockets =
      listen_on_all({"127.0.0.1:0", "unix:" + (folder.path() / "control").string()});
  sockets.back().control = true;
  WebServer server(std::move(sockets), handler, quiet, {.connections = 1});
  server.start();
  RawClient client(server.addresses().front());
  client.send(get);
  poll.await_begin();
  EXPECT_EQ(RawClient("unix:" + (folder.path() / "control").string()).ask(get), 200);
}

// Takes every descriptor that is left, while it lives.
class Lack {
 public:
  Lack() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit tight{64, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &tight);
    for (int descriptor; (descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;)
      taken_.push_back(descriptor);
  }
  ~Lack() {
    for (const int descriptor : taken_)
      ::close(descriptor);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

TEST(WebServerLimits, GiveTheLastDescriptorToWhoeverComes) {
  testing::internal::CaptureStderr();
  Running server(echo);
  RawClient slow(server.address());
  slow.send("GET / HT");
  RawClient busy(server.address());
  EXPECT_EQ(busy.ask(get), 200);  // and the slow one is in, too
  RawClient late(AF_INET);
  const Lack lack;
  late.connect(server.address());
  EXPECT_EQ(late.ask(get), 200);
  EXPECT_TRUE(slow.closed());
  EXPECT_EQ(busy.ask(get), 200);
  server.stop();
  captured_log(quiet);
}

TEST(WebServerLimits, SurviveALackOfDescriptors) {
  testing::internal::CaptureStderr();
  Running server(echo);
  std::promise<void> running;  // a thread that is being started may hold a descriptor for a moment
  asio::post(server.executor(), [&running] { running.set_value(); });
  running.get_future().wait();
  RawClient early(AF_INET);
  RawClient late(AF_INET);
  std::optional<RawReply> refused;
  {
    const Lack lack;
    early.connect(server.address());
    refused = early.reply();
  }
  late.connect(server.address());
  EXPECT_EQ(late.ask(get), 200);
  server.stop();
  const std::string log = captured_log(quiet);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_NE(log.find("msg=\"can't accept connections\" address=" + server.address() +
                     " err=\"Too many open files\""),
            log.npos)
      << log;
}

}  // namespace
}  // namespace tenantscope
