// The one thread that checks passwords, which takes a tenth of a second each: at a low priority,
// and with so few waiting for it that nobody waits long. For the web's logins.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

namespace tenantscope {

class PasswordThread {
 public:
  enum class Outcome { right, wrong, busy };
  using Check = std::function<bool(const std::string& hash, const std::string& password)>;

  static constexpr std::size_t most_waiting = 32;

  explicit PasswordThread(Check check);
  ~PasswordThread() { stop(); }
  PasswordThread(const PasswordThread&) = delete;
  PasswordThread& operator=(const PasswordThread&) = delete;

  // On the executor of the coroutine that awaits it. Busy: too many are waiting already.
  boost::asio::awaitable<Outcome> check(std::string hash, std::string password);

  // Coroutines that wait are destroyed, not resumed, and their executors aren't used any more once
  // it returns. It doesn't wait for a check that is under way. REQUIRES: no check() comes after it.
  void stop();

 private:
  struct Queue;
  std::shared_ptr<Queue> queue_;
};

}  // namespace tenantscope
