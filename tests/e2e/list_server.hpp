// A server of one list, which counts how often it was asked for it.
#pragma once

#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "support/raw_server.hpp"

namespace tenantscope::e2e {

class ListServer {
 public:
  void show(std::string status, std::string body) {
    const std::lock_guard lock(mutex_);
    status_ = std::move(status);
    body_ = std::move(body);
  }
  int asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::string url() const { return server_.url() + "/list.yaml?token=secret"; }

 private:
  void serve(RawConnection& connection) {
    while (connection.read_head()) {
      std::unique_lock lock(mutex_);
      ++asked_;
      const std::string answer =
          fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n\r\n{}", status_, body_.size(), body_);
      lock.unlock();
      if (!connection.send(answer))
        return;
    }
  }

  mutable std::mutex mutex_;
  std::string status_ = "200 OK";
  std::string body_ = "[]";
  int asked_ = 0;
  RawServer server_{[this](RawConnection& connection) { serve(connection); }};
};

}  // namespace tenantscope::e2e
