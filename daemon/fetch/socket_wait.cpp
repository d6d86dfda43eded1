#include "fetch/socket_wait.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <span>
#include <system_error>
#include <utility>

#include "base/result.hpp"

namespace tenantscope {
namespace {

int opened(int descriptor) {
  if (descriptor < 0)
    throw FatalError(exit_failure, fmt::format("transfers can't start: {}",
                                               std::generic_category().message(errno)));
  return descriptor;
}

}  // namespace

SocketWait::SocketWait(CURLM* multi, ReadBudget& budget)
    : multi_(multi),
      budget_(budget),
      epoll_(opened(::epoll_create1(EPOLL_CLOEXEC))),
      bell_(opened(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  epoll_event bell{.events = EPOLLIN | EPOLLET,
                   .data = {.fd = bell_}};  // by its edge: nobody needs to read it
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, bell_, &bell);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

SocketWait::~SocketWait() {
  ::close(bell_);
  ::close(epoll_);
}

void SocketWait::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(bell_, &one, sizeof one);
}

void SocketWait::wait() {
  ready_count_ =
      std::max(0, ::epoll_wait(epoll_, ready_.data(), int(ready_.size()), milliseconds_left()));
}

void SocketWait::act() {
  let_go_.clear();
  for (const epoll_event& event :
       std::span(ready_.data(), std::size_t(std::exchange(ready_count_, 0)))) {
    if (event.data.fd == bell_)
      continue;
    const int what = (event.events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                     (event.events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                     (event.events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
    act_on(event.data.fd, what);
  }
  if (deadline_ <= Clock::now()) {
    deadline_ = Clock::time_point::max();
    act_on(CURL_SOCKET_TIMEOUT, 0);
  }
  go_on();
}

void SocketWait::act_on(curl_socket_t socket, int what) {
  int running = 0;
  budget_.refill();
  curl_multi_socket_action(multi_, socket, what, &running);
}

// A transfer that gives one of a host's addresses up closes its socket, and opens the next
// address's when libcurl comes to it again: in libcurl 7.88 nothing but its time limit brings that
// about. The end of a pause does. Nothing happens to a transfer that is done.
void SocketWait::go_on() {
  for (std::size_t i = 0; i < let_go_.size(); ++i) {  // pausing may have more of them let go
    curl_easy_pause(let_go_[i], CURLPAUSE_SEND);
    curl_easy_pause(let_go_[i], CURLPAUSE_CONT);
  }
}

// libcurl 7.88 closes the socket of an address that it gives up before it says CURL_POLL_REMOVE
// (https://github.com/curl/curl/issues/14976). The kernel has forgotten the socket by then, and its
// number may be that of a descriptor of another thread, which isn't in the set.
int SocketWait::on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void*) {
  auto& wait = *static_cast<SocketWait*>(self);
  if (what == CURL_POLL_REMOVE) {
    ::epoll_ctl(wait.epoll_, EPOLL_CTL_DEL, socket, nullptr);
    wait.let_go_.push_back(easy);
    return 0;
  }
  const std::uint32_t events = (what & CURL_POLL_IN ? std::uint32_t(EPOLLIN) : 0) |
                               (what & CURL_POLL_OUT ? std::uint32_t(EPOLLOUT) : 0);
  epoll_event event{.events = events, .data = {.fd = socket}};
  if (::epoll_ctl(wait.epoll_, EPOLL_CTL_MOD, socket, &event) != 0)
    ::epoll_ctl(wait.epoll_, EPOLL_CTL_ADD, socket, &event);
  return 0;
}

int SocketWait::on_timer(CURLM*, long milliseconds, void* self) {
  static_cast<SocketWait*>(self)->deadline_ =
      milliseconds < 0 ? Clock::time_point::max()
                       : Clock::now() + std::chrono::milliseconds(milliseconds);
  return 0;
}

int SocketWait::milliseconds_left() const {
  if (deadline_ == Clock::time_point::max())
    return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
  return int(std::clamp<decltype(left)>(left, 0, std::numeric_limits<int>::max()));
}

}  // namespace tenantscope
