#include "system/stop_deadline.hpp"

#include <unistd.h>

#include <utility>

namespace tenantscope {

StopDeadline::~StopDeadline() {
  {
    const std::lock_guard lock(mutex_);
    in_time_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

void StopDeadline::begin(Duration patience, std::function<void()> last_words) {
  thread_ = std::thread([this, patience, last_words = std::move(last_words)] {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, patience, [this] { return in_time_; }))
      return;
    last_words();
    ::_exit(0);
  });
}

}  // namespace tenantscope
