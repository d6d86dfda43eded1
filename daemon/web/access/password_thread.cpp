#include "web/access/password_thread.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "base/callback.hpp"
#include "base/cleansed.hpp"

namespace tenantscope {
namespace {

constexpr int low_priority = 10;  // as nice(1) counts

}  // namespace

// The thread's own too: it may outlive the object.
struct PasswordThread::Queue {
  struct Job {
    std::string hash;
    std::string password;
    Callback<Outcome> done;
  };

  explicit Queue(Check how) : check(std::move(how)) {}

  void run();

  const Check check;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Job> waiting;
  Callback<Outcome> under_way;
  bool stopping = false;
};

void PasswordThread::Queue::run() {
  ::setpriority(PRIO_PROCESS, id_t(::gettid()), low_priority);
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [this] { return stopping || !waiting.empty(); });
    if (stopping)
      return;
    Job job = std::move(waiting.front());
    waiting.pop_front();
    under_way = std::move(job.done);
    lock.unlock();
    const Outcome outcome = check(job.hash, job.password) ? Outcome::right : Outcome::wrong;
    cleanse(job.password);
    lock.lock();
    // With the lock held, so that nobody is called back once it is stopping.
    if (!stopping)
      std::exchange(under_way, {})(outcome);
  }
}

PasswordThread::PasswordThread(Check check) : queue_(std::make_shared<Queue>(std::move(check))) {
  std::thread([queue = queue_] { queue->run(); }).detach();
}

void PasswordThread::stop() {
  std::deque<Queue::Job> dropped;
  Callback<Outcome> given_up;
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->stopping = true;
    dropped.swap(queue_->waiting);
    given_up = std::exchange(queue_->under_way, {});
  }
  queue_->changed.notify_all();
  for (Queue::Job& job : dropped)
    cleanse(job.password);
}

boost::asio::awaitable<PasswordThread::Outcome> PasswordThread::check(std::string hash,
                                                                      std::string password) {
  std::function<void(Callback<Outcome>)> start =
      [queue = queue_, hash = std::move(hash),
       password = std::move(password)](Callback<Outcome> done) mutable {
        {
          const std::lock_guard lock(queue->mutex);
          if (queue->waiting.size() < most_waiting) {
            queue->waiting.push_back({std::move(hash), std::move(password), std::move(done)});
            done = {};
          }
        }
        cleanse(password);
        done ? done(Outcome::busy) : queue->changed.notify_one();
      };
  return await_callback<Outcome>(std::move(start));
}

}  // namespace tenantscope
