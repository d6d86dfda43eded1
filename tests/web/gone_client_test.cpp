// Clients that go away, or have finished sending, or send ahead, while a handler works for them.
#include <gtest/gtest.h>

#include <thread>

#include "base/callback.hpp"
#include "web/serving.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

constexpr auto reset = [](RawClient& client) { client.reset(); };

class GoneClients : public Serving {
 protected:
  // The answer to "/wait" is what say() says, whenever that is.
  WebHandler waiting() {
    return [this](WebRequest request) {
      return request.path == "/wait" ? wait() : echo(std::move(request));
    };
  }
  void await_question() { asked_ = callback_.get_future().get(); }
  void say(int answer) {
    std::jthread([this, answer] { asked_(answer); });
  }

 private:
  asio::awaitable<WebResponse> wait() {
    std::function<void(Callback<int>)> start = [this](Callback<int> done) {
      callback_.set_value(std::move(done));
    };
    const int value = co_await await_callback<int>(std::move(start));
    co_return WebResponse{.body = std::to_string(value)};
  }

  std::promise<Callback<int>> callback_;
  Callback<int> asked_;
};

INSTANTIATE_TEST_SUITE_P(, GoneClients, over_both, name_of_over);

TEST_P(GoneClients, EndTheirHandlersAtAReset) {
  serve(poll_.handler(), {.half_closed_time = 1h});
  auto client = connect();
  client->send(get);
  poll_.await_begin();
  client->reset();
  client.reset();
  poll_.await_end();
}

TEST_P(GoneClients, EndTheirHandlersOnceTheyHaveClosedForLong) {
  serve(poll_.handler(), {.half_closed_time = 30ms});
  auto client = connect();
  client->send(get);
  poll_.await_begin();
  client->finish_sending();
  poll_.await_end();
}

TEST_P(GoneClients, LeaveTheirPlaceToOthers) {
  const auto handler = [wait = poll_.handler()](WebRequest request) {
    return request.path == "/wait" ? wait(std::move(request)) : echo(std::move(request));
  };
  serve(handler, {.connections = 1, .half_closed_time = 30ms});
  auto client = connect();
  client->send(get_path("/wait"));
  poll_.await_begin();
  client.reset();
  poll_.await_end();
  EXPECT_EQ(connect()->ask(get), 200);
}

TEST_P(GoneClients, AreAnsweredIfTheyHaveOnlyFinishedSending) {
  serve(waiting(), {.half_closed_time = 1h});
  const auto client = connect();
  client->send(get_path("/wait") + get_path("/next"));
  client->finish_sending();
  await_question();
  say(7);
  EXPECT_EQ(client->reply().value_or(RawReply{}).body, "7");
  EXPECT_EQ(client->reply().value_or(RawReply{}).body, "GET /next");
  EXPECT_TRUE(client->closed());
}

TEST_P(GoneClients, LoseNothingThatTheySentAhead) {
  serve(waiting());
  const auto client = connect();
  client->send(get_path("/wait"));
  await_question();
  std::string ahead;
  for (int i = 0; i < 2000; ++i)
    ahead += get_path("/" + std::to_string(i));
  client->send(ahead.substr(0, 10));
  client->send(ahead.substr(10, 100));
  std::jthread sender([&] { client->send(ahead.substr(110)); });
  sender.join();
  say(7);
  EXPECT_EQ(client->reply().value_or(RawReply{}).body, "7");
  for (int i = 0; i < 2000; ++i)
    ASSERT_EQ(client->reply().value_or(RawReply{}).body, "GET /" + std::to_string(i));
}

TEST_P(GoneClients, AreNothingToAHandlerThatWaitsForAnotherThread) {
  serve(waiting(), {.connections = 1, .half_closed_time = 1ms});
  auto client = connect();
  client->send(get_path("/wait"));
  await_question();
  client->reset();
  client.reset();
  say(7);
  const auto latest = std::chrono::steady_clock::now() + 20s;
  for (int status = 0; status != 200;) {
    ASSERT_LT(std::chrono::steady_clock::now(), latest);
    try {
      status = connect()->ask(get);
    } catch (const std::runtime_error&) {  // turned away within the handshake
    }
  }
}

}  // namespace
}  // namespace tenantscope
