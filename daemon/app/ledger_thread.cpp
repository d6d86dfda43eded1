#include "app/ledger_thread.hpp"

#include <algorithm>
#include <vector>

#include "base/clock.hpp"

namespace tenantscope {
LedgerThread::LedgerThread(std::unique_ptr<Ledger> ledger, std::string source, Observer observer)
    : ledger_(std::move(ledger)),
      observer_(std::move(observer)),
      source_(std::move(source)),
      thread_([this] { loop(); }) {}

LedgerThread::~LedgerThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

boost::asio::awaitable<LedgerThread::Committed> LedgerThread::commit(Step step,
                                                                     SteadyTime deadline) {
  auto enqueue = [this, step = std::move(step), deadline](Callback<Committed> done) mutable {
    bool awaited = false;  // else the thread would wake for each step, and wait on
    {
      const std::lock_guard lock(mutex_);
      steps_.push_back({std::move(step), std::move(done)});
      awaited = deadline < deadline_ || steps_.size() == enough_company;
      deadline_ = std::min(deadline_, deadline);
    }
    if (awaited)
      changed_.notify_one();
  };
  return await_callback<Committed>(std::move(enqueue));
}

boost::asio::awaitable<void> LedgerThread::turn() {
  auto nothing = [](Ledger&) { return true; };
  co_await run(std::move(nothing));
}

void LedgerThread::post(std::function<void(Ledger&)> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void LedgerThread::set_source(std::string source) {
  const std::lock_guard lock(mutex_);
  source_ = std::move(source);
}

void LedgerThread::loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool steps_due = !steps_.empty() && (stopping_ || steps_.size() >= enough_company ||
                                               deadline_ <= steady_now());
    if (steps_due) {
      auto together = std::exchange(steps_, {});
      deadline_ = SteadyTime::max();
      const std::string source = source_;
      lock.unlock();
      commit_together(std::move(together), source);
      lock.lock();
    } else if (!jobs_.empty()) {
      const auto job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job(*ledger_);
      lock.lock();
    } else if (stopping_) {
      return;
    } else if (!steps_.empty()) {
      const SteadyTime until = deadline_;
      changed_.wait_until(lock, until);
    } else {
      changed_.wait(lock);
    }
  }
}

void LedgerThread::commit_together(std::deque<Queued> queued, const std::string& source) {
  std::vector<Step> steps;
  steps.reserve(queued.size());
  for (Queued& one : queued)
    steps.push_back(std::move(one.step));
  const auto results = ledger_->commit(steps, source);
  observer_(std::ranges::none_of(
      results, [](const auto& result) { return !result && result.error().kind == ErrorKind::io; }));
  for (std::size_t i = 0; i < queued.size(); ++i)
    queued[i].done({std::move(steps[i]), results[i]});
}

}  // namespace tenantscope
