#include "app/reload/followed_files.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace tenantscope {
namespace {

constexpr int restless_for_long = 12;  // looks

}  // namespace

FollowedFiles::FollowedFiles(boost::asio::any_io_executor loop, const Log& log, Listener listener)
    : loop_(std::move(loop)), log_(log), listener_(std::move(listener)), look_timer_(loop_) {}

void FollowedFiles::follow(std::vector<FileStamp> files) {
  looks_.taken(std::move(files));
  if (!std::exchange(looking_, true))
    co_spawn(loop_, keep_looking(), boost::asio::detached);
}

boost::asio::awaitable<void> FollowedFiles::keep_looking() {
  for (;;) {
    look_timer_.expires_after(listener_.every);
    co_await look_timer_.async_wait(boost::asio::use_awaitable);
    const std::vector<FileStamp> now = listener_.look();
    const bool read_them = looks_.look(now);
    if (looks_.restless() == restless_for_long)
      log_.warn(listener_.restless);
    if (!read_them)
      continue;
    std::vector<FileStamp> files = now;
    const ListOutcome outcome = co_await listener_.changed(std::move(files));
    if (outcome == ListOutcome::refused)
      looks_.refused(now);
    else if (outcome != ListOutcome::taken)
      looks_.undecided();
  }
}

}  // namespace tenantscope
