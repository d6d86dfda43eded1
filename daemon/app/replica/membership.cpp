#include "app/replica/membership.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/clock.hpp"

namespace tenantscope {

Membership::Membership(Member member, Pace pace) : member_(std::move(member)), pace_(pace) {
  thread_ = std::thread([this] { work(); });
}

Membership::~Membership() { leave(); }

void Membership::leave() {
  if (!thread_.joinable())
    return;
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Membership::Seen Membership::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

Result<std::optional<std::uint64_t>> Membership::active_within(Duration wait) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, wait, [this] { return term_ || over_; });
  if (failure_)
    return *failure_;
  return term_;
}

void Membership::listen(Listener listener) {
  std::unique_lock lock(mutex_);
  listener_ = std::move(listener);
  if (over_)
    end(*failure_, lock);
  else if (term_ && !failure_)
    tell_answer(until_, lock);
}

void Membership::hush() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return telling_ == 0; });
  listener_ = {};
}

void Membership::follows(std::uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  follows_ = sequence;
}

void Membership::configured(std::string config) {
  {
    const std::lock_guard lock(mutex_);
    config_ = std::move(config);
    news_ = true;
  }
  changed_.notify_all();
}

void Membership::drain() {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
    news_ = true;
  }
  changed_.notify_all();
}

// REQUIRES: the mutex is held.
ReplicaWord Membership::word() const {
  return {.state = draining_  ? ReplicaState::draining
                   : term_    ? ReplicaState::active
                   : follows_ ? ReplicaState::standby
                              : ReplicaState::joining,
          .sequence = follows_.value_or(0),
          .config = config_};
}

void Membership::work() {
  std::unique_lock lock(mutex_);
  while (!leaving_ && !over_) {
    const bool wanted = !term_;
    const ReplicaWord word = this->word();
    news_ = false;
    lock.unlock();
    const Clock sent = boot_now();
    const Result<Seen> answer = member_.beat(wanted, word);
    lock.lock();
    take(answer, sent, lock);
    const bool rests = term_ && !failure_;
    changed_.wait_for(lock, rests ? pace_.lease / 4 : std::min(pace_.look, pace_.lease / 4),
                      [this] { return leaving_ || over_ || news_; });
  }
  lock.unlock();
  member_.leave();
}

void Membership::take(const Result<Seen>& answer, Clock sent, std::unique_lock<std::mutex>& lock) {
  if (!answer) {
    failure_ = answer.error();
    if (failure_->kind != ErrorKind::io)
      end(*failure_, lock);
    else
      tell_silence(*failure_, lock);
    return;
  }
  failure_.reset();
  seen_ = *answer;
  if (!term_ && seen_.mine) {
    term_ = seen_.term;
    changed_.notify_all();
  }
  if (term_ && (!seen_.mine || seen_.term != *term_))
    end({ErrorKind::conflict,
         seen_.outdated.empty()
             ? fmt::format("term {} is over: `{}` has taken over", *term_, seen_.name)
             : seen_.outdated},
        lock);
  else if (term_)
    tell_answer(until_ = sent + pace_.lease, lock);
}

void Membership::tell_answer(Clock until, std::unique_lock<std::mutex>& lock) {
  if (!listener_.answers)
    return;
  const bool news = !std::exchange(answered_, true);
  tell([&] { listener_.answers(until, news); }, lock);
}

void Membership::tell_silence(const Error& why, std::unique_lock<std::mutex>& lock) {
  if (!std::exchange(answered_, false) || !listener_.silent)
    return;
  tell([&] { listener_.silent(why); }, lock);
}

void Membership::end(const Error& why, std::unique_lock<std::mutex>& lock) {
  over_ = true;
  failure_ = why;
  changed_.notify_all();
  if (listener_.over)
    tell([&] { listener_.over(why); }, lock);
}

// What is told may take its time, and ask seen().
void Membership::tell(const std::function<void()>& what, std::unique_lock<std::mutex>& lock) {
  ++telling_;
  lock.unlock();
  what();
  lock.lock();
  --telling_;
  changed_.notify_all();
}

}  // namespace tenantscope
