#include "app/replica/request_asker.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "app/replica/request_form.hpp"
#include "base/clock.hpp"

namespace tenantscope {
namespace {

// Of one that is under way. The count outlives what is destroyed late.
class CountedRequest {
 public:
  explicit CountedRequest(std::shared_ptr<std::size_t> count) : count_(std::move(count)) {
    ++*count_;
  }
  ~CountedRequest() { --*count_; }
  CountedRequest(const CountedRequest&) = delete;
  CountedRequest& operator=(const CountedRequest&) = delete;

 private:
  const std::shared_ptr<std::size_t> count_;
};

[[noreturn]] void refuse_unwritten(const Error& why, const std::string& active) {
  if (why.kind == ErrorKind::connect)
    throw RefusedRequest{503, fmt::format("the active replica, {}, can't be asked through the "
                                          "database, and nothing was done: {}",
                                          active, why.detail)};
  throw RefusedRequest{503, fmt::format("it isn't known whether the active replica, {}, does it: "
                                        "look at its events before you try again: {}",
                                        active, why.detail)};
}

[[noreturn]] void refuse_unanswered(bool unbegun, Duration patience, const std::string& active) {
  if (unbegun)
    throw RefusedRequest{503, fmt::format("the active replica, {}, hasn't begun with it for {}, "
                                          "and won't: nothing was done; try again, or ask it",
                                          active, to_string(patience))};
  throw RefusedRequest{503, fmt::format("the active replica, {}, hasn't answered for {}, and it "
                                        "isn't known whether it was done: look at its events "
                                        "before you try again",
                                        active, to_string(patience))};
}

}  // namespace

RequestAsker::RequestAsker(std::unique_ptr<RequestBox> box, std::string replica, Pace pace)
    : box_(std::move(box)),
      replica_(std::move(replica)),
      pace_(pace),
      worker_("the database", {.waiting = 4 * pace.most}) {}

boost::asio::awaitable<WebResponse> RequestAsker::ask(WebRequest asked, std::string active) {
  if (*under_way_ >= pace_.most)
    throw RefusedRequest{
        503, fmt::format("{} requests to the active replica are under way already", pace_.most),
        true};
  const CountedRequest counted(under_way_);
  const Request request = request_for_active(asked, replica_);
  std::function<Result<void>()> put = [box = box_, request, valid = pace_.patience] {
    return box->put(request, valid);
  };
  const Result<void> written = co_await worker_.ask<Result<void>>(std::move(put));
  if (!written) {
    forget(request.id);
    refuse_unwritten(written.error(), active);
  }
  const std::optional<std::string> answer = co_await await_answer(request.id);
  if (!answer) {
    const bool unbegun = co_await withdraw(request.id);
    refuse_unanswered(unbegun, pace_.patience, active);
  }
  forget(request.id);
  std::optional<WebResponse> response = read_answer(*answer);
  if (!response)
    throw RefusedRequest{503, fmt::format("the active replica, {}, has done it, and its answer "
                                          "can't be read: is it of another version?",
                                          active)};
  co_return std::move(*response);
}

boost::asio::awaitable<std::optional<std::string>> RequestAsker::await_answer(Guid id) {
  using Standing = Result<RequestBox::Standing>;
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  const SteadyTime until = steady_now() + pace_.patience;
  while (steady_now() < until) {
    timer.expires_after(pace_.look);
    co_await timer.async_wait(boost::asio::use_awaitable);
    std::function<Standing()> look = [box = box_, id] { return box->look(id); };
    const Standing standing = co_await worker_.ask<Standing>(std::move(look));
    if (standing && standing->answer)
      co_return standing->answer;
  }
  co_return std::nullopt;
}

// False where it may have been done, or may be yet.
boost::asio::awaitable<bool> RequestAsker::withdraw(Guid id) {
  std::function<Result<bool>()> take_back = [box = box_, id] { return box->withdraw(id); };
  const Result<bool> unbegun = co_await worker_.ask<Result<bool>>(std::move(take_back));
  if (!unbegun)
    co_return false;
  co_return *unbegun;
}

void RequestAsker::forget(const Guid& id) {
  StoreWorker::Job job;
  job.call = [box = box_, id] { (void)box->withdraw(id); };
  worker_.submit(std::move(job));
}

}  // namespace tenantscope
