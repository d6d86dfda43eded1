// An authority on loopback that answers for each tenant what a test wants just now, and tells what
// it was asked.
#pragma once

#include <fmt/format.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "domain/documents.hpp"
#include "domain/settings.hpp"
#include "support/raw_server.hpp"

namespace tenantscope {

inline std::string http_answer(std::string_view status, std::string_view body,
                               std::string_view headers = "") {
  return fmt::format("HTTP/1.1 {}\r\n{}Content-Length: {}\r\n\r\n{}", status, headers, body.size(),
                     body);
}
inline std::string found(const documents::Document& document) {
  return http_answer("200 OK", document.text());
}
inline std::string not_found() {
  return http_answer("400 Bad Request", documents::error_body("invalid_tenant", 90002));
}
// Headers over the 32 KiB that are taken.
inline std::string too_long_headers() {
  return http_answer("200 OK", "{}", fmt::format("X-Long: {}\r\n", std::string(40'000, 'x')));
}
inline std::string broken() { return http_answer("500 Internal Server Error", ""); }

class LoopbackAuthority {
 public:
  ~LoopbackAuthority() { release(); }

  // What `tenant` is answered from now on.
  void show(const std::string& tenant, std::string answer) {
    const std::lock_guard lock(mutex_);
    answers_[tenant] = std::move(answer);
  }

  // Requests are taken, but not answered until release().
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void release() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
    }
    released_.notify_all();
  }

  int asked(const std::string& tenant) const {
    const std::lock_guard lock(mutex_);
    const auto count = asked_.find(tenant);
    return count == asked_.end() ? 0 : count->second;
  }
  int connections() const { return server_.connections(); }
  std::string url() const { return server_.url(); }

  // The built-in clouds, with this authority as the global one, asked as fast as it goes.
  Clouds clouds() const {
    Clouds clouds = builtin_clouds();
    for (Cloud& cloud : clouds) {
      if (cloud.name != "global")
        continue;
      cloud.authority = url();
      cloud.requests_per_second = 100'000;
      cloud.connections = 32;
    }
    return clouds;
  }

 private:
  void serve(RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      const auto name = head->substr(5, head->find('/', 5) - 5);  // "GET /NAME/..."
      std::unique_lock lock(mutex_);
      ++asked_[name];
      released_.wait(lock, [this] { return !held_; });
      const auto answer = answers_.find(name);
      const std::string bytes = answer == answers_.end() ? not_found() : answer->second;
      lock.unlock();
      if (!connection.send(bytes))
        return;
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable released_;
  bool held_ = false;
  std::map<std::string, std::string> answers_;
  std::map<std::string, int> asked_;
  RawServer server_{[this](RawConnection& connection) { serve(connection); }};
};

}  // namespace tenantscope
