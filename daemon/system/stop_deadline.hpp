// The end of a process whose stop waits for what doesn't answer, such as a disk: the process is
// ended without it. What is durable is so at any moment, as with a kill.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/time.hpp"

namespace tenantscope {

class StopDeadline {
 public:
  StopDeadline() = default;
  ~StopDeadline();  // the stop has come to its end in time
  StopDeadline(const StopDeadline&) = delete;
  StopDeadline& operator=(const StopDeadline&) = delete;

  // After `patience` it calls `last_words` on a thread of its own and ends the process with 0.
  // REQUIRES: called once at most.
  void begin(Duration patience, std::function<void()> last_words);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool in_time_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace tenantscope
