#include "base/async_mutex.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <string>

namespace tenantscope {
namespace {

namespace asio = boost::asio;

struct Stage {
  asio::io_context loop;
  AsyncMutex mutex{loop.get_executor()};
  std::string seen;
};

asio::awaitable<void> enter(Stage& stage, char name) {
  co_await stage.mutex.lock();
  stage.seen += name;
  co_await asio::post(stage.loop, asio::use_awaitable);  // others come meanwhile
  stage.seen += name;
  stage.mutex.unlock();
}

TEST(AsyncMutex, IsLockedByOneAfterTheOtherInTheOrderOfAsking) {
  Stage stage;
  for (const char name : {'a', 'b', 'c'})
    co_spawn(stage.loop, enter(stage, name), asio::detached);
  stage.loop.run();
  EXPECT_EQ(stage.seen, "aabbcc");
  co_spawn(stage.loop, enter(stage, 'd'), asio::detached);
  stage.loop.restart();
  stage.loop.run();
  EXPECT_EQ(stage.seen, "aabbccdd") << "the last one unlocked it";
}

}  // namespace
}  // namespace tenantscope
