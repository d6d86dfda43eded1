#include "app/journal_bell.hpp"

#include <boost/asio/post.hpp>

namespace tenantscope {

void JournalBell::ring() {
  boost::asio::post(executor_, [this] { rung_.notify_all(); });
}

boost::asio::awaitable<void> JournalBell::wait_until(SteadyTime until) {
  co_await rung_.wait(until);
}

}  // namespace tenantscope
