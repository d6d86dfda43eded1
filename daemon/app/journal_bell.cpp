#include "app/journal_bell.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

namespace tenantscope {

void JournalBell::ring() {
  boost::asio::post(executor_, [this] {
    for (boost::asio::steady_timer* timer : waiting_)
      timer->cancel();
  });
}

boost::asio::awaitable<void> JournalBell::wait_until(SteadyTime until) {
  boost::asio::steady_timer timer(executor_, until);
  const auto leave = [this](boost::asio::steady_timer* gone) { waiting_.erase(gone); };
  const std::unique_ptr<boost::asio::steady_timer, decltype(leave)> entry(&timer, leave);
  waiting_.insert(&timer);
  boost::system::error_code rung;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, rung));
}

}  // namespace tenantscope
