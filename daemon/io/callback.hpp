// A callback as an awaitable: how a coroutine waits for work on a thread that knows nothing of Asio.
#pragma once

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
#include <memory>
#include <utility>

namespace tenantscope {

template <class T>
using Callback = std::function<void(T)>;

// Calls `start` with a callback; whoever calls that, once and from any thread, resumes the coroutine on its own executor.
// A callback that is destroyed uncalled destroys the coroutine.
template <class T>
boost::asio::awaitable<T> await_callback(std::function<void(Callback<T>)> start) {
  namespace asio = boost::asio;
  auto initiate = [](auto handler, std::function<void(Callback<T>)> begin) {
    auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    auto work = asio::make_work_guard(asio::get_associated_executor(*waiting));
    begin([waiting, work](T value) {
      asio::post(work.get_executor(), [waiting, value = std::move(value)]() mutable { (*waiting)(std::move(value)); });
    });
  };
  return asio::async_initiate<const asio::use_awaitable_t<>&, void(T)>(initiate, asio::use_awaitable, std::move(start));
}

// Runs `work` on `executor`, which another thread runs, and resumes on the caller's own with what comes of it.
template <class T>
boost::asio::awaitable<T> await_on(boost::asio::any_io_executor executor, std::function<boost::asio::awaitable<T>()> work) {
  std::function<void(Callback<T>)> start = [executor, work = std::move(work)](Callback<T> done) {
    boost::asio::co_spawn(executor, work, [done](std::exception_ptr error, T value) {
      if (error) std::rethrow_exception(error);
      done(std::move(value));
    });
  };
  return await_callback<T>(std::move(start));
}

}  // namespace tenantscope
