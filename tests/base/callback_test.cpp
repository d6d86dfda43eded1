#include "base/callback.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tenantscope {
namespace {

namespace asio = boost::asio;

// Coroutines that note what they are called back with.
struct Home {
  asio::io_context loop;
  std::vector<Callback<std::string>> asked;
  std::string seen;

  asio::awaitable<void> wait() {
    std::function<void(Callback<std::string>)> start = [this](Callback<std::string> callback) {
      asked.push_back(std::move(callback));
    };
    seen += co_await await_callback<std::string>(std::move(start));
  }

  std::vector<Callback<std::string>> waiting(int coroutines) {
    for (int i = 0; i < coroutines; ++i)
      co_spawn(loop, wait(), asio::detached);
    loop.poll();
    return std::exchange(asked, {});
  }
};

TEST(Callback, ResumesWhereItsCoroutineRuns) {
  Home home;
  const auto waiting = home.waiting(1);
  std::jthread([&] { waiting[0]("a"); }).join();
  EXPECT_EQ(home.seen, "");
  home.loop.poll();
  EXPECT_EQ(home.seen, "a");
}

TEST(Callback, OfOneExecutorAreResumedByOneHandlerInTheirOrder) {
  Home one, other;
  const auto ones = one.waiting(3);
  const auto others = other.waiting(2);
  Callback<std::string>::call_all(
      {{ones[1], "b"}, {others[0], "x"}, {ones[0], "a"}, {others[1], "y"}, {ones[2], "c"}});
  EXPECT_EQ(one.loop.poll(), 1u);
  EXPECT_EQ(one.seen, "bac");
  EXPECT_EQ(other.loop.poll(), 1u);
  EXPECT_EQ(other.seen, "xy");
}

// As the thread sanitizer sees it.
TEST(Callback, LetsALoopBeGoneOnceItIsOver) {
  for (int i = 0; i < 100; ++i) {
    std::jthread caller;
    Home home;
    std::vector<Callback<std::string>::Called> called{{home.waiting(1)[0], "a"}};
    caller = std::jthread([called = std::move(called)]() mutable {
      Callback<std::string>::call_all(std::move(called));
    });
    home.loop.run();
    EXPECT_EQ(home.seen, "a");
  }
}

struct Gone {
  bool& gone;
  ~Gone() { gone = true; }
};

asio::awaitable<void> wait_and_say_when_gone(Home& home, bool& gone) {
  const Gone here{gone};
  co_await home.wait();
}

TEST(Callback, DestroysItsCoroutineIfItIsNeverCalled) {
  Home home;
  bool gone = false;
  co_spawn(home.loop, wait_and_say_when_gone(home, gone), asio::detached);
  home.loop.poll();
  EXPECT_FALSE(gone);
  home.asked.clear();
  home.loop.poll();
  EXPECT_TRUE(gone);
}

}  // namespace
}  // namespace tenantscope
