// A callback as an awaitable: how a coroutine waits for work on a thread that knows nothing of
// Asio.
#pragma once

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace tenantscope {

// Calls a coroutine back that waits for a T: once, from any thread, it goes on on its own executor.
// One that is destroyed uncalled destroys the coroutine.
template <class T>
class Callback {
 public:
  Callback() = default;
  Callback(boost::asio::any_io_executor home, std::function<void(T)> resume)
      : home_(std::move(home)), resume_(std::move(resume)) {}

  explicit operator bool() const { return bool(resume_); }
  void operator()(T value) const {
    boost::asio::post(home_, [resume = resume_, value = std::move(value)]() mutable {
      resume(std::move(value));
    });
  }

  struct Called {
    Callback callback;
    T value;
  };
  // Those of one executor are posted as one: one by one, each would wake its thread anew.
  static void call_all(std::vector<Called> called) {
    while (!called.empty()) {
      const boost::asio::any_io_executor home = called.front().callback.home_;
      const auto work = boost::asio::make_work_guard(
          home);  // its loop may else be over, and gone, before post() returns
      const auto others =
          std::stable_partition(called.begin(), called.end(),
                                [&](const Called& one) { return one.callback.home_ == home; });
      std::vector<Called> away(std::make_move_iterator(others),
                               std::make_move_iterator(called.end()));
      called.erase(others, called.end());
      boost::asio::post(home, [together = std::exchange(called, std::move(away))]() mutable {
        for (auto& [callback, value] : together)
          callback.resume_(std::move(value));
      });
    }
  }

 private:
  boost::asio::any_io_executor home_;
  std::function<void(T)> resume_;  // on `home_`
};

// Calls `start` with a callback and waits until that is called.
template <class T>
boost::asio::awaitable<T> await_callback(std::function<void(Callback<T>)> start) {
  namespace asio = boost::asio;
  auto initiate = [](auto handler, std::function<void(Callback<T>)> begin) {
    auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    auto work = asio::make_work_guard(asio::get_associated_executor(*waiting));
    begin({work.get_executor(), [waiting, work](T value) { (*waiting)(std::move(value)); }});
  };
  return asio::async_initiate<const asio::use_awaitable_t<>&, void(T)>(
      initiate, asio::use_awaitable, std::move(start));
}

// Runs `work` on `executor`, which another thread runs, and resumes on the caller's own with what
// comes of it.
template <class T>
boost::asio::awaitable<T> await_on(boost::asio::any_io_executor executor,
                                   std::function<boost::asio::awaitable<T>()> work) {
  std::function<void(Callback<T>)> start = [executor, work = std::move(work)](Callback<T> done) {
    boost::asio::co_spawn(executor, work, [done](std::exception_ptr error, T value) {
      if (error)
        std::rethrow_exception(error);
      done(std::move(value));
    });
  };
  return await_callback<T>(std::move(start));
}

}  // namespace tenantscope
