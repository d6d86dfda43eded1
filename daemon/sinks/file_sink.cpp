#include "sinks/file_sink.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>

#include "base/callback.hpp"
#include "base/clock.hpp"

namespace tenantscope {
namespace {

// A reader that reads nothing for so long is behind; until then it is looked after that often.
constexpr Duration reader_patience = std::chrono::seconds(1);
constexpr Duration reader_pause = std::chrono::milliseconds(20);

}  // namespace

FileSink::FileSink(std::filesystem::path path, const Log& log, FileAccess access)
    : path_(std::move(path)), log_(log), access_(std::move(access)) {}

FileSink::~FileSink() { disk_.join(); }

void FileSink::reopen() { reopen_ = true; }

boost::asio::awaitable<Delivery> FileSink::deliver(std::vector<JournalEntry> batch) {
  const auto kept = std::make_shared<const std::vector<JournalEntry>>(std::move(batch));
  boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
  for (SteadyTime until = steady_now() + reader_patience;;) {
    const Result<EventFile::Appended> appended = co_await append_beside(kept);
    if (!appended)
      co_return Refusal{.error = appended.error(), .advice = Refusal::Advice::soon};
    if (*appended == EventFile::Appended::whole)
      co_return Delivery();
    if (*appended == EventFile::Appended::part)
      until = steady_now() + reader_patience;
    else if (steady_now() >= until)
      co_return Refusal{.error = full(), .advice = Refusal::Advice::soon};
    pause.expires_after(reader_pause);
    co_await pause.async_wait(boost::asio::use_awaitable);
  }
}

Error FileSink::full() const {
  return {ErrorKind::io,
          path_.string() + ": it is full, as its reader is behind or has stopped reading"};
}

// On the disk thread.
boost::asio::awaitable<Result<EventFile::Appended>> FileSink::append_beside(
    std::shared_ptr<const std::vector<JournalEntry>> batch) {
  using Appended = Result<EventFile::Appended>;
  std::function<void(Callback<Appended>)> start = [this, batch](Callback<Appended> done) {
    boost::asio::post(disk_, [this, batch, done] { done(append(*batch)); });
  };
  return await_callback<Appended>(std::move(start));
}

Result<EventFile::Appended> FileSink::append(const std::vector<JournalEntry>& batch) {
  if (file_ && !file_->within_line() && reopen_.exchange(false))
    file_.reset();
  let_go_where_moved();
  if (!file_)
    if (const auto opened = open(); !opened)
      return opened.error();
  auto appended = file_->append(batch);
  if (file_->broken())
    file_.reset();  // at once: a pipe may keep for its next reader what it still holds
  return appended;
}

// Who may not read the file is told so; the events are written all the same.
Result<void> FileSink::open() {
  auto opened = open_event_file(path_, access_);
  if (!opened)
    return opened.error();
  file_ = std::move(*opened);
  if (const auto given = file_->give(access_); !given)
    log_.warn("event file isn't for whom it should be", {{"err", given.error().detail}});
  return {};
}

// What is appended to a file that was moved or removed is seen by nobody.
void FileSink::let_go_where_moved() {
  if (!file_ || !file_->moved())
    return;
  log_.warn("event file was moved or removed: it is opened anew", {{"file", path_.string()}});
  file_.reset();
}

}  // namespace tenantscope
