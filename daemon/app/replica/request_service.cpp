#include "app/replica/request_service.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "app/api/answer.hpp"
#include "app/replica/request_form.hpp"
#include "base/clock.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t most_at_once = 16;
constexpr int most_tries = 4;  // to write an answer

}  // namespace

RequestService::RequestService(boost::asio::any_io_executor loop, std::unique_ptr<RequestBox> box,
                               CarryOut carry_out, const Log& log, Pace pace)
    : loop_(std::move(loop)),
      box_(std::move(box)),
      carry_out_(std::move(carry_out)),
      log_(log),
      pace_(pace),
      next_sweep_(steady_now()),
      worker_("the database", {}) {}

boost::asio::awaitable<void> RequestService::run() {
  using Waiting = Result<std::vector<Request>>;
  while (!stopping_) {
    std::function<Waiting()> look = [box = box_] { return box->waiting(most_at_once); };
    const Waiting waiting = co_await worker_.ask<Waiting>(std::move(look));
    if (waiting)
      for (const Request& request : *waiting)
        co_await serve(request);
    if (steady_now() >= next_sweep_)
      co_await sweep();
    co_await pause(pace_.look);
  }
}

// Who can't claim it does nothing: it is another one's then, or nobody's.
boost::asio::awaitable<void> RequestService::serve(Request request) {
  if (stopping_)
    co_return;
  std::function<Result<bool>()> claim = [box = box_, id = request.id] { return box->claim(id); };
  const Result<bool> claimed = co_await worker_.ask<Result<bool>>(std::move(claim));
  if (!claimed || !*claimed)
    co_return;
  const WebResponse response = co_await carried_out(request);
  log_.info("asked by a standby", {{"operation", request.kind},
                                   {"by", request.asked_by},
                                   {"arguments", request.arguments},
                                   {"status", response.status}});
  std::string written = written_answer(response);
  co_await answer(request.id, std::move(written));
}

boost::asio::awaitable<WebResponse> RequestService::carried_out(const Request& request) {
  std::optional<WebRequest> asked = asked_of_active(request);
  if (!asked)
    co_return refused({503,
                       "the active replica doesn't know such a request: is it of another "
                       "version?"});
  std::string failure;
  try {
    co_return co_await carry_out_(std::move(*asked));
  } catch (const std::exception& thrown) {
    failure = thrown.what();
  }
  log_.error("a standby's request failed", {{"operation", request.kind}, {"err", failure}});
  co_return refused({500, "internal error"});
}

// Without it the standby says that it doesn't know.
boost::asio::awaitable<void> RequestService::answer(Guid id, std::string answer) {
  for (int tries = 0; tries < most_tries; ++tries) {
    std::function<Result<void>()> write = [box = box_, id, answer] {
      return box->answer(id, answer);
    };
    const Result<void> written = co_await worker_.ask<Result<void>>(std::move(write));
    if (written)
      co_return;
    log_.warn("the answer to a standby can't be written", {{"err", written.error().detail}});
    co_await pause(pace_.look);
  }
}

boost::asio::awaitable<void> RequestService::sweep() {
  using Count = Result<std::uint64_t>;
  next_sweep_ = steady_now() + pace_.sweep;
  std::function<Count()> drop = [box = box_] { return box->drop_left_over(); };
  const Count dropped = co_await worker_.ask<Count>(std::move(drop));
  if (dropped && *dropped > 0)
    log_.info("requests of standbys dropped for which nobody waits any more",
              {{"requests", *dropped}});
}

boost::asio::awaitable<void> RequestService::pause(Duration time) {
  boost::asio::steady_timer timer(loop_);
  timer.expires_after(time);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace tenantscope
