// Drives an io_context until what a test waits for has come; gives up after a minute.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

namespace tenantscope {

// True: `holds` came true. It may look at what other threads do.
inline bool run_until(boost::asio::io_context& loop, const std::function<bool()>& holds) {
  const auto work = boost::asio::make_work_guard(loop);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  loop.restart();
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    loop.run_one_for(std::chrono::milliseconds(10));
  }
  return true;
}

// What `work` comes to.
template <class T>
T run(boost::asio::io_context& loop, boost::asio::awaitable<T> work) {
  std::optional<T> result;
  std::exception_ptr thrown;
  boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr error, T value) {
    thrown = error;
    result.emplace(std::move(value));
  });
  if (!run_until(loop, [&] { return result.has_value(); }))
    throw std::runtime_error("nothing came within a minute");
  if (thrown)
    std::rethrow_exception(thrown);
  return std::move(*result);
}

}  // namespace tenantscope
