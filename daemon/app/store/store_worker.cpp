#include "app/store/store_worker.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/clock.hpp"

namespace tenantscope {

StoreWorker::StoreWorker(std::string what, Limits limits, Listener listener)
    : what_(std::move(what)), limits_(limits), listener_(std::move(listener)) {
  timekeeper_ = std::thread([this] { keep_time(); });
  worker_ = std::thread([this] { work(); });
}

StoreWorker::~StoreWorker() { stop(); }

void StoreWorker::stop() {
  if (!worker_.joinable())
    return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  more_.notify_one();
  worker_.join();
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  lateness_.notify_one();
  timekeeper_.join();
}

bool StoreWorker::away() const {
  const std::lock_guard lock(mutex_);
  return away_;
}

Error StoreWorker::no_answer() const {
  return {ErrorKind::io,
          fmt::format("{} hasn't answered for {}", what_, to_string(limits_.patience))};
}

void StoreWorker::submit(Job job) {
  std::unique_lock lock(mutex_);
  const bool full = waiting_.size() >= limits_.waiting;
  if (away_ || full) {
    const Error why =
        away_ ? no_answer()
              : Error{ErrorKind::throttled, fmt::format("too much waits for {} already", what_)};
    lock.unlock();
    return refuse(job, why);
  }
  waiting_.push_back({std::move(job), steady_now() + limits_.patience});
  const bool rouse = std::exchange(timekeeper_sleeps_, false);
  lock.unlock();
  more_.notify_one();
  if (rouse)
    lateness_.notify_one();
}

void StoreWorker::submit_at(SteadyTime due, Job job) {
  std::unique_lock lock(mutex_);
  if (away_) {
    lock.unlock();
    return refuse(job, no_answer());
  }
  timed_.emplace(due, std::move(job));
  lock.unlock();
  more_.notify_one();
}

boost::asio::awaitable<void> StoreWorker::turn() {
  auto tell = [this](Callback<bool> turned) {
    {
      const std::lock_guard lock(mutex_);
      if (away_)
        return turned(true);
      turns_.push_back(std::move(turned));
    }
    more_.notify_one();
  };
  co_await await_callback<bool>(std::move(tell));
}

void StoreWorker::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!turns_.empty()) {
      std::vector<Callback<bool>> turned = std::exchange(turns_, {});
      lock.unlock();
      for (const Callback<bool>& one : turned)
        one(true);
      turned.clear();
      lock.lock();
    } else if (auto job = next()) {
      run(lock, std::move(*job));
    } else if (stopping_) {
      return;
    } else {
      wait_for_more(lock);
    }
  }
}

std::optional<StoreWorker::Job> StoreWorker::next() {
  std::optional<Job> job;
  if (!timed_.empty() && (stopping_ || timed_.begin()->first <= steady_now())) {
    job = std::move(timed_.begin()->second);
    timed_.erase(timed_.begin());
  } else if (!waiting_.empty()) {
    job = std::move(waiting_.front().job);
    waiting_.pop_front();
  }
  return job;
}

void StoreWorker::wait_for_more(std::unique_lock<std::mutex>& lock) {
  if (timed_.empty()) {
    more_.wait(lock);
  } else {
    const SteadyTime until = timed_.begin()->first;
    more_.wait_until(lock, until);
  }
}

void StoreWorker::run(std::unique_lock<std::mutex>& lock, Job job) {
  under_way_ = std::move(job);
  began_ = steady_now();
  const bool rouse = std::exchange(timekeeper_sleeps_, false);
  lock.unlock();
  if (rouse)
    lateness_.notify_one();
  under_way_->call();

  lock.lock();
  const bool late = std::exchange(away_, false);
  std::optional<Job> returned = std::exchange(under_way_, std::nullopt);
  lock.unlock();
  if (late && listener_.returned)
    listener_.returned();
  if (returned->tell)
    returned->tell(late);
  returned.reset();  // what it holds may be large
  lock.lock();
}

void StoreWorker::keep_time() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    std::vector<Job> failed = overdue();
    if (!failed.empty()) {
      lock.unlock();
      for (const Job& job : failed)
        refuse(job, no_answer());
      lock.lock();
    } else if (const SteadyTime look = next_look(); look != SteadyTime::max()) {
      lateness_.wait_until(lock, look);
    } else {
      timekeeper_sleeps_ = true;
      lateness_.wait(lock);
    }
  }
}

SteadyTime StoreWorker::next_look() const {
  SteadyTime look = SteadyTime::max();
  if (under_way_ && !away_)
    look = began_ + limits_.patience;
  if (!waiting_.empty())
    look = std::min(look, waiting_.front().expires);
  return look;
}

// What has waited too long behind slow calls, or waits for one that doesn't return.
std::vector<StoreWorker::Job> StoreWorker::overdue() {
  std::vector<Job> failed;
  const SteadyTime now = steady_now();
  if (under_way_ && !away_ && now >= began_ + limits_.patience)
    go_away(failed);
  for (; !waiting_.empty() && waiting_.front().expires <= now; waiting_.pop_front())
    failed.push_back(std::move(waiting_.front().job));
  return failed;
}

// Its caller hears of it before the worker can tell what came of it: under the lock.
void StoreWorker::go_away(std::vector<Job>& failed) {
  away_ = true;
  if (listener_.away)
    listener_.away();
  if (under_way_->fail)
    under_way_->fail(no_answer(), true);
  for (Waiting& one : std::exchange(waiting_, {}))
    failed.push_back(std::move(one.job));
  for (auto& [due, job] : std::exchange(timed_, {}))
    failed.push_back(std::move(job));
  for (const Callback<bool>& turned : std::exchange(turns_, {}))
    turned(true);
}

void StoreWorker::refuse(const Job& job, const Error& why) const {
  if (listener_.refused)
    listener_.refused();
  if (job.fail)
    job.fail(why, false);
}

}  // namespace tenantscope
