#include "app/liveness.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include <fmt/format.h>

namespace tenantscope {

Liveness::Liveness(boost::asio::any_io_executor loop, std::shared_ptr<Timeline> timeline)
    : loop_(std::move(loop)), timeline_(std::move(timeline)) {}

void Liveness::watch(std::string thread, Turn turn) {
  Watched& watched = watched_.emplace_back();
  watched.thread = std::move(thread);
  watched.turn = std::move(turn);
  watched.turned = timeline_->now();
  co_spawn(loop_, beat(&watched), boost::asio::detached);
}

boost::asio::awaitable<void> Liveness::beat(Watched* watched) {
  Signal never(loop_);
  for (;;) {
    co_await watched->turn();
    watched->turned = timeline_->now();
    co_await timeline_->wait(never, timeline_->now() + beat_every);
  }
}

std::vector<std::string> Liveness::standing_still() const {
  std::vector<std::string> found;
  for (const Watched& watched : watched_) {
    const auto still =
        std::chrono::floor<std::chrono::seconds>(timeline_->now() - watched.turned.load());
    if (still < patience)
      continue;
    found.push_back(fmt::format("{} hasn't turned for {}s", watched.thread, still.count()));
    if (&watched == &watched_.front())
      break;
  }
  return found;
}

}  // namespace tenantscope
