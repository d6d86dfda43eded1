#include "base/signal.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "base/clock.hpp"

namespace tenantscope {
namespace {

namespace asio = boost::asio;

struct Stage {
  asio::io_context loop;
  std::unique_ptr<Signal> signal = std::make_unique<Signal>(loop.get_executor());
  std::string seen;
};

asio::awaitable<void> wait(Stage& stage, char name, SteadyTime until = SteadyTime::max(),
                           const void* who = nullptr) {
  const bool notified = co_await stage.signal->wait(until, who);
  stage.seen += name;
  stage.seen += notified ? '+' : '-';
}

TEST(Signal, ResumesAllThatWaitInTheirOrder) {
  Stage stage;
  for (const char name : {'a', 'b', 'c'})
    co_spawn(stage.loop, wait(stage, name), asio::detached);
  stage.loop.poll();
  EXPECT_EQ(stage.seen, "");
  stage.signal->notify_all();
  stage.signal->notify_all();
  stage.loop.run();
  EXPECT_EQ(stage.seen, "a+b+c+");
}

TEST(Signal, DoesNotReachWhatWaitsLater) {
  Stage stage;
  stage.signal->notify_all();
  co_spawn(stage.loop, wait(stage, 'a'), asio::detached);
  stage.loop.poll();
  EXPECT_EQ(stage.seen, "");
}

TEST(Signal, IsWaitedForUntilADeadline) {
  Stage stage;
  co_spawn(stage.loop, wait(stage, 'a', steady_now()), asio::detached);
  co_spawn(stage.loop, wait(stage, 'b'), asio::detached);
  while (stage.seen.empty())
    stage.loop.run_one();
  EXPECT_EQ(stage.seen, "a-");
  stage.signal->notify_all();
  stage.loop.run();
  EXPECT_EQ(stage.seen, "a-b+");
}

TEST(Signal, ResumesOneThatIsKnown) {
  Stage stage;
  const int first = 0, second = 0;
  co_spawn(stage.loop, wait(stage, 'a', SteadyTime::max(), &first), asio::detached);
  co_spawn(stage.loop, wait(stage, 'b', SteadyTime::max(), &second), asio::detached);
  stage.loop.poll();
  stage.signal->notify(&second);
  stage.loop.poll();
  EXPECT_EQ(stage.seen, "b+");
}

TEST(Signal, MayGoBeforeWhatWaitsForIt) {
  Stage stage;
  co_spawn(stage.loop, wait(stage, 'a'), asio::detached);
  stage.loop.poll();
  stage.signal.reset();
  stage.loop.poll();
  EXPECT_EQ(stage.seen, "");
}

}  // namespace
}  // namespace tenantscope
