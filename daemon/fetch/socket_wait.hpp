// What a multi handle of libcurl waits for: its sockets, its next deadline and other threads, in
// one epoll set. What it costs to wait doesn't grow with the transfers under way, as it does in
// curl_multi_poll. On the transfer thread, but for wake().
#pragma once

#include <curl/curl.h>
#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <vector>

#include "fetch/read_budget.hpp"

namespace tenantscope {

class SocketWait {
 public:
  // Refills `budget` before each call of libcurl. REQUIRES: `multi` is cleaned up while this
  // still is there; `budget` outlives it.
  SocketWait(CURLM* multi, ReadBudget& budget);
  ~SocketWait();
  SocketWait(const SocketWait&) = delete;
  SocketWait& operator=(const SocketWait&) = delete;

  // Ends the present wait(), or the next one.
  void wake();

  // Until there is something to do for libcurl, or somebody calls wake().
  void wait();
  // Has libcurl do it. Transfers that were added since the wait begin here.
  void act();

 private:
  using Clock = std::chrono::steady_clock;

  void act_on(curl_socket_t socket, int what);
  void go_on();
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void*);
  static int on_timer(CURLM* multi, long milliseconds, void* self);
  int milliseconds_left() const;

  CURLM* multi_;
  ReadBudget& budget_;
  int epoll_;
  int bell_;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::array<epoll_event, 128> ready_;
  int ready_count_ = 0;
  std::vector<CURL*> let_go_;  // transfers, once for each socket since act() began
};

}  // namespace tenantscope
