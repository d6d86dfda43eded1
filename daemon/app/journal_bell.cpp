#include "app/journal_bell.hpp"

#include <boost/asio/post.hpp>

namespace tenantscope {

void JournalBell::ring() {
  boost::asio::post(executor_, [this] {
    ++rings_;
    rung_.notify_all();
  });
}

boost::asio::awaitable<void> JournalBell::wait_until(SteadyTime until, const void* who) {
  co_await rung_.wait(until, who);
}

void JournalBell::wake(const void* who) { rung_.notify(who); }

}  // namespace tenantscope
