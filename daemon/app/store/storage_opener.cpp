#include "app/store/storage_opener.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace tenantscope {

StorageOpener::StorageOpener(Open open, const Log& log, Pace pace)
    : open_(std::move(open)), log_(log), pace_(pace), progress_(steady_now()) {
  thread_ = std::thread([this] { work(); });
}

StorageOpener::~StorageOpener() {
  stop();
  thread_.join();
}

void StorageOpener::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

std::optional<OpenStorage> StorageOpener::opened_within(Duration wait) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, wait, [this] { return done_; });
  if (refused_)
    std::rethrow_exception(refused_);
  return std::exchange(opened_, std::nullopt);
}

std::string StorageOpener::obstacle() const {
  const std::lock_guard lock(mutex_);
  if (done_)
    return {};
  if (standing_by_)
    return fmt::format("it {}: active is {}", standing_by_->standing(), standing_by_->whom());
  if (!failure_.empty())
    return failure_;
  return steady_now() - progress_ < pace_.patience
             ? std::string()
             : fmt::format("the storage hasn't answered for {}", to_string(pace_.patience));
}

std::optional<StandingBy> StorageOpener::standing_by() const {
  const std::lock_guard lock(mutex_);
  return done_ ? std::nullopt : standing_by_;
}

void StorageOpener::work() {
  for (;;) {
    try_once();
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, pace_.again, [this] { return done_ || stopping_; });
    if (done_ || stopping_)
      return;
  }
}

void StorageOpener::try_once() {
  const OpeningObserver observer{
      .lock_pause = [this](Duration time) { return pause(time); },
      .goes_on = [this] { note_progress(); },
      .stands_by = [this](StandingBy whom) { note_standing_by(std::move(whom)); }};
  std::optional<OpenStorage> opened;
  std::exception_ptr refused;
  try {
    opened = open_(observer);
  } catch (const FatalError& error) {
    if (error.exit_code == exit_failure)
      return fail(error.what());
    refused = std::current_exception();
  } catch (...) {
    refused = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    opened_ = std::move(opened);
    refused_ = refused;
    done_ = true;
  }
  changed_.notify_all();
}

// True: nobody wants it any more.
bool StorageOpener::pause(Duration time) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [this] { return stopping_; });
}

void StorageOpener::note_progress() {
  const std::lock_guard lock(mutex_);
  progress_ = steady_now();
}

void StorageOpener::note_standing_by(StandingBy whom) {
  const std::lock_guard lock(mutex_);
  standing_by_ = std::move(whom);
}

void StorageOpener::fail(const std::string& why) {
  bool news = false;
  {
    const std::lock_guard lock(mutex_);
    standing_by_.reset();
    news = std::exchange(failure_, why) != why;
  }
  if (news)
    log_.error("the storage can't be opened now; it is tried again", {{"err", why}});
}

}  // namespace tenantscope
