#include "base/log_queue.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace tenantscope {
namespace {

// How many lines couldn't be written. A descriptor that another process has made non-blocking is
// waited for all the same.
std::uint64_t write_lines(int descriptor, std::string_view lines) {
  while (!lines.empty()) {
    const ssize_t written = ::write(descriptor, lines.data(), lines.size());
    if (written >= 0) {
      lines.remove_prefix(std::size_t(written));
    } else if (errno == EAGAIN) {
      pollfd room{.fd = descriptor, .events = POLLOUT, .revents = 0};
      ::poll(&room, 1, -1);
    } else if (errno != EINTR) {
      break;
    }
  }
  return std::uint64_t(std::ranges::count(lines, '\n'));
}

// Signals are for the threads that obey them.
template <class Body>
std::thread start_without_signals(Body body) {
  sigset_t all{};
  sigset_t before{};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(body));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

// What the queue shares with its thread, which may outlive it.
class LogQueue::State {
 public:
  State(int descriptor, Notice notice) : descriptor_(descriptor), notice_(std::move(notice)) {}

  void add(std::string_view line) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = !has_work();
      // Once a line was dropped so are those after it, until the thread has taken the others: the
      // notice stands where the lines are missing.
      full_ = full_ || lines_.size() + line.size() > capacity;
      if (full_) {
        ++untold_;
        ++dropped_;
      } else {
        lines_ += line;
      }
    }
    if (first)  // the thread was told of it
      changed_.notify_all();
  }

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return stopping_ || has_work(); });
      if (!has_work())
        break;
      write_queued(lock);
      changed_.notify_all();
    }
    ended_ = true;
    changed_.notify_all();
  }

  bool flush(Duration patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return !has_work() && !writing_; });
  }

  // True: the thread ends.
  bool stop(Duration patience) {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    return changed_.wait_for(lock, patience, [this] { return ended_; });
  }

  std::uint64_t dropped() const { return dropped_; }

 private:
  // With the lock held. A line that no queue has room for leaves nothing but a notice.
  bool has_work() const { return full_ || !lines_.empty(); }

  // Writes what is queued with `lock` released.
  void write_queued(std::unique_lock<std::mutex>& lock) {
    const std::string lines = std::exchange(lines_, {});
    const std::uint64_t untold = std::exchange(untold_, 0);
    full_ = false;
    writing_ = true;
    lock.unlock();
    const std::uint64_t failed = write_lines(descriptor_, lines);
    const bool told = untold == 0 || write_lines(descriptor_, notice_(untold)) == 0;
    lock.lock();
    writing_ = false;
    dropped_ += failed;
    untold_ += failed + (told ? 0 : untold);
  }

  const int descriptor_;
  const Notice notice_;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string lines_;  // guarded by mutex_, as are all below
  bool full_ = false;
  std::uint64_t untold_ = 0;  // of the dropped ones
  bool writing_ = false;
  bool stopping_ = false;
  bool ended_ = false;
};

LogQueue::LogQueue(int descriptor, Notice notice)
    : state_(std::make_shared<State>(descriptor, std::move(notice))),
      thread_(start_without_signals([state = state_] { state->run(); })) {}

LogQueue::~LogQueue() {
  if (state_->stop(last_lines))
    thread_.join();
  else
    thread_.detach();
}

void LogQueue::add(std::string_view line) { state_->add(line); }

bool LogQueue::flush(Duration patience) const { return state_->flush(patience); }

std::uint64_t LogQueue::dropped() const { return state_->dropped(); }

}  // namespace tenantscope
